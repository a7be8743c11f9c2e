// The topologies, by family. `dims` means what each family says; channels between routers take `link_cycles`,
// those to terminals `terminal_cycles`.
//
//   mesh, torus        radix of each dimension, any number of them (dimension 0 varies fastest)
//   …
#ifndef MIMD_NOC_TOPOLOGIES_H
#define MIMD_NOC_TOPOLOGIES_H

#include <cstdint>
#include <string>
#include <vector>

#include "noc/topology.h"

namespace mimd::noc {

struct topology_parameters {
  std::string family = "mesh";
  std::vector<std::uint32_t> dims{8, 8};
  std::uint32_t concentration = 1;
  std::uint32_t link_cycles = 1;
  std::uint32_t terminal_cycles = 1;
  std::string file;  // family "file": the graph
};

// Throws std::invalid_argument (one line) for an impossible topology.
topology make_topology(const topology_parameters& parameters);
std::vector<std::string> topology_names();

}  // namespace mimd::noc

#endif
