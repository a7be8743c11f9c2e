// What the workloads share: parameter checks, partitions by cache line, arrays in simulated memory,
// comparison.
#ifndef MIMD_TB_WORKLOADS_SUPPORT_H
#define MIMD_TB_WORKLOADS_SUPPORT_H

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "tb/workload.h"

namespace mimd::tb {

// What make() functions check before anything is allocated.
struct workload_limits {
  std::uint64_t minimum_size;
  std::uint64_t maximum_size;
  std::uint64_t default_iterations = 1;
  std::uint64_t maximum_iterations = std::uint64_t{1} << 32;
};

// The parameters with defaults filled in. Throws std::invalid_argument with one line that names the parameter
// when the variant is unknown or a number is out of range.
workload_parameters checked(workload_parameters parameters, const workload_form& description,
                            const workload_limits& limits);

// Elements [begin, end).
struct range {
  std::uint64_t begin;
  std::uint64_t end;
};

// Part `part` of `count` elements divided in `parts` nearly equal shares of whole granules, so that with
// aligned arrays and one line of elements a granule no line belongs to two processors.
range share(std::uint64_t count, std::uint64_t granule, unsigned part, unsigned parts);

inline std::uint64_t round_up(std::uint64_t value, std::uint64_t granule) {
  return (value + granule - 1) / granule * granule;
}

// Elements of `bytes` each on one line; at least one.
inline std::uint64_t elements_per_line(std::uint64_t line, std::uint64_t bytes) {
  return std::max<std::uint64_t>(1, line / bytes);
}

template <typename T>
void put(memory_image& memory, address_t address, const std::vector<T>& values) {
  static_assert(std::is_trivially_copyable_v<T>);
  memory.write(address, values.data(), values.size() * sizeof(T));
}

template <typename T>
std::vector<T> get(memory_image& memory, address_t address, std::uint64_t count) {
  static_assert(std::is_trivially_copyable_v<T>);
  std::vector<T> values(count);
  memory.read(address, values.data(), count * sizeof(T));
  return values;
}

// A matrix of `width` columns, whose rows are `pitch` elements apart in memory; what lies between them is 0.
template <typename T>
void put_rows(memory_image& memory, address_t address, const std::vector<T>& values, std::uint64_t width,
              std::uint64_t pitch) {
  std::vector<T> padded(values.size() / width * pitch, T{});
  for (std::size_t i = 0; i < values.size(); ++i) padded[i / width * pitch + i % width] = values[i];
  put(memory, address, padded);
}

template <typename T>
std::vector<T> get_rows(memory_image& memory, address_t address, std::uint64_t rows, std::uint64_t width,
                        std::uint64_t pitch) {
  const std::vector<T> padded = get<T>(memory, address, rows * pitch);
  std::vector<T> values(rows * width);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = padded[i / width * pitch + i % width];
  return values;
}

// A number of 48 bits that stands for the values, bit by bit (FNV-1a, folded): equal results of different
// machines have equal ones.
template <typename T>
double digest(const std::vector<T>& values) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const T& v : values) {
    unsigned char bytes[sizeof(T)];
    std::memcpy(bytes, &v, sizeof(T));
    for (const unsigned char b : bytes) hash = (hash ^ b) * 0x100000001b3u;
  }
  return static_cast<double>((hash ^ (hash >> 48)) & 0xffffffffffffu);
}

// Bit-exact comparison; `text` names the first element that differs. Its result "digest" is that of all.
template <typename T>
verdict compare(const std::vector<T>& found, const std::vector<T>& expected, const std::string& what) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (std::memcmp(&found[i], &expected[i], sizeof(T)) != 0) {
      return {false, what + "[" + std::to_string(i) + "] is " + std::to_string(found[i]) + ", not " +
                         std::to_string(expected[i])};
    }
  }
  return {true,
          what + ": " + std::to_string(expected.size()) + " values equal the sequential result",
          {{"digest", digest(found)}}};
}

}  // namespace mimd::tb

#endif
