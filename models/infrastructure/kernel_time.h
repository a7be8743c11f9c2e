// The bridge between SystemC's sc_time and the library's picoseconds (time.h).
#ifndef MIMD_INFRASTRUCTURE_KERNEL_TIME_H
#define MIMD_INFRASTRUCTURE_KERNEL_TIME_H

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
inline time_ps now_ps() {
  static const sc_core::sc_time& now = sc_core::sc_time_stamp();
  return now.value();
}

}  // namespace mimd

#endif
