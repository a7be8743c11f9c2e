// The reservation calendar of one shared resource: a bus, a memory bank, a link.
//
// reserve() takes the first gap of the given length at or after a time. It remembers recent gaps, so that a
// request that arrives out of order within a quantum takes the slot it would have had. Busy intervals that
// touch are merged, so a saturated resource is one interval; a request after all others costs O(1). What is
// earlier than the time told by forget_before() is dropped. With an alignment, starts are multiples of it.
#ifndef MIMD_INFRASTRUCTURE_TIMELINE_H
#define MIMD_INFRASTRUCTURE_TIMELINE_H

#include <algorithm>
#include <vector>

#include "infrastructure/time.h"

namespace mimd {

class timeline {
 public:
  explicit timeline(time_ps alignment = 1)
      : alignment_(alignment),
        inverse_(~std::uint64_t{0} / alignment + 1),
        exact_below_(~std::uint64_t{0} / alignment) {
    busy_.reserve(64);
  }

  // The first start >= earliest of a free interval of that length, without taking it.
  time_ps find(time_ps earliest, time_ps length) const {
    if (busy_.size() != first_) {  // most come while the resource is busy to the end, or after it
      const interval& last = busy_.back();
      if (earliest > last.begin) return align(earliest < last.end ? last.end : earliest);
    }
    time_ps start = align(earliest < floor_ ? floor_ : earliest);
    if (busy_.size() == first_ || start >= busy_.back().end) return start;
    for (std::size_t i = first_after(start); i < busy_.size(); ++i) {
      if (start + length <= busy_[i].begin) return start;
      start = align(busy_[i].end);
    }
    return start;
  }

  // Takes [start, start + length), which find() has just shown to be free.
  void take(time_ps start, time_ps length) {
    const time_ps end = start + length;
    if (busy_.size() != first_ && start == busy_.back().end) {
      busy_.back().end = end;
      return;
    }
    if (busy_.size() == first_ || start > busy_.back().end) {
      append(start, end);
      return;
    }
    const std::size_t i = first_after(start);  // the interval that follows
    const bool joins_previous = i > first_ && busy_[i - 1].end == start;
    const bool joins_next = i < busy_.size() && busy_[i].begin == end;
    if (joins_previous && joins_next) {
      busy_[i - 1].end = busy_[i].end;
      busy_.erase(busy_.begin() + static_cast<std::ptrdiff_t>(i));
    } else if (joins_previous) {
      busy_[i - 1].end = end;
    } else if (joins_next) {
      busy_[i].begin = start;
    } else {
      busy_.insert(busy_.begin() + static_cast<std::ptrdiff_t>(i), {start, end});
    }
  }

  time_ps reserve(time_ps earliest, time_ps length) {
    const time_ps start = find(earliest, length);
    if (length > 0) take(start, length);
    return start;
  }

  // No request will ask for a time before `now` any more. What is remembered then goes a few at a time.
  void forget_before(time_ps now) {
    if (busy_.size() - first_ < 16) return;
    while (first_ + 1 < busy_.size() && busy_[first_].end <= now) forget_first();
  }

  time_ps align(time_ps t) const {
    if (alignment_ == 1) return t;
    const time_ps over = remainder(t);
    return over == 0 ? t : t + (alignment_ - over);
  }

 private:
  static constexpr std::size_t remembered = 256;  // intervals; older gaps are lost

  void append(time_ps start, time_ps end) {
    busy_.push_back({start, end});
    if (busy_.size() - first_ > remembered) forget_first();
  }
  void forget_first() {
    floor_ = busy_[first_++].end;
    if (first_ < remembered) return;
    std::size_t kept = 0;
    for (std::size_t i = first_; i < busy_.size(); ++i) busy_[kept++] = busy_[i];
    busy_.resize(kept);
    first_ = 0;
  }

  // t % alignment_, for alignment_ > 1. With inverse_ = (2^64 + e) / alignment_, 0 < e <= alignment_, the
  // high half of t * inverse_ is the quotient while t * e < 2^64: a multiplication instead of a division.
  time_ps remainder(time_ps t) const {
    if (t >= exact_below_) return t % alignment_;
    __extension__ using wide = unsigned __int128;
    const auto quotient = static_cast<time_ps>((static_cast<wide>(t) * inverse_) >> 64);
    return t - quotient * alignment_;
  }

  struct interval {
    time_ps begin;
    time_ps end;
  };

  // Index of the first interval that ends after `t`.
  std::size_t first_after(time_ps t) const {
    std::size_t i = busy_.size();
    while (i > first_ && busy_[i - 1].end > t) --i;  // requests are usually near the end
    return i;
  }

  time_ps alignment_;
  std::uint64_t inverse_;
  time_ps exact_below_;
  std::vector<interval> busy_;  // [first_, end): ascending, disjoint, not touching
  std::size_t first_ = 0;
  time_ps floor_ = 0;  // everything before is taken or forgotten
};

}  // namespace mimd

#endif
