#include <cstdlib>
#include <utility>

#include "noc/grid.h"
#include "noc/topology_families.h"

namespace mimd::noc {

namespace {

// The router of each terminal where the terminals are a grid of block[d] a router in dimension d.
std::vector<std::uint32_t> laid_out(const topology_parameters& p, const std::vector<std::uint32_t>& dims,
                                    std::uint32_t terminals) {
  const auto& block = p.terminal_block;
  if (block.size() != dims.size()) refuse(p, "the terminal block needs one number for each dimension");
  std::uint64_t product = 1;
  for (const auto b : block) product = checked_product(p, product, b);
  if (product != p.concentration)
    refuse(p, "the terminal block holds " + std::to_string(product) +
                  " terminals, but the concentration is " + std::to_string(p.concentration));
  std::vector<std::uint32_t> result;
  for (std::uint32_t t = 0; t < terminals; ++t) {
    std::uint32_t rest = t;
    std::uint32_t router = 0;
    std::uint32_t stride = 1;
    for (std::size_t d = 0; d < dims.size(); ++d) {
      router += rest % (dims[d] * block[d]) / block[d] * stride;
      rest /= dims[d] * block[d];
      stride *= dims[d];
    }
    result.push_back(router);
  }
  return result;
}

void connect(topology& t, const grid& g, std::uint32_t router, const topology_parameters& p) {
  for (std::uint32_t d = 0; d < g.dimensions(); ++d) {
    if (g.wired() == wiring::complete) {
      const auto here = g.coordinate(router, d);
      for (std::uint32_t there = 0; there < g.radix(d); ++there) {
        if (there == here) continue;
        const auto distance = there > here ? there - here : here - there;
        t.connect_routers(router, g.at(router, d, there), p.link_cycles + (distance - 1) * p.length_cycles);
      }
      continue;
    }
    for (const auto way : {direction::up, direction::down}) {
      const auto to = g.neighbour(router, d, way);
      if (to != grid::none) t.connect_routers(router, to, p.link_cycles);
    }
  }
}

}  // namespace

topology make_grid(const topology_parameters& p) {
  auto dims = p.dims;
  if (p.family == "hypercube") {
    if (p.dims[0] > 20) refuse(p, "20 dimensions are the most");
    dims.assign(p.dims[0], 2);
  }
  std::uint32_t routers = 1;
  for (const auto radix : dims) routers = checked_product(p, routers, radix);
  const auto terminals = checked_product(p, routers, p.concentration);

  topology result({p.family, p.dims, p.concentration}, routers, terminals);
  const grid g(result);
  for (std::uint32_t router = 0; router < routers; ++router) connect(result, g, router, p);
  std::vector<std::uint32_t> home;
  if (!p.terminal_block.empty()) home = laid_out(p, dims, terminals);
  for (std::uint32_t t = 0; t < terminals; ++t) {
    const auto router = home.empty() ? t / p.concentration : home[t];
    result.attach_terminal(t, router, router, p.terminal_cycles);
  }
  return result;
}

}  // namespace mimd::noc
