// The bridge between SystemC's sc_time and the library's picoseconds (time.h).
#ifndef MIMD_INFRASTRUCTURE_KERNEL_TIME_H
#define MIMD_INFRASTRUCTURE_KERNEL_TIME_H

#include <systemc>

#include "infrastructure/time.h"

namespace mimd {

inline time_ps to_ps(const sc_core::sc_time& t) { return t.value(); }
inline sc_core::sc_time to_sc_time(time_ps t) { return sc_core::sc_time::from_value(t); }
inline time_ps now_ps() { return sc_core::sc_time_stamp().value(); }

}  // namespace mimd

#endif
