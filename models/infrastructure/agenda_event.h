// What an sc_event is to the kernel's time, for the agenda's: processes wait for it, or are sensitive to it,
// and it is notified at a time of the agenda. So the order of what happens at one time is the agenda's (the
// order in which it was asked for; the kernel has none), and the agenda can run ahead (agenda.h).
//
// Made during elaboration, or later by a process; the agenda itself during elaboration. Used by SystemC
// processes and agenda events only. Times in ps; no time is an error.
#ifndef MIMD_INFRASTRUCTURE_AGENDA_EVENT_H
#define MIMD_INFRASTRUCTURE_AGENDA_EVENT_H

#include <algorithm>
#include <systemc>

#include "infrastructure/agenda.h"

namespace mimd {

class agenda_event : private timed_event {
 public:
  // The past counts as now. As with sc_event, an earlier notification wins over a later one; and those who
  // wait are told in the delta cycle after.
  void notify_at(time_ps at) {
    if (pending() && time() <= at) return;
    agenda_.schedule(*this, std::max(at, now_ps()));
  }
  const sc_core::sc_event& event() const { return event_; }

  // For a thread that nobody but this event wakes: not for events that are notified or waited for otherwise.
  void sleep_until(time_ps at) {
    if (at > now_ps()) sleep(at);
  }
  // No time passes, but everything that is to happen now and has been asked for does.
  void sleep_once_more() { sleep(now_ps()); }
  // The same for a thread that `other` may wake as well.
  void sleep_until(time_ps at, const sc_core::sc_event& other) {
    notify_at(at);
    sc_core::wait(event_ | other);
    agenda_.cancel(*this);
  }

 private:
  void fire() override {
    over_ = true;
    if (asleep_)
      event_.notify();
    else
      event_.notify(sc_core::SC_ZERO_TIME);
  }

  void sleep(time_ps at) {
    over_ = false;
    asleep_ = true;
    agenda_.schedule(*this, at);
    while (!over_) sc_core::wait(event_);
    asleep_ = false;
  }

  agenda& agenda_ = agenda::of_simulation();
  sc_core::sc_event event_;  // unnamed, as there may be many under one parent
  bool over_ = false;
  bool asleep_ = false;
};

}  // namespace mimd

#endif
