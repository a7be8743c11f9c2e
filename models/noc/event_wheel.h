// Things on their way: a ring of lists, one list for each of the coming cycles.
//
// Events of one cycle come back in the order they were put in. The lists keep their storage, so that nothing
// is allocated once the ring has warmed up. An event is at most `horizon` cycles ahead.
#ifndef MIMD_NOC_EVENT_WHEEL_H
#define MIMD_NOC_EVENT_WHEEL_H

#include <cstddef>
#include <cstdint>
#include <vector>

#include "noc/packet.h"

namespace mimd::noc {

template <typename Event>
class event_wheel {
 public:
  explicit event_wheel(std::uint32_t horizon) {
    std::size_t size = 2;
    while (size <= horizon) size *= 2;
    slots_.resize(size);
    mask_ = size - 1;
  }

  void put(cycle when, const Event& e) {
    slots_[when & mask_].push_back(e);
    ++size_;
  }

  // What is due at `now`; the caller clears it with done(now) before that slot comes round again.
  const std::vector<Event>& due(cycle now) const { return slots_[now & mask_]; }
  void done(cycle now) {
    auto& slot = slots_[now & mask_];
    size_ -= slot.size();
    slot.clear();
  }

  bool empty() const { return size_ == 0; }

  // The first cycle from `from` on in which something is due; no_cycle if nothing is on its way.
  cycle next(cycle from) const {
    if (empty()) return no_cycle;
    while (due(from).empty()) ++from;
    return from;
  }

 private:
  std::vector<std::vector<Event>> slots_;
  std::size_t mask_;
  std::size_t size_ = 0;
};

}  // namespace mimd::noc

#endif
