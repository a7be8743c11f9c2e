// The numbers of a dragonfly: groups of a routers, all joined, h channels of each to other groups, p
// terminals. The a·h channels of a group are its slots, h a router in order; slot s leads to the (s mod
// (g-1))-th of the other groups, so that each pair of groups is joined by a·h / (g-1) channels (one, in a
// dragonfly of the largest size); slots that are left over are not connected.
//
// Ports of a router: terminals, then the other routers of its group in order, then its slots.
#ifndef MIMD_NOC_DRAGONFLY_H
#define MIMD_NOC_DRAGONFLY_H

#include <cstdint>

#include "noc/topology.h"

namespace mimd::noc {

struct dragonfly {
  std::uint32_t a, h, p, g;
  std::uint32_t copies;  // channels between two groups

  explicit dragonfly(const topology::shape& s)
      : a(s.dims[0]),
        h(s.dims[1]),
        p(s.dims[2]),
        g(s.dims.size() > 3 ? s.dims[3] : a * h + 1),
        copies(g > 1 ? a * h / (g - 1) : 0) {}

  std::uint32_t slot(std::uint32_t group, std::uint32_t other, std::uint32_t copy) const {
    return copy * (g - 1) + (other > group ? other - 1 : other);
  }
  std::uint32_t slot_router(std::uint32_t group, std::uint32_t slot) const { return group * a + slot / h; }
  std::uint32_t slot_port(std::uint32_t slot) const { return p + a - 1 + slot % h; }
  std::uint32_t local_port(std::uint32_t router, std::uint32_t other) const {  // both of one group
    return p + other % a - (other > router ? 1 : 0);
  }
};

}  // namespace mimd::noc

#endif
