// How soon a packet can arrive at all: the shortest way in cycles between two terminals of an idle network,
// whatever the routing. Rows are computed when first asked for (Dijkstra 1959). Networks of more than
// `largest` terminals get the trivial bound, that of a router and two channels of a cycle.
#ifndef MIMD_NOC_LEAST_LATENCY_H
#define MIMD_NOC_LEAST_LATENCY_H

#include <cstdint>
#include <vector>

#include "noc/packet.h"
#include "noc/topology.h"

namespace mimd::noc {

class least_latency {
 public:
  static constexpr std::uint32_t largest = 4096;

  // The topology must outlive this.
  least_latency(const topology& t, std::uint32_t router_cycles);

  // From send() to the arrival of the tail.
  cycle of(const packet& p) {
    if (rows_.empty()) return cycle{router_cycles_} + 2 + p.flits;
    std::vector<std::uint32_t>& row = rows_[p.source];
    if (row.empty()) fill(p.source);
    return cycle{row[p.destination]} + p.flits;
  }

 private:
  void fill(std::uint32_t source);

  const topology& topology_;
  std::uint32_t router_cycles_;
  std::vector<std::vector<std::uint32_t>> rows_;
};

}  // namespace mimd::noc

#endif
