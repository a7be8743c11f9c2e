// The agenda: one timing wheel for all models of a simulation, run by one SystemC process.
//
// Models schedule intrusive events here instead of owning sc_events: a pending event costs a few nanoseconds
// and no kernel object. The kernel is woken only for the next non-empty time, so agenda events interleave
// exactly with foreign SystemC processes: an event of time t fires in an evaluation phase at t, before time
// passes t. Events fire in (time, insertion) order; all of one time that are known fire in one activation,
// those added later at the same time by other processes in a following delta cycle.
//
// Running ahead: who owns all processes of a simulation, and has them all tell the time by now_ps(), may let
// the agenda go through its times by itself as long as nobody else has anything to do (run_ahead_until()).
// The kernel's own time, sc_time_stamp(), then stays behind, until a process waits for a time. What happens,
// and in which order, is the same. A step of the kernel's costs as much as several events.
//
// There is one agenda in a simulation: agenda::of_simulation() creates it on first use, which must be during
// elaboration. The SystemC time resolution must be 1 ps (its default): anything else is reported as an error.
// Threads: none of its own; call it from SystemC processes or elaboration only. fire() runs in the
// context of an SC_METHOD: it must not wait().
#ifndef MIMD_INFRASTRUCTURE_AGENDA_H
#define MIMD_INFRASTRUCTURE_AGENDA_H

#include <algorithm>
#include <systemc>

#include "infrastructure/kernel_time.h"
#include "infrastructure/timing_wheel.h"

namespace mimd {

class agenda : public sc_core::sc_module {
 public:
  explicit agenda(const sc_core::sc_module_name& name);

  // The simulation's agenda. Created on first call (elaboration only) and kept until the simulation context
  // ends.
  static agenda& of_simulation();

  // `at` must not be earlier than now.
  void schedule(timed_event& event, time_ps at) {
    wheel_.schedule(event, at);
    if (!running_ && at < armed_) arm(at);
  }
  void cancel(timed_event& event) { wheel_.cancel(event); }

  // For models that know a timing_wheel only, and no kernel: who lets them schedule there from outside of
  // fire() calls catch_up() afterwards.
  timing_wheel& wheel() { return wheel_; }
  void catch_up() {
    if (running_) return;
    const time_ps next = wheel_.next_time();
    if (next < armed_) arm(next);
  }

  // Up to and including `limit`; at first not at all. Not beyond what is passed to sc_start().
  void run_ahead_until(time_ps limit) { ahead_limit_ = limit; }
  // From a process that waits for `at`: nothing else is to happen until after `at`, so that the models' time
  // comes to it at once. False, and it does not: something is, or the agenda may not run ahead so far.
  bool pass_to(time_ps at) {
    if (at > ahead_limit_ || next_activity() <= at) return false;
    agenda_reached() = std::max(agenda_reached(), at);
    return true;
  }
  // sc_pause(), for models where the agenda may run ahead: it does not any more (it does not see a sc_pause()
  // or sc_stop() of theirs).
  void pause() {
    ahead_limit_ = 0;
    sc_core::sc_pause();
  }

  std::uint64_t fired() const { return fired_; }
  time_ps next_time() { return wheel_.next_time(); }

 private:
  void arm(time_ps at);
  void run();

  timing_wheel wheel_;
  sc_core::sc_event wake_;
  time_ps armed_ = never;
  time_ps ahead_limit_ = 0;
  bool running_ = false;
  std::uint64_t fired_ = 0;
};

}  // namespace mimd

#endif
