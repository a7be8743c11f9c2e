#include "platforms/numa/numa_parameters.h"

#include "directory/directory_cache_view.h"
#include "noc/deadlock_check.h"
#include "platforms/support/complaint.h"

namespace mimd {

void numa_parameters::declare(parameter_set& set) {
  set.add("node.count", nodes, between(1, 1024), "nodes, each with processors, memory and a directory");
  processors.declare(set, "processors of all nodes together, a multiple of node.count");
  directory.declare_protocol(set);
  caches.declare(set);
  directory.declare_node(set);
  placement.declare(set);
  interconnect.declare(set);
  memory.declare_size(set);
  memory.declare_timing(set);
  programs.declare_workloads(set);
  programs.declare_traces(set);
}

void numa_parameters::resolve(const parameter_set& set, timing_mode timing, std::uint64_t seed) {
  processors.resolve(set, timing);
  if (processors.count % nodes != 0) {
    throw set.error(set.origin("cpu.count") != "default" ? "cpu.count" : "node.count",
                    "does not divide " + std::to_string(processors.count) + " processors among " +
                        std::to_string(nodes) + " nodes evenly");
  }
  if (!caches.present()) throw set.error("l1.size", "must not be 0: the directory needs caches");
  directory.resolve(set, processors.count, fabric);
  const snooping_protocol view = cache_view_of(directory_protocol_of(fabric.form));
  caches.resolve(set, processors, view);
  memory.resolve(set, caches.largest_block());
  placement.resolve(set, nodes, memory.model.size, caches.line());
  interconnect.resolve(set, nodes, seed);
  programs.resolve(processors, caches, seed, 1);

  fabric.line = caches.line();
  fabric.memory_size = memory.model.size;
  fabric.page = placement.unit();
  fabric.nodes = nodes;
  fabric.seed = seed;
  fabric.port_nodes.clear();
  for (unsigned i = 0; i < processors.count; ++i) fabric.port_nodes.push_back(i / processors_per_node());

  if (interconnect.fixed()) return;
  const noc::message_network_parameters n = interconnect.message_network(1);
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
}

}  // namespace mimd
