// What the bytes of one address range must be: the reference that a random initiator checks its reads
// against.
//
// A byte is unknown until it is written, expected or first read; a first read teaches it.
#ifndef MIMD_TB_TLM_REFERENCE_MEMORY_H
#define MIMD_TB_TLM_REFERENCE_MEMORY_H

#include <cstdint>
#include <vector>

#include "cpu/processor.h"

namespace mimd::tb {

struct random_range {
  address_t address = 0;
  std::uint64_t size = 0;
  bool writable = true;  // a writable range belongs to one initiator alone; read-only ones may be shared
};

class reference_memory {
 public:
  explicit reference_memory(const random_range& range)
      : range_(range), bytes_(range.size), known_(range.size, false) {}

  const random_range& range() const { return range_; }

  void write(std::uint64_t offset, unsigned char value) {
    bytes_[offset] = value;
    known_[offset] = true;
  }
  // Whether `value` may be read here; learns an unknown byte.
  bool agrees(std::uint64_t offset, unsigned char value) {
    if (!known_[offset]) write(offset, value);
    return bytes_[offset] == value;
  }
  unsigned char at(std::uint64_t offset) const { return bytes_[offset]; }

 private:
  random_range range_;
  std::vector<unsigned char> bytes_;
  std::vector<bool> known_;
};

}  // namespace mimd::tb

#endif
