// What can be configured about mimd-norma: its nodes (processor, cache, bus, private memory, network
// interface), the driver and message layer on them, and the network that joins them.
#ifndef MIMD_PLATFORMS_NORMA_NORMA_PARAMETERS_H
#define MIMD_PLATFORMS_NORMA_NORMA_PARAMETERS_H

#include <string>

#include "bus/snooping_bus.h"
#include "message_passing/collective_algorithms.h"
#include "message_passing/interface_network.h"
#include "message_passing/message_endpoint.h"
#include "message_passing/network_interface.h"
#include "platforms/shared_memory/bus_options.h"
#include "platforms/shared_memory/shared_memory_parameters.h"
#include "platforms/support/message_network_options.h"
#include "platforms/support/reliability_options.h"

namespace mimd {

// Of one node and the software on it: also that of a zoomed node of mimd-mpp.
struct norma_node_parameters {
  bus_options bus;
  std::string protocol = "mesi";
  network_interface_parameters interface;
  driver_parameters driver;
  endpoint_parameters endpoint;
  byte_count buffer{1 << 20};

  void declare_bus(parameter_set& set);
  void declare_interface(parameter_set& set);
  void resolve(const parameter_set& set, const shared_memory_parameters& node);

  const snooping_protocol& coherence() const { return *find_snooping_protocol(protocol); }
};

struct norma_parameters : shared_memory_parameters {
  norma_node_parameters node;
  message_passing::protocol_parameters messages;
  message_passing::collective_algorithms algorithms;
  message_network_options network;
  noc::fidelity fidelity = noc::fidelity::packet;
  link_fault_parameters faults;

  void declare(parameter_set& set);
  void resolve(const parameter_set& set, timing_mode timing, std::uint64_t seed);

  unsigned nodes() const { return processors.count; }

 private:
  byte_count eager_limit_{4096};
  reliability_options reliability_;
};

}  // namespace mimd

#endif
