// What machines of nodes that directories keep coherent have in common: processors with private caches, which
// are ports of the directory each, or share a snooping bus and a cache a node, which is one; directories; and
// the network between nodes. A machine's parameters derive from it and declare what of it they offer.
#ifndef MIMD_PLATFORMS_DIRECTORY_DIRECTORY_MACHINE_PARAMETERS_H
#define MIMD_PLATFORMS_DIRECTORY_DIRECTORY_MACHINE_PARAMETERS_H

#include "cache/node_cache.h"
#include "platforms/directory/directory_parameters.h"
#include "platforms/directory/interconnect_parameters.h"
#include "platforms/shared_memory/bus_options.h"
#include "platforms/shared_memory/device_parameters.h"
#include "platforms/shared_memory/shared_memory_parameters.h"

namespace mimd {

struct directory_machine_parameters : shared_memory_parameters {
  unsigned nodes = 4;
  bool node_bus = false;  // processors of a node share a snooping bus and a cache, its one coherent port
  bus_options bus;
  device_parameters devices;  // on node 0
  node_cache_parameters node_cache;
  directory_parameters directory;
  interconnect_parameters interconnect;
  directory_fabric_parameters fabric;
  snooping_protocol view;  // of the directory's protocol, as its coherent ports see it

  // Of the caches on a node's bus.
  const snooping_protocol& inner_protocol() const;
  unsigned virtual_networks() const;  // that the messages of the fabric need
  unsigned held_lines() const {
    return processors_per_node() + devices.count() + (bus.model.split ? bus.model.outstanding : 1);
  }
  unsigned processors_per_node() const { return processors.count / nodes; }
  // Coherent ports of the directory: nodes, or processors and then devices.
  unsigned ports() const { return node_bus ? nodes : processors.count + devices.count(); }

 protected:
  // To be called in this order, each throwing set.error(...).
  void resolve_processors(const parameter_set& set, timing_mode timing);
  void resolve_coherence(const parameter_set& set);
  void resolve_interconnect(const parameter_set& set, std::uint64_t seed);
  // Of the node's cache, whose parameters have these names.
  void resolve_node_bus(const parameter_set& set, const std::string& size, const std::string& ways);
};

}  // namespace mimd

#endif
