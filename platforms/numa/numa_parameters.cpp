#include "platforms/numa/numa_parameters.h"

#include "directory/directory_cache_view.h"
#include "noc/deadlock_check.h"
#include "platforms/shared_memory/parameter_ranges.h"
#include "platforms/support/complaint.h"

namespace mimd {

void numa_parameters::declare(parameter_set& set) {
  set.add("node.count", nodes, between(1, 1024), "nodes, each with processors, memory and a directory");
  processors.declare(set, "processors of all nodes together, a multiple of node.count");
  directory.declare_protocol(set);
  caches.declare(set);
  directory.declare_node(set);
  set.add_choice(
      "node.coherence", node_bus, {{"directory", false}, {"bus", true}},
      "directory: each processor is a port of the directory; bus: those of a node share a snooping bus "
      "and a cache, which is one");
  set.add("node.cache_size", node_cache_size, any, "capacity of a node's cache (node.coherence=bus)");
  set.add("node.cache_ways", node_cache.geometry.ways, between(1, 64), "associativity of a node's cache");
  set.add("node.cache_latency", node_cache_latency, ranges::latency, "of a node's cache, on its bus");
  bus.declare(set);
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
  directory.resolve(set, node_bus ? nodes : processors.count, fabric);
  view = cache_view_of(directory_protocol_of(fabric.form));
  caches.resolve(set, processors, inner_protocol());
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
  for (unsigned i = 0; !node_bus && i < processors.count; ++i) {
    fabric.port_nodes.push_back(i / processors_per_node());
  }
  if (node_bus) {
    resolve_node_bus(set);
  } else {
    refuse_without_effect(set, {"bus.", "node.cache_size", "node.cache_ways", "node.cache_latency"},
                          "node.coherence is directory");
  }
  if (placement.moves() &&
      (fabric.sparse || fabric.format.kind == sharer_format_parameters::format_kind::pointer_pool)) {
    throw set.error(
        placement.migration.migration_threshold != 0 ? "placement.migration_threshold" : "placement.policy",
        "moves pages, which a sparse directory or a pointer pool does not allow");
  }
  if (node_bus && directory.atomics_at_home) {
    throw set.error("coherence.atomics", "home needs node.coherence=directory");
  }
  if (node_bus && !directory.cache_remote) {
    throw set.error("node.cache_remote", "false needs node.coherence=directory");
  }

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

const snooping_protocol& numa_parameters::inner_protocol() const {
  if (!node_bus) return view;
  static constexpr const char* names[] = {"msi", "mesi", "moesi"};
  return *find_snooping_protocol(names[static_cast<unsigned>(directory.form.protocol)]);
}

void numa_parameters::resolve_node_bus(const parameter_set& set) {
  for (unsigned n = 0; n < nodes; ++n) fabric.port_nodes.push_back(n);
  bus.resolve(caches.line());
  complain(set, bus.model.check(), "bus.clock");
  node_cache.latency = node_cache_latency.ps;
  node_cache.geometry.size = node_cache_size.value;
  node_cache.geometry.line = caches.line();
  const std::string complaint = node_cache.check(held_lines());
  const bool geometry = complaint.rfind("node.cache:", 0) == 0;
  if (geometry) throw set.error("node.cache_size", complaint.substr(12));
  complain(set, complaint, "node.cache_ways");
}

}  // namespace mimd
