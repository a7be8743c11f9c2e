// A window that puts records back into time order.
//
// In loosely-timed simulation records are made with times ahead of the kernel and out of order, but never
// before the kernel's present. So everything strictly before the present is complete, and may leave in (time,
// insertion) order. A record pushed for a time already past is moved to the present: whatever the host's
// clock did, the order that comes out depends on the sequence of push() and advance() alone.
//
// drain() is worth calling when full() says so: the sort and the move of what stays are then paid by many
// records.
#ifndef MIMD_INFRASTRUCTURE_TRACE_REORDER_H
#define MIMD_INFRASTRUCTURE_TRACE_REORDER_H

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

#include "infrastructure/time.h"

namespace mimd {

template <typename record>
class trace_reorder {
 public:
  trace_reorder() { pending_.reserve(smallest_batch_); }

  // Returns false when the record came late and was moved to the present.
  bool push(time_ps at, const record& what) {
    const bool timely = at >= now_;
    if (!timely) at = now_;
    sorted_ = sorted_ && (pending_.empty() || pending_.back().first <= at);
    pending_.emplace_back(at, what);
    return timely;
  }

  // The present never goes back: an earlier time is ignored.
  void advance(time_ps now) { now_ = std::max(now_, now); }
  time_ps now() const { return now_; }
  bool full() const { return pending_.size() >= batch_; }
  bool empty() const { return pending_.empty(); }

  // Hands over everything strictly before the present; with everything = true, the rest as well.
  template <typename consumer>
  void drain(consumer&& consume, bool everything = false) {
    if (!sorted_) {
      std::stable_sort(pending_.begin(), pending_.end(),
                       [](const auto& a, const auto& b) { return a.first < b.first; });
      sorted_ = true;
    }
    auto next = pending_.begin();
    for (; next != pending_.end() && (everything || next->first < now_); ++next)
      consume(next->first, next->second);
    pending_.erase(pending_.begin(), next);
    batch_ = std::max(smallest_batch_, 2 * pending_.size());
  }

 private:
  static constexpr std::size_t smallest_batch_ = 4096;

  std::vector<std::pair<time_ps, record>> pending_;
  std::size_t batch_ = smallest_batch_;
  time_ps now_ = 0;
  bool sorted_ = true;
};

// Says when half a second of host time has gone by, and looks at the clock rarely: the stride between two
// looks adapts itself, so that calls every nanosecond and calls every 100 ms both get an answer in time. Only
// the moment of a flush depends on it, never a byte that is written.
class trace_flush_clock {
 public:
  bool due() {
    if (--countdown_ != 0) return false;
    const auto now = std::chrono::steady_clock::now();
    const auto since_look = now - last_look_;
    if (since_look < std::chrono::milliseconds(10)) {
      stride_ = std::min(2 * stride_, 256U);
    } else if (since_look > std::chrono::milliseconds(50)) {
      stride_ = std::max(stride_ / 8, 1U);
    }
    countdown_ = stride_;
    last_look_ = now;
    if (now - last_flush_ < std::chrono::milliseconds(500)) return false;
    last_flush_ = now;
    return true;
  }

 private:
  unsigned countdown_ = 1;
  unsigned stride_ = 1;
  std::chrono::steady_clock::time_point last_look_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_flush_ = last_look_;
};

}  // namespace mimd

#endif
