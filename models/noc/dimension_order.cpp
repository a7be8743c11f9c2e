#include "noc/dimension_order.h"

#include <stdexcept>

namespace mimd::noc {

dimension_order::dimension_order(const topology& t, std::uint32_t vcs) : routing(t, vcs), grid_(t) {
  if (grid_.wraps() && vcs < 2)
    throw std::invalid_argument(
        "dimension-order routing on a torus needs 2 virtual channels for its dateline");
}

route_candidate dimension_order::injection(std::uint32_t, std::uint32_t, const route_state&) const {
  return {0, 0, vcs(), 0};
}

void dimension_order::candidates(const route_query& query, route_state&, route_candidates& result) const {
  result.clear();
  const auto here = query.router;
  const auto there = network().destination_router(query.destination);
  std::uint32_t d = 0;
  while (d < grid_.dimensions() && grid_.coordinate(here, d) == grid_.coordinate(there, d)) ++d;
  if (d == grid_.dimensions()) {
    result.add({network().ejection_port(query.destination), 0, vcs(), 0});
    return;
  }
  const auto from = grid_.coordinate(here, d);
  const auto to = grid_.coordinate(there, d);
  if (!grid_.wraps()) {
    result.add({grid_.output(here, d, to > from ? direction::up : direction::down), 0, vcs(), 0});
    return;
  }
  // The shorter way round; both if they are equal (which they are no longer after the first step).
  const auto radix = grid_.radix(d);
  const auto up = to > from ? to - from : to + radix - from;
  for (const auto way : {direction::up, direction::down}) {
    const auto distance = way == direction::up ? up : radix - up;
    if (distance * 2 > radix) continue;
    // Dateline between the last router of a ring and the first: before it the lower half of the virtual
    // channels, after it (or where the way does not cross it) the upper half.
    const bool crosses = way == direction::up ? to < from : to > from;
    const auto half = vcs() / 2;
    result.add({grid_.output(here, d, way), crosses ? 0 : half, crosses ? half : vcs() - half, 0});
  }
}

}  // namespace mimd::noc
