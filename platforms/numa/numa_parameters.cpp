#include "platforms/numa/numa_parameters.h"

#include "platforms/shared_memory/parameter_ranges.h"
#include "platforms/support/complaint.h"

namespace mimd {

void numa_parameters::declare(parameter_set& set) {
  set.add("node.count", nodes, between(1, 1024), "nodes, each with processors, memory and a directory");
  processors.declare(set, "processors of all nodes together, a multiple of node.count");
  directory.declare_protocol(set);
  directory.declare_home(set, true);
  caches.declare(set);
  directory.declare_node(set);
  directory.declare_at_home(set);
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
  memory.declare_size(
      set,
      "bytes of main memory, from address 0; left alone, 16 MiB a node where there are more than four; a "
      "replayed trace has memory at all its addresses");
  memory.declare_timing(set);
  devices.declare(set, "on node 0");
  programs.declare_workloads(set);
  programs.declare_traces(set);
}

void numa_parameters::resolve(const parameter_set& set, timing_mode timing, std::uint64_t seed) {
  resolve_processors(set, timing);
  resolve_coherence(set);
  memory.grow_with(set, nodes);
  memory.resolve(set, caches.largest_block());
  placement.resolve(set, nodes, memory.model.size, caches.line());
  fabric.memory_size = memory.model.size;
  fabric.page = placement.unit();
  programs.resolve(processors, caches, seed, 1);
  if (node_bus) {
    node_cache.latency = node_cache_latency.ps;
    node_cache.geometry.size = node_cache_size.value;
    resolve_node_bus(set, "node.cache_size", "node.cache_ways");
  } else {
    refuse_without_effect(set, {"bus.", "node.cache_size", "node.cache_ways", "node.cache_latency"},
                          "node.coherence is directory");
  }
  if (placement.moves() &&
      (fabric.sparse || fabric.format.kind == sharer_format_parameters::format_kind::pointer_pool)) {
    throw set.error(placement.reason_to_move(),
                    "moves pages, which a sparse directory or a pointer pool does not allow");
  }
  if (placement.replicates() && !directory.cache_remote) {
    throw set.error("placement.replication_threshold", "must be 0 where node.cache_remote is false");
  }
  if (node_bus && directory.atomics_at_home) {
    throw set.error("coherence.atomics", "home needs node.coherence=directory");
  }
  if (node_bus && !directory.cache_remote) {
    throw set.error("node.cache_remote", "false needs node.coherence=directory");
  }
  resolve_interconnect(set, seed);
}

}  // namespace mimd
