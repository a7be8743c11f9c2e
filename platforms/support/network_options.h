// noc.*: the network of a machine, wherever one is.
//
// A machine declares the pieces in its order, and adds noc.fidelity, since not all machines have the same
// choices.
#ifndef MIMD_PLATFORMS_SUPPORT_NETWORK_OPTIONS_H
#define MIMD_PLATFORMS_SUPPORT_NETWORK_OPTIONS_H

#include <cstdint>
#include <string>
#include <vector>

#include "infrastructure/parameters.h"
#include "noc/network.h"
#include "noc/topologies.h"

namespace mimd {

struct network_options {
  // As written; resolve() reads them.
  std::vector<std::string> dims;
  std::vector<std::string> terminal_block;
  frequency clock{1e9};

  noc::topology_parameters shape;
  std::string routing;  // "": the default of the topology
  noc::network_parameters network;
  time_ps period = 1000;

  void declare_shape(parameter_set& set);  // topology, dims ... routing
  void declare_clock(parameter_set& set);
  void declare_routers(parameter_set& set);  // vcs, buffers, delays
  // Throws set.error(...).
  void resolve(const parameter_set& set, std::uint64_t seed);
};

// Whole numbers; "8x8" and "8,8" are the same. Throws set.error(name, ...).
std::vector<std::uint32_t> radices(const parameter_set& set, const std::string& name,
                                   const std::vector<std::string>& items);
// An item of a list parameter; throws set.error(name, ...).
std::uint64_t whole_item(const parameter_set& set, const std::string& name, const std::string& text,
                         std::uint64_t low, std::uint64_t high);

}  // namespace mimd

#endif
