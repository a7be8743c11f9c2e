#include "noc/routing.h"

#include <stdexcept>

#include "noc/dimension_order.h"

namespace mimd::noc {

route_state routing::begin(std::uint32_t, std::uint32_t, random_generator&) const {
  return {};
}

std::vector<route_state> routing::initial_states(std::uint32_t, std::uint32_t) const {
  return {route_state{}};
}

std::vector<std::string> routing_names() {
  return {"dimension-order"};
}

std::unique_ptr<routing> make_routing(const std::string& name, const topology& t, std::uint32_t vcs) {
  if (name == "dimension-order" || name.empty()) return std::make_unique<dimension_order>(t, vcs);
  throw std::invalid_argument("no routing is called '" + name + "'");
}

}  // namespace mimd::noc
