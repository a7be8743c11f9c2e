// What packets took, in cycles, and over how many routers. Latencies:
//   packet   from its creation to the arrival of its tail
//   network  from the departure of its head from the source queue to the arrival of its tail
//   flit     the same for each flit (packet::flit_cycles)
#ifndef MIMD_NOC_PACKET_LATENCIES_H
#define MIMD_NOC_PACKET_LATENCIES_H

#include <cstdint>

#include "infrastructure/statistics.h"
#include "noc/packet.h"

namespace mimd::noc {

struct packet_latencies {
  histogram packet;
  histogram network;
  histogram hops;  // routers visited
  std::uint64_t flits = 0;
  std::uint64_t flit_cycles = 0;  // sum of flit latencies

  void add(const noc::packet& p) {
    packet.add(p.arrived - p.created);
    network.add(p.arrived - p.injected);
    hops.add(p.hops);
    flits += p.flits;
    flit_cycles += p.flit_cycles;
  }
  double mean_flit() const {
    return flits == 0 ? 0 : static_cast<double>(flit_cycles) / static_cast<double>(flits);
  }
};

}  // namespace mimd::noc

#endif
