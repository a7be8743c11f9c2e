#include "infrastructure/timeline.h"

#include <algorithm>

namespace mimd {

time_ps timeline::find_before_last(time_ps earliest, time_ps length) const {
  time_ps start = align(std::max(earliest, floor_));
  for (std::size_t i = first_after(start); i < earlier_.size(); ++i) {
    if (start + length <= earlier_[i].begin) return start;
    start = align(earlier_[i].end);
  }
  return start + length <= last_.begin ? start : align(std::max(start, last_.end));
}

time_ps timeline::reserve_before_last(time_ps earliest, time_ps length) {
  time_ps start = align(std::max(earliest, floor_));
  std::size_t i = first_after(start);
  for (; i < earlier_.size() && start + length > earlier_[i].begin; ++i) start = align(earlier_[i].end);
  if (start + length <= (i < earlier_.size() ? earlier_[i] : last_).begin) {
    insert(i, {start, start + length});
  } else {
    start = align(std::max(start, last_.end));
    take(start, length);
  }
  return start;
}

void timeline::insert(std::size_t i, interval taken) {
  interval& next = i < earlier_.size() ? earlier_[i] : last_;
  const bool joins_previous = i > 0 && earlier_[i - 1].end == taken.begin;
  const bool joins_next = next.begin == taken.end;
  if (joins_next) next.begin = joins_previous ? earlier_[i - 1].begin : taken.begin;
  if (joins_next && joins_previous) {
    earlier_.erase(earlier_.begin() + static_cast<std::ptrdiff_t>(i) - 1);
  } else if (joins_previous) {
    earlier_[i - 1].end = taken.end;
  } else if (!joins_next) {
    if (earlier_.size() == earlier_.capacity()) {
      const std::size_t gone = make_room();
      if (i < gone) return;  // too old to be remembered
      i -= gone;
    }
    earlier_.insert(earlier_.begin() + static_cast<std::ptrdiff_t>(i), taken);
  }
}

// Index of the first of the earlier intervals that ends after `t`: not far from the end usually, so steps
// back grow until it is passed, and what is between is halved.
std::size_t timeline::first_after(time_ps t) const {
  std::size_t low = 0;
  std::size_t high = earlier_.size();
  for (std::size_t step = 1; step <= high; step *= 2) {
    const std::size_t i = high - step;
    if (earlier_[i].end <= t) {
      low = i + 1;
      break;
    }
    high = i;
  }
  // Without a branch that is hard to foretell.
  for (std::size_t count = high - low; count > 0;) {
    const std::size_t half = count / 2;
    const std::size_t ended = earlier_[low + half].end <= t;
    low += ended * (half + 1);
    count = half + ended * (count - 2 * half - 1);
  }
  return low;
}

// What lies in the past goes, and what is too old to be remembered; the rest may need a larger room. How many
// are gone.
std::size_t timeline::make_room() {
  std::size_t gone = first_after(past_);
  if (earlier_.size() - gone >= remembered) gone = earlier_.size() - remembered / 2;
  if (gone > 0) floor_ = std::max(floor_, earlier_[gone - 1].end);
  earlier_.erase(earlier_.begin(), earlier_.begin() + static_cast<std::ptrdiff_t>(gone));
  if (2 * earlier_.size() >= earlier_.capacity()) {
    earlier_.reserve(std::max<std::size_t>(16, 2 * earlier_.capacity()));
  }
  return gone;
}

}  // namespace mimd
