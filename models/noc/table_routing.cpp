#include "noc/table_routing.h"

#include <stdexcept>

namespace mimd::noc {

namespace {
constexpr std::uint16_t no_way = 0xffff;
constexpr std::uint32_t most_routers = 8192;
constexpr std::uint32_t unranked = 0xffffffffu;
}  // namespace

table_routing::table_routing(kind k, const topology& t, std::uint32_t vcs)
    : routing(t, vcs), modes_(k == kind::up_down ? 2 : 1) {
  if (t.routers() > most_routers)
    throw std::invalid_argument("routing by tables is for at most " + std::to_string(most_routers) +
                                " routers");
  if (k == kind::up_down) rank_routers();
  for (std::uint32_t router = 0; router < t.routers(); ++router) {
    if (t.outputs(router).size() >= no_way)
      throw std::invalid_argument("routing by tables is for routers of fewer than 65535 ports");
    first_input_.push_back(static_cast<std::uint32_t>(mode_of_input_.size()));
    for (const auto c : t.inputs(router)) {
      const auto& from = t.channels()[c].from;
      const bool down = k == kind::up_down && !from.is_terminal && rank_[from.index] < rank_[router];
      mode_of_input_.push_back(down ? 1 : 0);
    }
  }
  next_.assign(std::size_t{modes_} * t.routers() * t.routers(), no_way);
  for (std::uint32_t terminal = 0; terminal < t.terminals(); ++terminal) fill(terminal);
}

// By breadth-first search from the router with the most channels, whichever way they go.
void table_routing::rank_routers() {
  const auto& t = network();
  const auto degree = [&](std::uint32_t r) { return t.inputs(r).size() + t.outputs(r).size(); };
  std::uint32_t root = 0;
  for (std::uint32_t router = 1; router < t.routers(); ++router)
    if (degree(router) > degree(root)) root = router;
  rank_.assign(t.routers(), unranked);
  std::vector<std::uint32_t> open{root};
  rank_[root] = 0;
  for (std::size_t i = 0; i < open.size(); ++i) {
    const auto visit = [&](const endpoint& e) {
      if (e.is_terminal || rank_[e.index] != unranked) return;
      rank_[e.index] = static_cast<std::uint32_t>(open.size());  // nearer routers come earlier
      open.push_back(e.index);
    };
    for (const auto c : t.outputs(open[i])) visit(t.channels()[c].to);
    for (const auto c : t.inputs(open[i])) visit(t.channels()[c].from);
  }
}

// Backwards from the destination's router, over the channels that a packet may still take.
void table_routing::fill(std::uint32_t terminal) {
  const auto& t = network();
  const auto target = exit_to(terminal).router;
  if (next(0, target, target) != no_way) return;
  const std::size_t states = std::size_t{modes_} * t.routers();  // mode · routers + router
  std::vector<std::uint32_t> distance(states, unranked);
  std::vector<std::uint32_t> open;
  for (std::uint32_t mode = 0; mode < modes_; ++mode) {
    distance[mode * t.routers() + target] = 0;
    open.push_back(mode * t.routers() + target);
    next(mode, target, target) = 0;  // there: any port but no_way
  }
  const auto mode_over = [&](std::uint32_t from, std::uint32_t to) -> std::uint32_t {
    return modes_ == 2 && rank_[from] < rank_[to] ? 1 : 0;
  };
  for (std::size_t i = 0; i < open.size(); ++i) {
    const auto mode = open[i] / t.routers();
    const auto router = open[i] % t.routers();
    for (const auto c : t.inputs(router)) {
      const auto& from = t.channels()[c].from;
      if (from.is_terminal) continue;
      const auto arrives = mode_over(from.index, router);
      if (arrives != mode) continue;
      for (std::uint32_t before = 0; before <= arrives && before < modes_; ++before) {
        const auto state = before * t.routers() + from.index;
        if (distance[state] != unranked) continue;
        distance[state] = distance[open[i]] + 1;
        open.push_back(state);
      }
    }
  }
  for (std::uint32_t state = 0; state < states; ++state) {
    const auto mode = state / t.routers();
    const auto router = state % t.routers();
    if (router == target || distance[state] == unranked) continue;
    std::vector<std::uint32_t> ports;  // the first that is nearer, and those beside it to the same router
    for (std::uint32_t port = 0; port < t.outputs(router).size(); ++port) {
      const auto& to = t.channels()[t.outputs(router)[port]].to;
      if (to.is_terminal) continue;
      const auto arrives = mode_over(router, to.index);
      if (arrives < mode || distance[arrives * t.routers() + to.index] + 1 != distance[state]) continue;
      if (!ports.empty() && t.channels()[t.outputs(router)[ports[0]]].to.index != to.index) continue;
      ports.push_back(port);
    }
    next(mode, router, target) = static_cast<std::uint16_t>(ports[target % ports.size()]);
  }
  check_reaches(terminal);
}

void table_routing::check_reaches(std::uint32_t terminal) const {
  const auto& t = network();
  const auto target = exit_to(terminal).router;
  for (std::uint32_t source = 0; source < t.terminals(); ++source)
    if (next_[std::size_t{t.source_router(source)} * t.routers() + target] == no_way)
      throw std::invalid_argument(std::string(modes_ == 2 ? "up-down" : "shortest-path") +
                                  " routing finds no way from t" + std::to_string(source) + " to t" +
                                  std::to_string(terminal));
}

route_candidate table_routing::injection(std::uint32_t, std::uint32_t, const route_state&) const {
  return {0, 0, vcs(), 0};
}

void table_routing::candidates(const route_query& query, route_state&, route_candidates& result) const {
  result.clear();
  const auto& there = exit_to(query.destination);
  if (query.router == there.router) {
    result.add({there.port, 0, vcs(), 0});
    return;
  }
  const std::size_t routers = network().routers();
  const std::size_t mode = mode_of_input_[first_input_[query.router] + query.input];
  result.add({next_[(mode * routers + query.router) * routers + there.router], 0, vcs(), 0});
}

}  // namespace mimd::noc
