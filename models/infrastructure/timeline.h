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
    if (busy_.size() == first_ || start > busy_.back().end) {
      append(start, start + length);
    } else {
      insert(first_after(start), start, start + length);
    }
  }

  time_ps reserve(time_ps earliest, time_ps length) {
    if (length == 0) return find(earliest, length);
    const std::size_t end = busy_.size();
    time_ps start = align(earliest < floor_ ? floor_ : earliest);
    if (end == first_ || start > busy_[end - 1].end) {
      append(start, start + length);
      return start;
    }
    std::size_t i = first_after(start);  // the interval that follows
    for (; i < end && start + length > busy_[i].begin; ++i) start = align(busy_[i].end);
    insert(i, start, start + length);
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

  // Before the i-th interval, of those that are remembered, or behind the last.
  void insert(std::size_t i, time_ps start, time_ps end) {
    const bool joins_previous = i > first_ && busy_[i - 1].end == start;
    const bool joins_next = i < busy_.size() && busy_[i].begin == end;
    if (joins_previous && joins_next) {
      busy_[i - 1].end = busy_[i].end;
      busy_.erase(busy_.begin() + static_cast<std::ptrdiff_t>(i));
    } else if (joins_previous) {
      busy_[i - 1].end = end;
    } else if (joins_next) {
      busy_[i].begin = start;
    } else if (i == busy_.size()) {
      append(start, end);
    } else {
      busy_.insert(busy_.begin() + static_cast<std::ptrdiff_t>(i), {start, end});
    }
  }
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

  // Index of the first interval that ends after `t`: near the end, or found by halving.
  std::size_t first_after(time_ps t) const {
    const interval* const intervals = busy_.data();
    std::size_t high = busy_.size();
    for (unsigned near = 0; near < 3; ++near, --high) {
      if (high == first_ || intervals[high - 1].end <= t) return high;
    }
    std::size_t low = first_;
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (intervals[middle].end <= t) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
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
