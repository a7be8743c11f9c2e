#include "noc/train_switched.h"

#include <stdexcept>

namespace mimd::noc {

namespace {

std::size_t nodes_of(std::uint32_t k, std::uint32_t n) {
  std::size_t nodes = 1;
  for (std::uint32_t i = 0; i < n; ++i) {
    nodes *= k;
    if (nodes > 1u << 24) throw std::invalid_argument("has more than 16777216 nodes");
  }
  return nodes;
}

}  // namespace

train_tree::train_tree(timing_wheel& wheel, const train_network_parameters& p, std::uint32_t k,
                       std::uint32_t n)
    : train_links(wheel, p, nodes_of(k, n) * 2 * n) {
  powers_.push_back(1);
  for (std::uint32_t i = 0; i < n; ++i) powers_.push_back(powers_.back() * k);
}

// "up1_37": link 37 upwards at level 1; level 0 joins the nodes.
std::string train_tree::link_name(std::uint32_t link) const {
  const std::uint32_t row = link / nodes();
  return (row < levels() ? "up" : "down") + std::to_string(row % levels()) + '_' +
         std::to_string(link % nodes());
}

}  // namespace mimd::noc
