// Where the time of a processor that exchanges messages goes. Every moment belongs to one activity, so the
// parts add up to the whole by construction.
#ifndef MIMD_MESSAGE_PASSING_TIME_ACCOUNT_H
#define MIMD_MESSAGE_PASSING_TIME_ACCOUNT_H

#include <array>
#include <cstdint>

#include "infrastructure/time.h"
#include "infrastructure/trace.h"

namespace mimd {

enum class message_activity : std::uint8_t {
  program,       // everything that is not a message
  send,          // building messages and giving them to the interface
  send_copy,     // moving their bytes: to the interface's window, or to the kernel's buffer
  receive,       // taking messages in: looking, matching, giving buffers back
  receive_copy,  // moving their bytes to where they belong
  interrupt,     // stopping the processor, and going on
  system_call,   // entering the kernel, and leaving it
  wait,          // nothing to do until a message comes, or the interface has sent
};
inline constexpr unsigned message_activities = 8;

class time_account {
 public:
  // The present activity ends at `now`, another begins; returns the one that ended.
  message_activity change(message_activity to, time_ps now) {
    const message_activity before = present_;
    times_[static_cast<unsigned>(before)] += now - since_;
    since_ = now;
    present_ = to;
    trace_.set(now, static_cast<std::uint64_t>(to));
    return before;
  }
  void declare_traces(trace_recorder& recorder, const std::string& prefix) {
    recorder.declare(trace_, prefix + ".activity",
                     trace_kind::words({"program", "send", "send_copy", "receive", "receive_copy",
                                        "interrupt", "system_call", "wait"}));
  }
  message_activity present() const { return present_; }
  // Up to the last change.
  const time_ps& time(message_activity a) const { return times_[static_cast<unsigned>(a)]; }
  time_ps total() const { return since_; }

 private:
  std::array<time_ps, message_activities> times_{};
  message_activity present_ = message_activity::program;
  time_ps since_ = 0;
  trace_signal trace_;
};

}  // namespace mimd

#endif
