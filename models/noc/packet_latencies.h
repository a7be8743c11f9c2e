// What packets took, in cycles, and over how many routers. Latencies:
//   packet   from its creation to the arrival of its tail
//   network  from the departure of its head from the source queue to the arrival of its tail
//   flit     the same for each flit (packet::flit_latencies)
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
  histogram flit;

  void add(const noc::packet& p) {
    packet.add(p.arrived - p.created);
    network.add(p.arrived - p.injected);
    hops.add(p.hops);
    if (p.flit_latencies == nullptr)
      flit.add(p.flit_cycles / p.flits, p.flits);
    else
      for (std::uint32_t i = 0; i < p.flits; ++i) flit.add(p.flit_latencies[i]);
  }
};

}  // namespace mimd::noc

#endif
