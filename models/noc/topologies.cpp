#include "noc/topologies.h"

#include <stdexcept>

#include "noc/grid.h"

namespace mimd::noc {

namespace {

topology make_grid(const topology_parameters& p) {
  const grid g(p.dims, p.family == "torus");
  topology result({p.family, p.dims, p.concentration}, g.routers(), g.routers() * p.concentration);
  for (std::uint32_t router = 0; router < g.routers(); ++router)
    for (std::uint32_t d = 0; d < g.dimensions(); ++d)
      for (const auto way : {direction::up, direction::down}) {
        const auto to = g.neighbour(router, d, way);
        if (to != grid::none) result.connect_routers(router, to, p.link_cycles);
      }
  for (std::uint32_t t = 0; t < result.terminals(); ++t)
    result.attach_terminal(t, t / p.concentration, t / p.concentration, p.terminal_cycles);
  return result;
}

}  // namespace

std::vector<std::string> topology_names() {
  return {"mesh", "torus"};
}

topology make_topology(const topology_parameters& parameters) {
  if (parameters.family == "mesh" || parameters.family == "torus") return make_grid(parameters);
  throw std::invalid_argument("no topology is called '" + parameters.family + "'");
}

}  // namespace mimd::noc
