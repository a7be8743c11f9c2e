// What a traffic driver measured. Latencies are in cycles:
//   packet   from its creation to the arrival of its tail
//   network  from the departure of its head from the source queue to the arrival of its tail
//   flit     the same for each flit (packet::flit_cycles)
// Only packets created within the window count, however late they arrive; accepted flits are those of all
// packets that arrive within it.
#ifndef MIMD_TB_TRAFFIC_TRAFFIC_RESULTS_H
#define MIMD_TB_TRAFFIC_TRAFFIC_RESULTS_H

#include <cstdint>
#include <vector>

#include "infrastructure/statistics.h"
#include "noc/network.h"

namespace mimd::tb {

struct latencies {
  histogram packet;
  histogram network;
  std::uint64_t flits = 0;
  std::uint64_t flit_cycles = 0;  // sum of flit latencies
  std::uint64_t hops = 0;

  void add(const noc::packet& p) {
    packet.add(p.arrived - p.created);
    network.add(p.arrived - p.injected);
    flits += p.flits;
    flit_cycles += p.flit_cycles;
    hops += p.hops;
  }
  double mean_flit() const {
    return flits == 0 ? 0 : static_cast<double>(flit_cycles) / static_cast<double>(flits);
  }
  double mean_hops() const {
    return packet.count() == 0 ? 0 : static_cast<double>(hops) / static_cast<double>(packet.count());
  }
};

struct traffic_results {
  std::uint32_t terminals = 0;
  std::uint64_t cycles = 0;  // of the window
  latencies all;
  std::vector<latencies> classes;     // by traffic class; empty if there is one only
  std::uint64_t created_packets = 0;  // within the window
  std::uint64_t created_flits = 0;
  std::uint64_t accepted_packets = 0;  // arrived within the window
  std::uint64_t accepted_flits = 0;
  bool overloaded = false;               // given up before the window: there is nothing else
  std::vector<noc::channel_load> loads;  // by channel, within the window

  double offered() const { return per_node_cycle(created_flits); }
  double accepted() const { return per_node_cycle(accepted_flits); }  // flits a terminal and cycle
  std::uint64_t missing() const { return created_packets - all.packet.count(); }

 private:
  double per_node_cycle(std::uint64_t flits) const {
    const double whole = static_cast<double>(terminals) * static_cast<double>(cycles);
    return whole == 0 ? 0 : static_cast<double>(flits) / whole;
  }
};

}  // namespace mimd::tb

#endif
