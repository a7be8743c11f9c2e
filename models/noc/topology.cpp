#include "noc/topology.h"

#include <algorithm>
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
  auto result = name(c.from) + "_" + name(c.to);
  if (c.from.is_terminal || c.to.is_terminal) return result;
  std::uint32_t before = 0;  // channels between the same two
  for (std::uint32_t port = 0; port < c.from.port; ++port) {
    const auto& to = channels_[outputs_[c.from.index][port]].to;
    if (!to.is_terminal && to.index == c.to.index) ++before;
  }
  return before == 0 ? result : result + "_" + std::to_string(before);
}

void topology::check_connected() const {
  for (std::uint32_t t = 0; t < terminals(); ++t)
    if (injection_[t] == unattached)
      throw std::invalid_argument("terminal t" + std::to_string(t) + " is attached to no router");

  // If every router reaches every other, all is well; else one search serves all terminals of a router.
  const auto reached = [&](std::uint32_t start, bool forwards) {
    std::vector<bool> result(routers(), false);
    std::vector<std::uint32_t> open{start};
    result[start] = true;
    while (!open.empty()) {
      const auto router = open.back();
      open.pop_back();
      for (const auto c : forwards ? outputs_[router] : inputs_[router]) {
        const auto& next = forwards ? channels_[c].to : channels_[c].from;
        if (next.is_terminal || result[next.index]) continue;
        result[next.index] = true;
        open.push_back(next.index);
      }
    }
    return result;
  };
  const auto all = [](const std::vector<bool>& v) { return std::find(v.begin(), v.end(), false) == v.end(); };
  if (all(reached(0, true)) && all(reached(0, false))) return;
  std::vector<bool> searched(routers(), false);
  for (std::uint32_t t = 0; t < terminals(); ++t) {
    const auto start = source_router(t);
    if (searched[start]) continue;
    searched[start] = true;
    const auto there = reached(start, true);
    for (std::uint32_t d = 0; d < terminals(); ++d)
      if (!there[destination_router(d)])
        throw std::invalid_argument("terminal t" + std::to_string(d) + " cannot be reached from terminal t" +
                                    std::to_string(t));
  }
}

}  // namespace mimd::noc
