#include "infrastructure/timing_wheel.h"

namespace mimd {

timed_event::~timed_event() {
  if (wheel_) wheel_->cancel(*this);
}

timing_wheel::timing_wheel() = default;

timing_wheel::~timing_wheel() {
  for (const near_events::entry& e : near_) e.event->wheel_ = nullptr;
  for (level& l : levels_) {
    for (slot& s : l.slots) {
      for (timed_event* e = s.first; e; e = e->next_) e->wheel_ = nullptr;
    }
  }
}

// An event lives on the level of the highest digit (of slot_bits bits) in which its time differs from base_:
// all events of equal time therefore share one slot at any moment, and a slot's list order is their insertion
// order.
unsigned timing_wheel::level_of(time_ps difference) {
  return difference == 0 ? 0 : static_cast<unsigned>(63 - __builtin_clzll(difference)) / slot_bits;
}

timing_wheel::slot& timing_wheel::place_of(time_ps time, unsigned& level_index, unsigned& slot_index) {
  level_index = level_of(time ^ base_);
  slot_index = static_cast<unsigned>(time >> (slot_bits * level_index)) & (slot_count - 1);
  return levels_[level_index].slots[slot_index];
}

void timing_wheel::append(timed_event& event) {
  unsigned level_index;
  unsigned slot_index;
  slot& s = place_of(event.time_, level_index, slot_index);
  recent_time_ = event.time_;
  recent_slot_ = &s;
  if (s.first) {
    event.previous_ = s.last;
    s.last->next_ = &event;
    if (event.time_ != s.earliest) s.uniform = false;
    if (event.time_ < s.earliest) s.earliest = event.time_;
  } else {
    s.first = &event;
    s.earliest = event.time_;
    s.uniform = true;
    s.stale = false;
    occupy(level_index, slot_index);
  }
  s.last = &event;
}

void timing_wheel::release(unsigned level_index, unsigned slot_index) {
  level& l = levels_[level_index];
  l.occupied[slot_index / 64] &= ~(std::uint64_t{1} << (slot_index % 64));
  if (l.occupied[slot_index / 64] != 0) return;
  l.words_in_use &= ~(1u << (slot_index / 64));
  if (l.words_in_use == 0) levels_in_use_ &= ~(1u << level_index);
}

void timing_wheel::occupy(unsigned level_index, unsigned slot_index) {
  level& l = levels_[level_index];
  l.occupied[slot_index / 64] |= std::uint64_t{1} << (slot_index % 64);
  l.words_in_use |= 1u << (slot_index / 64);
  levels_in_use_ |= 1u << level_index;
}

void timing_wheel::cancel(timed_event& event) {
  if (event.wheel_ != this) return;
  if (event.time_ < far_) {
    near_.remove(event);
    event.wheel_ = nullptr;
    return;
  }
  unsigned level_index;
  unsigned slot_index;
  slot& s = place_of(event.time_, level_index, slot_index);
  (&event != s.first ? event.previous_->next_ : s.first) = event.next_;
  (event.next_ ? event.next_->previous_ : s.last) = event.previous_;
  event.wheel_ = nullptr;
  --far_events_;
  recent_time_ = never;
  if (!s.first) {
    release(level_index, slot_index);
  } else if (!s.uniform && event.time_ == s.earliest) {
    s.stale = true;
  }
}

unsigned timing_wheel::first_slot(const level& l) const {
  const auto word = static_cast<unsigned>(__builtin_ctz(l.words_in_use));
  return word * 64 + static_cast<unsigned>(__builtin_ctzll(l.occupied[word]));
}

void timing_wheel::refresh(slot& s) {
  s.earliest = never;
  s.uniform = true;
  for (const timed_event* e = s.first; e; e = e->next_) {
    if (s.earliest != never && e->time_ != s.earliest) s.uniform = false;
    if (e->time_ < s.earliest) s.earliest = e->time_;
  }
  s.stale = false;
}

time_ps timing_wheel::next_far_time() {
  if (levels_in_use_ == 0) return never;
  level& l = levels_[static_cast<unsigned>(__builtin_ctz(levels_in_use_))];
  slot& s = l.slots[first_slot(l)];
  if (s.stale) refresh(s);
  return s.earliest;
}

// Moves base_ to `time`, the earliest pending time, and brings its events down to level 0.
void timing_wheel::advance_to(time_ps time) {
  const unsigned level_index = static_cast<unsigned>(__builtin_ctz(levels_in_use_));
  base_ = time;
  recent_time_ = never;
  if (level_index == 0) return;
  level& l = levels_[level_index];
  const unsigned slot_index = first_slot(l);
  slot& s = l.slots[slot_index];
  timed_event* e = s.first;
  const bool uniform = s.uniform;
  timed_event* const last = s.last;
  s.first = nullptr;
  release(level_index, slot_index);
  if (uniform) {  // the common case on a clock grid: the whole list moves at once
    const unsigned bottom = static_cast<unsigned>(time) & (slot_count - 1);
    slot& target = levels_[0].slots[bottom];
    target.first = e;
    target.last = last;
    target.earliest = time;
    target.uniform = true;
    target.stale = false;
    occupy(0, bottom);
    return;
  }
  fetch(e, last);
  while (e) {
    timed_event* const next = e->next_;
    e->next_ = nullptr;
    append(*e);
    e->approach();
    e = next;
  }
}

// Brings a list into the host's cache. Each event tells where the next is only when it has come: from both
// ends at once that takes half the time.
void timing_wheel::fetch(const timed_event* first, const timed_event* last) {
  while (first != last) {
    first = first->next_;
    if (first == last) return;
    last = last->previous_;
    __builtin_prefetch(first);
    __builtin_prefetch(last);
  }
}

// Of too many near events the later half goes to the levels, those of one time together: what is appended
// there later comes behind.
void timing_wheel::make_room() {
  const near_events::entry* cut = near_.begin() + near_events::capacity / 2;
  while (cut != near_.begin() && cut[-1].time == cut->time) --cut;
  if (levels_in_use_ == 0) base_ = fired_;  // not the first pending: an earlier one may follow
  far_ = cut->time;
  for (const near_events::entry* e = cut; e != near_.end(); ++e) {
    e->event->next_ = nullptr;
    append(*e->event);
    ++far_events_;
  }
  near_.cut(cut);
}

// The few events on the levels become near ones.
void timing_wheel::bring_near() {
  while (levels_in_use_ != 0) {
    const time_ps time = next_far_time();
    advance_to(time);
    const unsigned index = static_cast<unsigned>(time) & (slot_count - 1);
    slot& s = levels_[0].slots[index];
    for (timed_event* e = s.first; e; e = e->next_) near_.insert(*e, time);
    s.first = nullptr;
    release(0, index);
  }
  far_events_ = 0;
  far_ = never;
}

// Fires the events of this time, which are the earliest and on the levels, and what they add to it.
std::uint64_t timing_wheel::fire_slot(time_ps time) {
  std::uint64_t fired = 0;
  far_ = time;
  fired_ = time;
  advance_to(time);
  const unsigned index = static_cast<unsigned>(time) & (slot_count - 1);
  slot& s = levels_[0].slots[index];
  while (timed_event* e = s.first) {
    s.first = e->next_;
    if (s.first) {
      __builtin_prefetch(s.first);
    } else {
      release(0, index);
    }
    e->wheel_ = nullptr;
    --far_events_;
    ++fired;
    e->fire();  // may schedule, cancel or destroy any event, itself included
  }
  far_ = next_far_time();
  return fired;
}

std::uint64_t timing_wheel::fire_until(time_ps until, time_ps& next) {
  std::uint64_t fired = 0;
  for (;;) {
    while (!near_.empty()) {
      next = near_.first_time();
      if (next > until) return fired;
      fired_ = next;
      timed_event& e = near_.take_first();
      e.wheel_ = nullptr;
      ++fired;
      e.fire();
    }
    if (far_events_ <= few && far_events_ != 0) {
      bring_near();
      continue;
    }
    next = next_far_time();
    if (next > until || next == never) return fired;
    fired += fire_slot(next);
  }
}

}  // namespace mimd
