#include "noc/dimension_path.h"

namespace mimd::noc {

dimension_path::dimension_path(const topology& t) : grid_(t) {
  for (std::uint32_t router = 0; router < t.routers(); ++router) {
    first_input_.push_back(static_cast<std::uint32_t>(input_dimensions_.size()));
    for (const auto c : t.inputs(router)) {
      const auto& from = t.channels()[c].from;
      const auto d = from.is_terminal ? no_dimension : grid_.first_difference(from.index, router);
      input_dimensions_.push_back(static_cast<std::uint8_t>(d));
    }
  }
}

std::vector<std::uint32_t> dimension_path::telling_destinations(const topology& t) const {
  const auto tells = [&](std::uint32_t router) {
    if (grid_.wired() != wiring::line || grid_.routers() == 1) return true;
    for (std::uint32_t d = 0; d < grid_.dimensions(); ++d) {
      const auto c = grid_.coordinate(router, d);
      if (grid_.radix(d) > 1 && (c == 0 || c + 1 == grid_.radix(d))) return true;
    }
    return false;
  };
  std::vector<std::uint32_t> result;
  std::vector<bool> named(t.routers(), false);
  for (std::uint32_t terminal = 0; terminal < t.terminals(); ++terminal) {
    const auto router = t.destination_router(terminal);
    if (named[router] || !tells(router)) continue;
    named[router] = true;
    result.push_back(terminal);
  }
  return result;
}

}  // namespace mimd::noc
