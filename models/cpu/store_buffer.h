// The FIFO store buffer of a total-store-order processor. Plain C++.
//
// Stores enter at the young end and leave, in order, at the old end. A load takes its bytes from the youngest
// store that covers it whole (forwarding); if it overlaps stores otherwise it must wait until those have
// left. Source: Owens, Sarkar & Sewell, "A better x86 memory model: x86-TSO" (2009).
#ifndef MIMD_CPU_STORE_BUFFER_H
#define MIMD_CPU_STORE_BUFFER_H

#include <cstdint>
#include <cstring>
#include <vector>

#include "infrastructure/time.h"

namespace mimd {

using address_t = std::uint64_t;

class store_buffer {
 public:
  static constexpr unsigned max_size = 64;  // bytes of one store

  struct entry {
    address_t address = 0;
    unsigned size = 0;
    time_ps entered = 0;
    bool synchronisation = false;
    std::uint8_t data[max_size] = {};
  };
  enum class overlap : std::uint8_t { none, covered, partial };

  explicit store_buffer(unsigned depth) : entries_(depth) {}

  bool empty() const { return count_ == 0; }
  bool full() const { return count_ == entries_.size(); }
  std::size_t size() const { return count_; }
  entry& oldest() { return entries_[first_]; }

  void push(address_t address, const void* data, unsigned size, time_ps entered, bool synchronisation) {
    entry& e = entries_[(first_ + count_++) % entries_.size()];
    e.address = address;
    e.size = size;
    e.entered = entered;
    e.synchronisation = synchronisation;
    std::memcpy(e.data, data, size);
  }
  void pop() {
    first_ = (first_ + 1) % entries_.size();
    --count_;
  }

  // What a load of these bytes finds; `covered` fills `data`.
  overlap look_up(address_t address, void* data, unsigned size) const {
    for (std::size_t i = count_; i-- > 0;) {
      const entry& e = entries_[(first_ + i) % entries_.size()];
      if (address + size <= e.address || e.address + e.size <= address) continue;
      if (address < e.address || address + size > e.address + e.size) return overlap::partial;
      std::memcpy(data, e.data + (address - e.address), size);
      return overlap::covered;
    }
    return overlap::none;
  }

 private:
  std::vector<entry> entries_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace mimd

#endif
