#include "platforms/directory/interconnect_parameters.h"

#include "memory/node_distances.h"
#include "platforms/shared_memory/parameter_ranges.h"
#include "platforms/support/complaint.h"

namespace mimd {

void interconnect_parameters::declare(parameter_set& set) {
  using ranges::latency;
  set.add_choice(
      "noc.fidelity", fidelity,
      {{"fixed", fidelity_kind::fixed}, {"packet", fidelity_kind::packet}, {"flit", fidelity_kind::flit}},
      "fixed: a crossbar of fixed latencies; packet: event-driven; flit: cycle by cycle");
  declare_shape(set);
  declare_clock(set);
  declare_routers(set);
  declare_messages(set, "bytes of every message, beside a line");
  set.add("noc.latency", this->latency, latency, "fixed: one way between two nodes");
  set.add("noc.socket_nodes", socket_nodes, between(0, 4096), "fixed: nodes of a socket; 0: one socket");
  set.add("noc.socket_latency", socket_latency, latency, "fixed: one way between nodes of different sockets");
  set.add("noc.distances", distances, any,
          "fixed: file with a matrix of distances as Linux prints them, 20 being noc.latency away");
  set.add("noc.bandwidth", bandwidth, any, "fixed: of a node's port, each way; 0: no limit");
}

void interconnect_parameters::resolve(const parameter_set& set, unsigned nodes, std::uint64_t seed) {
  network_options::resolve(set, seed);
  if (fixed()) {
    refuse_without_effect(set,
                          {"noc.topology", "noc.dims", "noc.concentration", "noc.terminal_block",
                           "noc.topology_file", "noc.routing", "noc.clock", "noc.vcs", "noc.buffer_flits",
                           "noc.router_cycles", "noc.link_cycles", "noc.terminal_cycles", "noc.length_cycles",
                           "noc.credit_cycles", "noc.allocator_iterations", "noc.flit_bytes"},
                          "noc.fidelity is fixed");
    if (socket_nodes == 0) refuse_without_effect(set, {"noc.socket_latency"}, "noc.socket_nodes is 0");
  } else {
    refuse_without_effect(
        set, {"noc.latency", "noc.socket_nodes", "noc.socket_latency", "noc.distances", "noc.bandwidth"},
        "noc.fidelity is not fixed");
    fit(set, nodes);
    return;
  }
  if (socket_nodes != 0 && !distances.empty()) {
    throw set.error("noc.distances", "leaves no room for noc.socket_nodes");
  }
  crossbar.header = header_bytes;
  crossbar.bytes_per_second = bandwidth.bytes_per_second;
  crossbar.latency.assign(std::size_t{nodes} * nodes, latency.ps);
  if (!distances.empty()) {
    const node_distances matrix = node_distances::read_file(distances);
    if (matrix.nodes() != nodes) {
      throw set.error("noc.distances", "has " + std::to_string(matrix.nodes()) +
                                           " nodes, but node.count is " + std::to_string(nodes));
    }
    for (unsigned from = 0; from < nodes; ++from) {
      for (unsigned to = 0; to < nodes; ++to) {
        const unsigned beyond = matrix(from, to) - node_distances::local;
        crossbar.latency[std::size_t{from} * nodes + to] = latency.ps * beyond / node_distances::local;
      }
    }
  } else if (socket_nodes != 0) {
    for (unsigned from = 0; from < nodes; ++from) {
      for (unsigned to = 0; to < nodes; ++to) {
        if (from / socket_nodes != to / socket_nodes) {
          crossbar.latency[std::size_t{from} * nodes + to] = socket_latency.ps;
        }
      }
    }
  }
}

}  // namespace mimd
