#include "noc/topologies.h"

#include <algorithm>
#include <stdexcept>

#include "infrastructure/nearest_name.h"
#include "noc/topology_families.h"

namespace mimd::noc {

namespace {

constexpr std::uint32_t largest = 1u << 20;  // routers or terminals

struct family {
  const char* name;
  const char* dims;  // what they should be
  std::size_t least_dims;
  std::size_t most_dims;
  std::uint32_t least_radix;
  bool concentrates;
  topology (*make)(const topology_parameters&);
};

constexpr std::size_t any = 64;

const family families[] = {
    {"crossbar", "the number of terminals", 1, 1, 1, false, make_star},
    {"ring", "the number of routers", 1, 1, 1, true, make_grid},
    {"mesh", "the radix of each dimension", 1, any, 1, true, make_grid},
    {"torus", "the radix of each dimension", 1, any, 1, true, make_grid},
    {"hypercube", "the number of dimensions", 1, 1, 1, true, make_grid},
    {"flattened-butterfly", "the radix of each dimension", 1, any, 1, true, make_grid},
    {"fat-tree", "k and n", 2, 2, 1, false, make_fat_tree},
    {"butterfly", "k and n", 2, 2, 1, false, make_multistage},
    {"omega", "k and n", 2, 2, 1, false, make_multistage},
    {"dragonfly", "a, h, p and perhaps g", 3, 4, 1, false, make_dragonfly},
    {"star", "terminals a leaf switch, then switches a switch", 1, any, 1, false, make_star},
    {"file", "none: the file tells", 0, any, 0, false, read_topology},
};

}  // namespace

void refuse(const topology_parameters& p, const std::string& what) {
  throw std::invalid_argument(p.family + " topology: " + what);
}

std::uint32_t checked_product(const topology_parameters& p, std::uint64_t a, std::uint64_t b) {
  if (a != 0 && b > largest / a)
    refuse(p, "more than " + std::to_string(largest) + " routers or terminals are too many");
  return static_cast<std::uint32_t>(a * b);
}

std::vector<std::string> topology_names() {
  std::vector<std::string> result;
  for (const auto& f : families) result.push_back(f.name);
  return result;
}

topology make_topology(const topology_parameters& p) {
  const auto f = std::find_if(std::begin(families), std::end(families),
                              [&](const family& candidate) { return p.family == candidate.name; });
  if (f == std::end(families))
    throw std::invalid_argument("no topology is called " + in_quotes(p.family) + "; the nearest is '" +
                                nearest_name(p.family, topology_names()) + "'");
  if (p.dims.size() < f->least_dims || p.dims.size() > f->most_dims)
    refuse(p, "its dims are " + std::string(f->dims) + ", not " + std::to_string(p.dims.size()) +
                  (p.dims.size() == 1 ? " number" : " numbers"));
  for (const auto radix : p.dims)
    if (radix < f->least_radix) refuse(p, "each of its dims must be at least 1");
  if (p.concentration == 0) refuse(p, "the concentration must be at least 1");
  if (!f->concentrates && (p.concentration != 1 || !p.terminal_block.empty()))
    refuse(p, "its dims tell how many terminals there are: no concentration");
  if (p.link_cycles == 0 || p.terminal_cycles == 0) refuse(p, "a channel takes at least 1 cycle");
  auto result = f->make(p);
  result.check_connected();
  return result;
}

}  // namespace mimd::noc
