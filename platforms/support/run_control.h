// Runs a simulation to its end, and says how it ended.
//
// Where logs are to be flushed or progress shown, the kernel is given simulated time in slices, of about a
// twentieth of a second of the host's. A slice ends where the kernel would have gone on with nothing but the
// next event, so nothing of that changes a result. (Asking the kernel from another host thread would: a
// request for an update counts as pending activity, which processors look at before they run ahead.) A host
// thread waits for Ctrl-C, and only then asks the kernel (sc_prim_channel::async_request_update, then
// sc_pause) to come back between two delta cycles. A model that spins for ever inside one activation cannot
// be paused; the second Ctrl-C kills it.
//
// A machine says that it is done by agenda::pause(); or its events run out. Events that never run out, such
// as a free-running clock, hide a deadlock.
//
// Programs that have not ended when run() does are unwound (thread_unwinder.h), so that they leave nothing
// behind; not after sc_stop(), when SystemC lets nobody run any more.
//
// The agenda may run ahead of the kernel (agenda.h): all processes must tell the time by now_ps().
//
// Made before the simulation starts (it has a primitive channel); one in a simulation; run() is called once.
#ifndef MIMD_PLATFORMS_SUPPORT_RUN_CONTROL_H
#define MIMD_PLATFORMS_SUPPORT_RUN_CONTROL_H

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "infrastructure/agenda.h"
#include "infrastructure/statistics_report.h"
#include "infrastructure/time.h"
#include "platforms/support/exit_status.h"
#include "platforms/support/thread_unwinder.h"

namespace mimd {

enum class run_ending {
  finished,  // hooks.finished() held
  deadlock,  // no event is left, and the program has not finished
  gave_up,   // sc_stop() or sc_pause() by a model, and the program has not finished (a pause after the last
             // event of a slice cannot be told from its end: the run goes on)
  max_time,  // the next event is at max_time or later; it does not happen
  interrupted,  // SIGINT or SIGTERM
};

struct run_hooks {
  std::function<bool()> finished;                     // required
  std::function<std::string()> who_waits;             // one line for a deadlock: "cpu_0 waits for the bus"
  std::function<std::string()> why_stopped;           // one line, if a model stops the run. May be empty
  std::function<std::uint64_t()> events;              // counts up; for the rate. May be empty
  std::function<std::optional<double>()> share_done;  // 0 to 1 where known. May be empty
  std::function<void()> often;  // about twice a host second, to flush logs. May be empty
};

class run_control {
 public:
  // name: "mimd-uma", for messages. progress: shown if true, or if nothing is said and standard error is a
  // terminal.
  run_control(std::string name, time_ps max_time, std::optional<bool> progress);
  ~run_control();
  run_control(const run_control&) = delete;
  run_control& operator=(const run_control&) = delete;

  // Says every ending but `finished` in one line on standard error. Exceptions of models pass through.
  run_ending run(const run_hooks& hooks);

  double seconds() const { return seconds_; }  // host time spent in run()

 private:
  class pause_request;
  class watcher;

  run_ending simulate(const run_hooks& hooks);
  void show_progress(const run_hooks& hooks, double elapsed);
  void clear_progress();
  void say(const std::string& line);

  std::string name_;
  time_ps max_time_;
  bool progress_;
  bool terminal_;
  bool shown_ = false;
  agenda& agenda_;
  std::unique_ptr<pause_request> pause_;
  thread_unwinder unwinder_;
  double seconds_ = 0;
  double last_elapsed_ = 0;
  std::uint64_t last_events_ = 0;
};

// 3 and 130 for the endings that have one; good for finished (the verdict on the result is the caller's).
int status_of(run_ending ending);

host_figures host_now(const run_control& control, std::uint64_t events);

}  // namespace mimd

#endif
