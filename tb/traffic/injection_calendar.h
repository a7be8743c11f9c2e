// Which source creates a packet next: a ring of lists of sources, one for each of the coming cycles, with a
// bitmap of the lists that are not empty; whatever is farther away waits in a heap.
//
// A source is entered at most once at a time. take() gives the sources of a cycle one by one, the last
// entered first. Costs a few nanoseconds a packet, whatever the number of sources, and nothing for an empty
// cycle.
#ifndef MIMD_TB_TRAFFIC_INJECTION_CALENDAR_H
#define MIMD_TB_TRAFFIC_INJECTION_CALENDAR_H

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "noc/packet.h"

namespace mimd::tb {

class injection_calendar {
 public:
  static constexpr std::uint32_t nobody = 0xffffffffu;

  // mean_gap: of one source, in cycles; it decides the length of the ring only.
  injection_calendar(std::uint32_t sources, double mean_gap) : next_of_(sources, nobody) {
    std::size_t slots = 64;
    while (slots < 16384 && static_cast<double>(slots) < 4 * mean_gap) slots *= 2;
    heads_.assign(slots, nobody);
    bits_.assign(slots / 64, 0);
    mask_ = slots - 1;
  }

  // c is not before the cycle of the last take().
  void enter(std::uint32_t source, noc::cycle c) {
    if (c - base_ <= mask_) {
      put(source, c);
    } else {
      far_.emplace_back(c, source);
      std::push_heap(far_.begin(), far_.end(), later);
    }
    if (c < next_) next_ = c;
  }

  noc::cycle next() const { return next_; }  // no_cycle: nobody is entered

  // One of the sources of cycle next(), which is taken out; nobody if that was the last of this cycle, and
  // next() has moved on.
  std::uint32_t take() {
    std::uint32_t& head = heads_[next_ & mask_];
    if (base_ != next_) {
      base_ = next_;
      bring_near();
    }
    const std::uint32_t source = head;
    if (source != nobody) {
      head = next_of_[source];
      return source;
    }
    bits_[(base_ & mask_) / 64] &= ~(std::uint64_t{1} << (base_ & mask_) % 64);
    next_ = find();
    return nobody;
  }

 private:
  using entry = std::pair<noc::cycle, std::uint32_t>;
  static bool later(const entry& a, const entry& b) { return a > b; }

  void put(std::uint32_t source, noc::cycle c) {
    const std::size_t slot = c & mask_;
    next_of_[source] = heads_[slot];
    heads_[slot] = source;
    bits_[slot / 64] |= std::uint64_t{1} << slot % 64;
  }

  void bring_near() {
    while (!far_.empty() && far_.front().first - base_ <= mask_) {
      put(far_.front().second, far_.front().first);
      std::pop_heap(far_.begin(), far_.end(), later);
      far_.pop_back();
    }
  }

  // The first list from the base on; all in the ring are within one turn.
  noc::cycle find() const {
    const std::size_t start = base_ & mask_;
    for (std::size_t i = 0; i <= bits_.size(); ++i) {
      const std::size_t word = (start / 64 + i) % bits_.size();
      std::uint64_t bits = bits_[word];
      const std::uint64_t before = (std::uint64_t{1} << start % 64) - 1;
      if (i == 0) bits &= ~before;
      if (i == bits_.size()) bits &= before;
      if (bits == 0) continue;
      const std::size_t slot = word * 64 + static_cast<std::size_t>(__builtin_ctzll(bits));
      return base_ + ((slot - start) & mask_);
    }
    return far_.empty() ? noc::no_cycle : far_.front().first;
  }

  std::vector<std::uint32_t> heads_;    // by cycle modulo the ring's length
  std::vector<std::uint32_t> next_of_;  // by source
  std::vector<std::uint64_t> bits_;
  std::vector<entry> far_;
  std::size_t mask_;
  noc::cycle base_ = 0;
  noc::cycle next_ = noc::no_cycle;
};

}  // namespace mimd::tb

#endif
