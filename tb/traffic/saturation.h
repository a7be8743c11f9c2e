// Zero-load latency, and the search for the saturation load.
//
// The saturation load is the highest offered load at which the mean packet latency is at most 3 times that of
// the empty network, and at least 99 % of the offered flits are accepted; found by bisection to 0.005
// flits/terminal/cycle.
#ifndef MIMD_TB_TRAFFIC_SATURATION_H
#define MIMD_TB_TRAFFIC_SATURATION_H

#include <cstdint>
#include <functional>

#include "noc/network.h"
#include "tb/traffic/packet_mix.h"
#include "tb/traffic/traffic_pattern.h"
#include "tb/traffic/traffic_results.h"

namespace mimd::tb {

// The mean latency of packets that are alone in the network: one after the other, `each` from every terminal
// that sends. The network must be idle; it is idle again afterwards.
double zero_load_latency(noc::network& network, const traffic_pattern& pattern, const packet_mix& mix,
                         std::uint64_t seed, std::uint32_t each = 64);

struct saturation_rule {
  double latency_factor = 3;
  double accepted_share = 0.99;
  double resolution = 0.005;
  double lowest = 0.005;
  double highest = 1;
};

// zero_load: not a number if it was not measured; then latency does not count. What is on the way at either
// end of the window goes up and down in a sound network, too: accepted flits may fall short of their share
// by three standard deviations of that.
bool is_saturated(const saturation_rule& rule, const traffic_results& r, double zero_load);

// The highest load, a multiple of the resolution, that is not saturated; 0 if the lowest is.
// saturated(load) measures a point; it may throw to end the search.
double find_saturation(const saturation_rule& rule, const std::function<bool(double load)>& saturated);

}  // namespace mimd::tb

#endif
