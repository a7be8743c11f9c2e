// The earliest few events of a timing wheel, sorted by time: while no more than a few hundred are pending, an
// array that stays in the host's first-level cache beats any wheel, whose slots are touched once a round.
//
// Events of equal time are in the order of their insertion. Inside models/infrastructure only.
#ifndef MIMD_INFRASTRUCTURE_NEAR_EVENTS_H
#define MIMD_INFRASTRUCTURE_NEAR_EVENTS_H

#include <algorithm>
#include <array>

#include "infrastructure/time.h"

namespace mimd {

class timed_event;

class near_events {
 public:
  static constexpr unsigned capacity = 256;

  struct entry {
    time_ps time;
    timed_event* event;
  };

  bool empty() const { return begin_ == end_; }
  bool full() const { return end_ - begin_ == capacity; }
  time_ps first_time() const { return entries_[begin_].time; }
  const entry* begin() const { return &entries_[begin_]; }
  const entry* end() const { return begin() + (end_ - begin_); }

  void insert(timed_event& event, time_ps time) {  // not if full
    if (begin_ != 0 && end_ - begin_ > 8 && entries_[begin_ + (end_ - begin_) / 2].time > time) {
      insert_early(event, time);
      return;
    }
    if (end_ == 2 * capacity) compact();
    // Most others come last or nearly so.
    const unsigned near_end = end_ - begin_ > 4 ? end_ - 4 : begin_;
    unsigned i = end_;
    for (; i != near_end && entries_[i - 1].time > time; --i) entries_[i] = entries_[i - 1];
    if (i == near_end && i != begin_ && entries_[i - 1].time > time) i = make_gap(i, time);
    entries_[i] = {time, &event};
    ++end_;
  }

  timed_event& take_first() {
    timed_event& first = *entries_[begin_++].event;
    __builtin_prefetch(entries_[begin_].event);  // perhaps of old: harmless
    return first;
  }

  void remove(const timed_event& event) {
    const auto last = entries_.begin() + end_;
    const auto found =
        std::find_if(entries_.begin() + begin_, last, [&event](const entry& e) { return e.event == &event; });
    std::copy(found + 1, last, found);
    --end_;
  }

  // Those from here on leave.
  void cut(const entry* from) { end_ = begin_ + static_cast<unsigned>(from - begin()); }

 private:
  // For an event of that time, which is earlier than the last before `end`; that entry may be overwritten.
  unsigned make_gap(unsigned end, time_ps time) {
    unsigned i = end - 1;
    while (i - begin_ >= 8 && entries_[i - 8].time > time) i -= 8;
    while (i != begin_ && entries_[i - 1].time > time) --i;
    std::copy_backward(&entries_[i], &entries_[end], &entries_[end + 1]);
    return i;
  }

  // Among the first ones, which move up.
  void insert_early(timed_event& event, time_ps time) {
    unsigned i = begin_--;
    for (; entries_[i].time <= time; ++i) entries_[i - 1] = entries_[i];
    entries_[i - 1] = {time, &event};
  }

  void compact() {
    std::copy(entries_.begin() + begin_, entries_.begin() + end_, entries_.begin());
    end_ -= begin_;
    begin_ = 0;
  }

  std::array<entry, 2 * capacity + 1> entries_{};  // the last is never filled
  unsigned begin_ = 0;
  unsigned end_ = 0;
};

}  // namespace mimd

#endif
