// Ranges that parameters of several parts have in common. Longer latencies and slower clocks are mistakes,
// and a few million of them would leave 64 bits of picoseconds.
#ifndef MIMD_PLATFORMS_SHARED_MEMORY_PARAMETER_RANGES_H
#define MIMD_PLATFORMS_SHARED_MEMORY_PARAMETER_RANGES_H

#include "infrastructure/parameters.h"

namespace mimd::ranges {

inline constexpr duration second{1'000'000'000'000};
inline const auto latency = between(duration{0}, second);
inline const auto clock_rate = between(frequency{1e3}, frequency{1e12});

}  // namespace mimd::ranges

#endif
