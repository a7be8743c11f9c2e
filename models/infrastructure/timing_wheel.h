// A hierarchical timing wheel of intrusive events.
//
// Models: a priority queue of events in (time, insertion) order. Insert, cancel and pop are O(1) amortised;
// an event moves down at most five levels in its life. Six levels of 2048 slots cover all 64-bit times, so
// there is no overflow list: the far future is simply a high level (Varghese & Lauck, "Hashed and
// hierarchical timing wheels", 1987, with the monotone-radix placement of Ahuja et al., JACM 1990). While few
// are pending, the levels are empty and all are in a sorted array (near_events.h).
//
// Rules: an event is owned by its creator and must not move; it is in at most one wheel, at most once.
// Scheduling an event that is pending moves it. Destroying a pending event cancels it. Nothing is allocated.
// Precondition: schedule() never names a time earlier than the last time fired.
#ifndef MIMD_INFRASTRUCTURE_TIMING_WHEEL_H
#define MIMD_INFRASTRUCTURE_TIMING_WHEEL_H

#include <array>
#include <cstdint>

#include "infrastructure/near_events.h"
#include "infrastructure/time.h"

namespace mimd {

class timing_wheel;

class timed_event {
 public:
  timed_event() = default;
  timed_event(const timed_event&) = delete;
  timed_event& operator=(const timed_event&) = delete;
  virtual ~timed_event();

  virtual void fire() = 0;
  // fire() is some events away: what it will touch may be fetched into the host's cache. Not told of every
  // event.
  virtual void approach() const {}

  bool pending() const { return wheel_ != nullptr; }
  time_ps time() const { return time_; }  // meaningful while pending, and inside fire()

 private:
  friend class timing_wheel;
  timed_event* next_ = nullptr;
  timed_event* previous_ = nullptr;
  timing_wheel* wheel_ = nullptr;
  time_ps time_ = 0;
};

// An event that calls a member function of its owner.
template <typename Owner, void (Owner::*Method)()>
class method_event final : public timed_event {
 public:
  explicit method_event(Owner& owner) : owner_(owner) {}
  void fire() override { (owner_.*Method)(); }

 private:
  Owner& owner_;
};

class timing_wheel {
 public:
  timing_wheel();
  ~timing_wheel();
  timing_wheel(const timing_wheel&) = delete;
  timing_wheel& operator=(const timing_wheel&) = delete;

  void schedule(timed_event& event, time_ps time) {
    if (event.wheel_) event.wheel_->cancel(event);
    event.time_ = time;
    event.wheel_ = this;
    if (time < far_) {
      if (near_.full()) make_room();
      if (time < far_) {
        near_.insert(event, time);
        return;
      }
    }
    event.next_ = nullptr;
    ++far_events_;
    if (time == recent_time_ && recent_slot_->first) {  // one more of many at the same time
      event.previous_ = recent_slot_->last;
      recent_slot_->last->next_ = &event;
      recent_slot_->last = &event;
    } else {
      append(event);
    }
  }
  void cancel(timed_event& event);  // harmless if not pending

  bool empty() const { return near_.empty() && levels_in_use_ == 0; }
  time_ps next_time() { return near_.empty() ? next_far_time() : near_.first_time(); }  // `never` when empty

  // Fires every event of time <= until, in order, including those that firing adds. Returns how many; `next`
  // is then what next_time() says.
  std::uint64_t fire_until(time_ps until, time_ps& next);
  std::uint64_t fire_until(time_ps until) {
    time_ps next;
    return fire_until(until, next);
  }

 private:
  static constexpr unsigned slot_bits = 11;
  static constexpr unsigned slot_count = 1u << slot_bits;
  static constexpr unsigned level_count = 6;  // 6 * 11 >= 64
  static constexpr unsigned word_count = slot_count / 64;

  struct slot {
    timed_event* first = nullptr;  // its previous_ means nothing
    timed_event* last = nullptr;   // meaningful unless first is null
    time_ps earliest = never;      // exact unless stale
    bool uniform = true;           // all events have time == earliest
    bool stale = false;            // an event of the earliest time was cancelled
  };
  struct level {
    std::uint32_t words_in_use = 0;  // which words of `occupied` are not zero
    std::array<std::uint64_t, word_count> occupied{};
    std::array<slot, slot_count> slots{};
  };

  static constexpr std::uint32_t few = near_events::capacity / 2;

  void make_room();
  void bring_near();
  std::uint64_t fire_slot(time_ps time);
  time_ps next_far_time();

  static unsigned level_of(time_ps difference);
  slot& place_of(time_ps time, unsigned& level_index, unsigned& slot_index);
  void append(timed_event& event);
  void occupy(unsigned level_index, unsigned slot_index);
  void release(unsigned level_index, unsigned slot_index);
  unsigned first_slot(const level& l) const;
  void refresh(slot& s);
  void advance_to(time_ps time);
  static void fetch(const timed_event* first, const timed_event* last);

  // Those earlier than far_ are near, the others on the levels.
  near_events near_;
  time_ps far_ = never;
  std::uint32_t far_events_ = 0;

  time_ps fired_ = 0;            // time of the last event fired
  time_ps base_ = 0;             // no event on the levels is earlier, nor will be
  time_ps recent_time_ = never;  // of the event appended last since base_ moved or one was cancelled
  slot* recent_slot_ = nullptr;
  unsigned levels_in_use_ = 0;
  std::array<level, level_count> levels_;
};

}  // namespace mimd

#endif
