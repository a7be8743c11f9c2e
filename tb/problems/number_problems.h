// Random 32-bit numbers: to be sorted, or counted in 64 bins.
#ifndef MIMD_TB_PROBLEMS_NUMBER_PROBLEMS_H
#define MIMD_TB_PROBLEMS_NUMBER_PROBLEMS_H

#include <algorithm>
#include <cstdint>
#include <vector>

#include "infrastructure/random.h"

namespace mimd::tb {

inline std::vector<std::uint32_t> random_numbers(std::uint64_t count, std::uint64_t seed) {
  random_generator random(seed);
  std::vector<std::uint32_t> numbers(count);
  for (std::uint32_t& x : numbers) x = static_cast<std::uint32_t>(random.next() >> 32);
  return numbers;
}

struct sort_problem {
  sort_problem(std::uint64_t size, std::uint64_t seed) : n(size), keys(random_numbers(size, seed)) {}
  std::vector<std::uint32_t> result() const {
    std::vector<std::uint32_t> sorted = keys;
    std::sort(sorted.begin(), sorted.end());
    return sorted;
  }

  std::uint64_t n;
  std::vector<std::uint32_t> keys;
};

struct histogram_problem {
  static constexpr std::uint64_t bins = 64;

  histogram_problem(std::uint64_t size, std::uint64_t seed) : n(size), values(random_numbers(size, seed)) {}
  std::vector<std::uint64_t> result(std::uint64_t passes) const {
    std::vector<std::uint64_t> counts(bins, 0);
    for (const std::uint32_t v : values) counts[v % bins] += passes;
    return counts;
  }

  std::uint64_t n;
  std::vector<std::uint32_t> values;
};

}  // namespace mimd::tb

#endif
