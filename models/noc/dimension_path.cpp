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

}  // namespace mimd::noc
