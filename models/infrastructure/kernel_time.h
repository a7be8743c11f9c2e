// The bridge between SystemC's sc_time and the library's picoseconds (time.h).
//
// now_ps() is the time of the models. It is the kernel's, unless the agenda runs ahead of the kernel, which
// it does only where somebody allows it (agenda.h): so whoever waits, or notifies an event, for a later time
// says until(at), and whoever asks what the others do next asks next_activity().
#ifndef MIMD_INFRASTRUCTURE_KERNEL_TIME_H
#define MIMD_INFRASTRUCTURE_KERNEL_TIME_H

#include <algorithm>
#include <cstring>
#include <systemc>

#include "infrastructure/time.h"

namespace mimd {

inline time_ps to_ps(const sc_core::sc_time& t) {
  return t.value();
}
// sc_time is its value (sc_time::from_value does the same behind a library call, several times an access).
inline sc_core::sc_time to_sc_time(time_ps t) {
  static_assert(sizeof(sc_core::sc_time) == sizeof t);
  sc_core::sc_time result;
  std::memcpy(static_cast<void*>(&result), &t, sizeof t);
  return result;
}

// The kernel's clock is one object for the life of the process: looked up once, read at the cost of a load.
inline time_ps kernel_now_ps() {
  static const sc_core::sc_time& now = sc_core::sc_time_stamp();
  return now.value();
}

// How far the agenda has come; there is one a simulation, as there is one kernel.
inline time_ps& agenda_reached() {
  static time_ps reached = 0;
  return reached;
}

inline time_ps now_ps() {
  return std::max(kernel_now_ps(), agenda_reached());
}

// From the kernel's present to `at`, for wait() and notify().
inline sc_core::sc_time until(time_ps at) {
  const time_ps now = kernel_now_ps();
  return to_sc_time(at > now ? at - now : 0);
}

// When the kernel has something to do next, the agenda's events included; never: nothing. Not during
// elaboration.
inline time_ps next_activity() {
  return kernel_now_ps() + to_ps(sc_core::sc_time_to_pending_activity());
}

}  // namespace mimd

#endif
