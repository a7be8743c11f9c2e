#include "noc/topology.h"

#include <stdexcept>
#include <utility>

namespace mimd::noc {

namespace {
constexpr std::uint32_t unattached = 0xffffffffu;
}

topology::topology(shape s, std::uint32_t routers, std::uint32_t terminals)
    : shape_(std::move(s)),
      inputs_(routers),
      outputs_(routers),
      injection_(terminals, unattached),
      ejection_(terminals, unattached) {}

std::uint32_t topology::add(const channel& c) {
  channels_.push_back(c);
  return static_cast<std::uint32_t>(channels_.size() - 1);
}

std::uint32_t topology::connect_routers(std::uint32_t from, std::uint32_t to, std::uint32_t cycles) {
  auto& outputs = outputs_.at(from);
  auto& inputs = inputs_.at(to);
  const auto number = add({{false, from, static_cast<std::uint32_t>(outputs.size())},
                           {false, to, static_cast<std::uint32_t>(inputs.size())},
                           cycles});
  outputs.push_back(number);
  inputs.push_back(number);
  return number;
}

void topology::attach_terminal(std::uint32_t terminal, std::uint32_t injecting_router,
                               std::uint32_t ejecting_router, std::uint32_t cycles) {
  auto& inputs = inputs_.at(injecting_router);
  auto& outputs = outputs_.at(ejecting_router);
  injection_.at(terminal) = add(
      {{true, terminal, 0}, {false, injecting_router, static_cast<std::uint32_t>(inputs.size())}, cycles});
  inputs.push_back(injection_[terminal]);
  ejection_.at(terminal) = add(
      {{false, ejecting_router, static_cast<std::uint32_t>(outputs.size())}, {true, terminal, 0}, cycles});
  outputs.push_back(ejection_[terminal]);
}

std::string topology::name(const endpoint& e) const {
  return (e.is_terminal ? "t" : "r") + std::to_string(e.index);
}

std::string topology::name(const channel& c) const {
  return name(c.from) + "_" + name(c.to);
}

void topology::check_connected() const {
  for (std::uint32_t t = 0; t < terminals(); ++t)
    if (injection_[t] == unattached)
      throw std::invalid_argument("terminal t" + std::to_string(t) + " is attached to no router");

  // Reachability from each router that injects; one search serves all its terminals.
  std::vector<bool> searched(routers(), false);
  for (std::uint32_t t = 0; t < terminals(); ++t) {
    const auto start = source_router(t);
    if (searched[start]) continue;
    searched[start] = true;
    std::vector<bool> reached(routers(), false);
    std::vector<std::uint32_t> open{start};
    reached[start] = true;
    while (!open.empty()) {
      const auto router = open.back();
      open.pop_back();
      for (const auto c : outputs_[router]) {
        const auto& to = channels_[c].to;
        if (to.is_terminal || reached[to.index]) continue;
        reached[to.index] = true;
        open.push_back(to.index);
      }
    }
    for (std::uint32_t d = 0; d < terminals(); ++d)
      if (!reached[destination_router(d)])
        throw std::invalid_argument("terminal t" + std::to_string(d) + " cannot be reached from terminal t" +
                                    std::to_string(t));
  }
}

}  // namespace mimd::noc
