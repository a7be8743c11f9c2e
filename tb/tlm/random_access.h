// One random access: a pooled generic payload with its buffers, how it is filled, and how its answer is
// checked.
//
// Accesses have any length from 1 to `longest` that fits into a range, any alignment, byte enable arrays of
// any length, streaming widths below, at and above the length; when `sloppy`, also streaming width 0, an old
// response status and an old DMI hint. The meaning of enables and streaming is written out here once more,
// independent of models/infrastructure/payload_access.h, which it tests.
#ifndef MIMD_TB_TLM_RANDOM_ACCESS_H
#define MIMD_TB_TLM_RANDOM_ACCESS_H

#include <string>
#include <tlm>
#include <vector>

#include "infrastructure/random.h"
#include "tb/tlm/reference_memory.h"

namespace mimd::tb {

enum class access_style { transport, plain };  // plain: no enables, no streaming (transport_dbg, DMI)

class random_access {
 public:
  static constexpr unsigned longest = 256;

  explicit random_access(tlm::tlm_mm_interface* manager);

  tlm::tlm_generic_payload& payload() { return payload_; }
  bool busy() const { return memory_ != nullptr; }
  void retire() { memory_ = nullptr; }
  bool overlaps(address_t start, std::uint64_t size) const {
    return busy() && start < start_ + footprint_ && start_ < start + size;
  }
  bool overlaps(const random_access& other) const { return other.overlaps(start_, footprint_); }

  // Chooses an access within `memory`; busy until retire().
  void fill(random_generator& random, reference_memory& memory, access_style style, unsigned max_length,
            bool sloppy);
  // Compares the answer with the reference and brings that up to date. Returns what is wrong, or "".
  // `performed` is false when nothing may have changed (TLM_IGNORE_COMMAND).
  std::string check(bool performed);
  // How many bytes, from the start, a DMI region of `available` bytes can take; limits a plain access.
  void shorten(unsigned available);

 private:
  static constexpr unsigned guard = 16;
  static constexpr unsigned char guard_byte = 0xa5;

  void choose_shape(random_generator& random, access_style style, unsigned max_length, bool sloppy);
  std::string at(unsigned k, unsigned char is, unsigned char should) const;

  tlm::tlm_generic_payload payload_;
  std::vector<unsigned char> buffer_;  // guard, data, guard
  std::vector<unsigned char> before_;  // the data as they were sent
  std::vector<unsigned char> enables_;
  reference_memory* memory_ = nullptr;
  address_t start_ = 0;
  std::uint64_t footprint_ = 0;
};

}  // namespace mimd::tb

#endif
