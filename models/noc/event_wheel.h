// Things on their way: a ring of lists, one list for each of the coming cycles.
//
// Events of one cycle come back in the order they were put in. An event is at most `horizon` cycles ahead.
// The storage of a list that is done goes to the next that begins: nothing is allocated once the ring has
// warmed up, and what is written is what the host's cache has.
#ifndef MIMD_NOC_EVENT_WHEEL_H
#define MIMD_NOC_EVENT_WHEEL_H

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "noc/packet.h"

namespace mimd::noc {

template <typename Event>
class event_wheel {
 public:
  explicit event_wheel(std::uint32_t horizon) {
    std::size_t size = 64;
    while (size <= horizon) size *= 2;
    slots_.resize(size);
    mask_ = size - 1;
    in_use_.resize(size / 64);
    spare_.reserve(size);
  }

  void put(cycle when, Event e) {
    const std::size_t slot = slot_of(when);
    std::vector<Event>& list = slots_[slot];
    if (list.empty() && !spare_.empty()) {
      list.swap(spare_.back());
      spare_.pop_back();
    }
    list.emplace_back();
    list.back() = e;  // field by field: push_back() reads e in larger pieces than it has just been written in
    in_use_[slot / 64] |= std::uint64_t{1} << (slot % 64);
    ++size_;
  }

  // What is due at `now`; the caller clears it with done(now) before that slot comes round again.
  const std::vector<Event>& due(cycle now) const { return slots_[slot_of(now)]; }
  void done(cycle now) {
    const std::size_t slot = slot_of(now);
    size_ -= slots_[slot].size();
    slots_[slot].clear();
    if (slots_[slot].capacity() != 0) spare_.push_back(std::move(slots_[slot]));
    in_use_[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
  }

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  // The first cycle from `from` on in which something is due; no_cycle if nothing is on its way.
  cycle next(cycle from) const {
    if (empty()) return no_cycle;
    const std::size_t first = slot_of(from);
    std::uint64_t bits = in_use_[first / 64] >> (first % 64);
    while (bits == 0) {
      from = (from | 63) + 1;
      bits = in_use_[slot_of(from) / 64];
    }
    return from + static_cast<cycle>(__builtin_ctzll(bits));
  }

 private:
  std::size_t slot_of(cycle c) const { return c & mask_; }

  std::vector<std::vector<Event>> slots_;
  std::vector<std::vector<Event>> spare_;  // empty, with storage
  std::vector<std::uint64_t> in_use_;      // a bit a slot
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace mimd::noc

#endif
