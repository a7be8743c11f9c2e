// What can be configured about the distributed shared memory machine.
#ifndef MIMD_PLATFORMS_NUMA_NUMA_PARAMETERS_H
#define MIMD_PLATFORMS_NUMA_NUMA_PARAMETERS_H

#include "cache/node_cache.h"
#include "platforms/numa/directory_parameters.h"
#include "platforms/numa/interconnect_parameters.h"
#include "platforms/numa/placement_parameters.h"
#include "platforms/shared_memory/bus_options.h"
#include "platforms/shared_memory/shared_memory_parameters.h"

namespace mimd {

struct numa_parameters : shared_memory_parameters {
  unsigned nodes = 4;
  bool node_bus = false;  // processors of a node share a snooping bus and a cache, its one coherent port
  bus_options bus;
  node_cache_parameters node_cache;
  byte_count node_cache_size{1024 * 1024};
  duration node_cache_latency{20'000};
  directory_parameters directory;
  placement_parameters placement;
  interconnect_parameters interconnect;
  directory_fabric_parameters fabric;
  snooping_protocol view;  // of the directory's protocol, as its coherent ports see it

  void declare(parameter_set& set);
  void resolve(const parameter_set& set, timing_mode timing, std::uint64_t seed);

  // Of the caches on a node's bus.
  const snooping_protocol& inner_protocol() const;
  unsigned held_lines() const {
    return processors_per_node() + (bus.model.split ? bus.model.outstanding : 1);
  }
  unsigned processors_per_node() const { return processors.count / nodes; }

 private:
  void resolve_node_bus(const parameter_set& set);
};

}  // namespace mimd

#endif
