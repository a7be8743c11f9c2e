#include "platforms/support/message_network_options.h"

#include <stdexcept>

#include "noc/deadlock_check.h"
#include "platforms/support/complaint.h"

namespace mimd {

namespace {

// The most nearly square mesh of so many routers, and likewise for others whose dims follow from the number
// of routers; nothing if the user must choose.
std::vector<std::uint32_t> natural_dims(const std::string& family, std::uint32_t routers) {
  if (family == "ring" || family == "crossbar" || family == "star") return {routers};
  if (family == "mesh" || family == "torus" || family == "flattened-butterfly") {
    std::uint32_t height = 1;
    for (std::uint32_t h = 1; h * h <= routers; ++h) {
      if (routers % h == 0) height = h;
    }
    return {routers / height, height};
  }
  if (family == "hypercube" && (routers & (routers - 1)) == 0) {
    return {static_cast<std::uint32_t>(__builtin_ctz(routers))};
  }
  return {};
}

}  // namespace

void message_network_options::declare_messages(parameter_set& set, const std::string& header_meaning) {
  set.add("noc.flit_bytes", flit_bytes, between(1, 4096), "bytes that a link moves in a cycle");
  set.add("noc.header_bytes", header_bytes, between(0, 4096), header_meaning);
}

void message_network_options::fit(const parameter_set& set, unsigned nodes) {
  if (dims.empty()) {
    const unsigned terminals = shape.concentration;
    shape.dims = natural_dims(shape.family, (nodes + terminals - 1) / terminals);
  }
  if (shape.dims.empty() && shape.family != "file") {
    throw set.error("noc.dims",
                    "must be given for topology " + shape.family + " of " + std::to_string(nodes) + " nodes");
  }
}

void message_network_options::check(const parameter_set& set, const noc::message_network_parameters& n,
                                    unsigned nodes) {
  complain_about(
      set, {"noc.dims", "noc.topology_file", "noc.topology", "noc.terminal_block", "noc.concentration"}, [&] {
        const noc::topology shape = noc::make_topology(n.shape);
        shape.check_connected();
        if (shape.terminals() < nodes) {
          throw std::invalid_argument("has " + std::to_string(shape.terminals()) +
                                      " terminals, but node.count is " + std::to_string(nodes));
        }
      });
  complain_about(set, {"noc.routing", "noc.vcs", "noc.topology", "noc.dims"}, [&] {
    const noc::topology shape = noc::make_topology(n.shape);
    const auto way = noc::make_routing(n.routing, shape, n.network.vcs);
    noc::check_deadlock_free(*way);
  });
  const unsigned channels = n.network.virtual_networks * n.network.vcs;
  if (channels > 64) {
    throw set.error("noc.vcs", "makes " + std::to_string(channels) + " channels of " +
                                   std::to_string(n.network.virtual_networks) +
                                   " virtual networks, but a link has at most 64");
  }
}

noc::message_network_parameters message_network_options::message_network(unsigned virtual_networks,
                                                                         noc::fidelity fidelity) const {
  noc::message_network_parameters p;
  p.shape = shape;
  p.routing = routing;
  p.network = network;
  p.network.virtual_networks = virtual_networks;
  p.fidelity = fidelity;
  p.period = period;
  p.flit_bytes = flit_bytes;
  p.header_bytes = header_bytes;
  return p;
}

}  // namespace mimd
