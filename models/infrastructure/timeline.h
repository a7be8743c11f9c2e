// The reservation calendar of one shared resource: a bus, a memory bank, a link.
//
// reserve() takes the first gap of the given length at or after a time. It remembers recent gaps, so that a
// request that arrives out of order within a quantum takes the slot it would have had. Busy intervals that
// touch are merged, so a saturated resource is one interval; a request after all others costs O(1). What is
// earlier than the time told by forget_before() may be dropped. With an alignment, starts are multiples of
// it.
#ifndef MIMD_INFRASTRUCTURE_TIMELINE_H
#define MIMD_INFRASTRUCTURE_TIMELINE_H

#include <cstddef>
#include <vector>

#include "infrastructure/time.h"

namespace mimd {

class timeline {
 public:
  explicit timeline(time_ps alignment = 1)
      : alignment_(alignment),
        inverse_(~std::uint64_t{0} / alignment + 1),
        exact_below_(~std::uint64_t{0} / alignment) {}

  // The first start >= earliest of a free interval of that length, without taking it.
  time_ps find(time_ps earliest, time_ps length) const {
    // Most come while the resource is busy to the end, or after it.
    if (earliest >= last_.begin) return align(earliest < last_.end ? last_.end : earliest);
    return find_before_last(earliest, length);
  }

  // Whether find() would say `start`, which is aligned.
  bool is_free(time_ps start, time_ps length) const {
    if (start >= last_.begin) return start >= last_.end;
    return start + length <= last_.begin && find_before_last(start, length) == start;
  }

  // Takes [start, start + length), which find() has just shown to be free.
  void take(time_ps start, time_ps length) {
    if (start == last_.end) {
      last_.end = start + length;
    } else if (start > last_.end) {
      append({start, start + length});
    } else {
      insert_before_last({start, start + length});
    }
  }

  time_ps reserve(time_ps earliest, time_ps length) {
    if (length == 0) return find(earliest, length);
    if (earliest < last_.begin) return reserve_before_last(earliest, length);
    const time_ps start = align(earliest < last_.end ? last_.end : earliest);
    take(start, length);
    return start;
  }

  // No request will ask for a time before `now` any more.
  void forget_before(time_ps now) { past_ = now; }

  time_ps align(time_ps t) const {
    if (alignment_ == 1) return t;
    const time_ps over = remainder(t);
    return over == 0 ? t : t + (alignment_ - over);
  }

 private:
  struct interval {
    time_ps begin;
    time_ps end;
  };
  static constexpr std::size_t remembered = 1024;  // intervals at most; older gaps are lost

  // t % alignment_, for alignment_ > 1. With inverse_ = (2^64 + e) / alignment_, 0 < e <= alignment_, the
  // high half of t * inverse_ is the quotient while t * e < 2^64: a multiplication instead of a division.
  time_ps remainder(time_ps t) const {
    if (t >= exact_below_) return t % alignment_;
    __extension__ using wide = unsigned __int128;
    const auto quotient = static_cast<time_ps>((static_cast<wide>(t) * inverse_) >> 64);
    return t - quotient * alignment_;
  }

  void append(interval next) {
    if (last_.begin != last_.end) {
      if (earlier_.size() == earlier_.capacity()) make_room();
      earlier_.push_back(last_);
    }
    last_ = next;
  }
  time_ps find_before_last(time_ps earliest, time_ps length) const;
  time_ps reserve_before_last(time_ps earliest, time_ps length);
  void insert_before_last(interval taken) { insert(first_after(taken.begin), taken); }
  void insert(std::size_t i, interval taken);  // between the i-th of the earlier ones and the one before
  std::size_t first_after(time_ps t) const;
  std::size_t make_room();

  time_ps alignment_;
  std::uint64_t inverse_;
  time_ps exact_below_;
  interval last_{0, 0};            // busy
  std::vector<interval> earlier_;  // those before it: ascending, disjoint, not touching
  time_ps floor_ = 0;              // everything before is taken or forgotten
  time_ps past_ = 0;
};

}  // namespace mimd

#endif
