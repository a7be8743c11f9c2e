#include "noc/topology_families.h"

namespace mimd::noc {

// Ports of a router: k down (to the terminals at the lowest level), then k up. Router x of subtree b below a
// group of routers has its up link u to router x of part u of that group.
topology make_fat_tree(const topology_parameters& p) {
  const auto k = p.dims[0];
  const auto n = p.dims[1];
  if (k < 2) refuse(p, "k must be at least 2");
  std::uint32_t width = 1;  // routers of a level
  for (std::uint32_t level = 1; level < n; ++level) width = checked_product(p, width, k);
  const auto terminals = checked_product(p, width, k);
  topology result({p.family, p.dims, k}, checked_product(p, width, n), terminals);

  // First all channels down, the ejection channels among them, then all up: that orders the ports.
  std::uint32_t below = width;  // routers of the group that one branch of a router leads to
  for (std::uint32_t level = 0; level + 1 < n; ++level) {
    below /= k;
    for (std::uint32_t at = 0; at < width; ++at)
      for (std::uint32_t branch = 0; branch < k; ++branch) {
        const auto group = at / (below * k) * (below * k);
        result.connect_routers(level * width + at, (level + 1) * width + group + branch * below + at % below,
                               p.link_cycles);
      }
  }
  for (std::uint32_t t = 0; t < terminals; ++t)
    result.attach_terminal(t, (n - 1) * width + t / k, (n - 1) * width + t / k, p.terminal_cycles);
  below = width;
  for (std::uint32_t level = 1; level < n; ++level) {
    below /= k;
    for (std::uint32_t at = 0; at < width; ++at)
      for (std::uint32_t up = 0; up < k; ++up) {
        const auto group = at / (below * k) * (below * k);
        result.connect_routers(level * width + at, (level - 1) * width + group + up * below + at % below,
                               p.link_cycles);
      }
  }
  return result;
}

// Leaf switches first, then level by level; a crossbar is a star of one switch.
topology make_star(const topology_parameters& p) {
  std::uint32_t leaves = 1;
  for (std::size_t level = 1; level < p.dims.size(); ++level)
    leaves = checked_product(p, leaves, p.dims[level]);
  const auto terminals = checked_product(p, leaves, p.dims[0]);
  std::uint32_t switches = leaves;
  for (std::uint32_t level = 1, width = leaves; level < p.dims.size(); ++level)
    switches = checked_product(p, 1, switches + (width /= p.dims[level]));
  topology result({p.family, p.dims, p.dims[0]}, switches, terminals);

  for (std::uint32_t t = 0; t < terminals; ++t)
    result.attach_terminal(t, t / p.dims[0], t / p.dims[0], p.terminal_cycles);
  std::uint32_t first = 0;
  std::uint32_t width = leaves;
  for (std::size_t level = 1; level < p.dims.size(); ++level) {
    for (std::uint32_t at = 0; at < width; ++at) {
      const auto parent = first + width + at / p.dims[level];
      result.connect_routers(first + at, parent, p.link_cycles);
      result.connect_routers(parent, first + at, p.link_cycles);
    }
    first += width;
    width /= p.dims[level];
  }
  return result;
}

}  // namespace mimd::noc
