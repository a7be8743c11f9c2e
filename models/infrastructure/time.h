// Simulated time as plain integers.
//
// Inside the library a time is a count of picoseconds in 64 bits (213 days). SystemC's default resolution is
// one picosecond, so the conversion is free. A simulation with another resolution is refused at elaboration
// (see agenda.h): statistics and traces promise integers in picoseconds.
#ifndef MIMD_INFRASTRUCTURE_TIME_H
#define MIMD_INFRASTRUCTURE_TIME_H

#include <cstdint>

namespace mimd {

using time_ps = std::uint64_t;

inline constexpr time_ps never = ~time_ps{0};

}  // namespace mimd

#endif
