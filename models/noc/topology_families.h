// The families behind make_topology(), which has checked what is common to all. Inside models/noc only.
#ifndef MIMD_NOC_TOPOLOGY_FAMILIES_H
#define MIMD_NOC_TOPOLOGY_FAMILIES_H

#include <cstdint>
#include <string>

#include "noc/topologies.h"

namespace mimd::noc {

topology make_grid(const topology_parameters& p);  // mesh, torus, ring, hypercube, flattened-butterfly
topology make_fat_tree(const topology_parameters& p);
topology make_star(const topology_parameters& p);        // and crossbar
topology make_multistage(const topology_parameters& p);  // butterfly, omega
topology make_dragonfly(const topology_parameters& p);
topology read_topology(const topology_parameters& p);

// a · b, as long as it is a size that can be built; throws std::invalid_argument if not.
std::uint32_t checked_product(const topology_parameters& p, std::uint64_t a, std::uint64_t b);
// Throws std::invalid_argument: "<family> topology: <what>".
[[noreturn]] void refuse(const topology_parameters& p, const std::string& what);

}  // namespace mimd::noc

#endif
