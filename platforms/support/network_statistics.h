// noc.*: the statistics of a network, as every machine that has one names them.
#ifndef MIMD_PLATFORMS_SUPPORT_NETWORK_STATISTICS_H
#define MIMD_PLATFORMS_SUPPORT_NETWORK_STATISTICS_H

#include <cstdint>
#include <functional>
#include <string>

#include "infrastructure/statistics.h"
#include "noc/packet_latencies.h"
#include "noc/topology.h"

namespace mimd {

// What is registered must outlive `all`. prefix: "noc.latency".
void register_latencies(statistics& all, const std::string& prefix, const noc::packet_latencies& l);
// noc.hops, noc.hops.packets.
void register_hops(statistics& all, const noc::packet_latencies& l);
// noc.router.<router>.flits and noc.link.<from>_<to>.flits. flits: over a channel, by its number.
void register_channels(statistics& all, const noc::topology& shape,
                       const std::function<std::uint64_t(std::uint32_t)>& flits);

}  // namespace mimd

#endif
