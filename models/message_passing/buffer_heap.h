// Buffers in a region of private memory: powers of two, kept by size and used again. The book-keeping is the
// host's and takes no simulated time.
#ifndef MIMD_MESSAGE_PASSING_BUFFER_HEAP_H
#define MIMD_MESSAGE_PASSING_BUFFER_HEAP_H

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "cpu/processor.h"
#include "message_passing/message_protocol.h"

namespace mimd {

class buffer_heap {
 public:
  buffer_heap() = default;
  buffer_heap(address_t begin, std::uint64_t bytes) : next_(begin), end_(begin + bytes) {}

  // On a line of its own; throws program_error when the region is full.
  address_t take(std::uint64_t bytes) {
    const unsigned size = class_of(bytes);
    std::vector<address_t>& free = free_[size];
    if (!free.empty()) {
      const address_t buffer = free.back();
      free.pop_back();
      return buffer;
    }
    const std::uint64_t whole = std::uint64_t{1} << size;
    if (whole > end_ - next_)
      throw message_passing::program_error("no room for a message of " + std::to_string(bytes) +
                                           " bytes that nobody has asked for: mpi.buffer is too small");
    next_ += whole;
    return next_ - whole;
  }
  void give_back(address_t buffer, std::uint64_t bytes) { free_[class_of(bytes)].push_back(buffer); }

 private:
  static unsigned class_of(std::uint64_t bytes) {
    unsigned size = 6;
    while ((std::uint64_t{1} << size) < bytes) ++size;
    return size;
  }

  address_t next_ = 0;
  address_t end_ = 0;
  std::array<std::vector<address_t>, 64> free_;
};

}  // namespace mimd

#endif
