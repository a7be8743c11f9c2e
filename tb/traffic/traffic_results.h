// What a traffic driver measured. Latencies: noc/packet_latencies.h.
// Only packets created within the window count, however late they arrive; accepted flits are those of all
// packets that arrive within it.
#ifndef MIMD_TB_TRAFFIC_TRAFFIC_RESULTS_H
#define MIMD_TB_TRAFFIC_TRAFFIC_RESULTS_H

#include <cstdint>
#include <vector>

#include "noc/network.h"
#include "noc/packet_latencies.h"

namespace mimd::tb {

using latencies = noc::packet_latencies;

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
