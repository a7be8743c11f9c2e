// Every topology family with every routing that fits it, small enough to look at every path; and the walk
// over all that a routing permits, without the short cuts of the deadlock check.
#ifndef MIMD_TESTS_UNIT_NOC_CASES_H
#define MIMD_TESTS_UNIT_NOC_CASES_H

#include <cstdint>
#include <functional>
#include <ostream>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "noc/routing.h"
#include "noc/topologies.h"

namespace mimd::noc {

struct routing_case {
  const char* family;
  std::vector<std::uint32_t> dims;
  std::uint32_t concentration;
  const char* routing;
  std::uint32_t vcs;
};

inline std::string text(const routing_case& c) {
  std::string result = c.family;
  for (const auto radix : c.dims) result += "_" + std::to_string(radix);
  return result + "_x" + std::to_string(c.concentration) + "_" + c.routing + "_" + std::to_string(c.vcs) +
         "vcs";
}

inline std::ostream& operator<<(std::ostream& out, const routing_case& c) {
  return out << text(c);
}

inline std::string test_name(const routing_case& c) {
  auto result = text(c);
  for (char& letter : result)
    if (letter == '-') letter = '_';
  return result;
}

inline topology build(const routing_case& c) {
  topology_parameters p;
  p.family = c.family;
  p.dims = c.dims;
  p.concentration = c.concentration;
  return make_topology(p);
}

inline const std::vector<routing_case>& routing_cases() {
  static const std::vector<routing_case> cases{
      {"crossbar", {1}, 1, "shortest-path", 1},
      {"crossbar", {6}, 1, "shortest-path", 2},
      {"crossbar", {6}, 1, "up-down", 2},
      {"ring", {1}, 1, "dimension-order", 2},
      {"ring", {2}, 1, "dimension-order", 2},
      {"ring", {3}, 1, "minimal-adaptive", 3},
      {"ring", {7}, 2, "dimension-order", 4},
      {"ring", {8}, 1, "dimension-order", 5},
      {"ring", {8}, 1, "minimal-adaptive", 4},
      {"ring", {8}, 1, "valiant", 4},
      {"ring", {5}, 1, "up-down", 1},
      {"mesh", {1}, 1, "dimension-order", 1},
      {"mesh", {5}, 1, "dimension-order", 1},
      {"mesh", {4, 4}, 1, "dimension-order", 1},
      {"mesh", {4, 1, 3}, 2, "dimension-order", 3},
      {"mesh", {2, 3, 2, 2}, 1, "dimension-order", 2},
      {"mesh", {4, 4}, 1, "o1turn", 2},
      {"mesh", {3, 2, 3}, 1, "o1turn", 3},
      {"mesh", {5, 4}, 1, "west-first", 1},
      {"mesh", {5, 4}, 2, "odd-even", 1},
      {"mesh", {4, 5}, 1, "odd-even", 2},
      {"mesh", {4, 4}, 1, "minimal-adaptive", 2},
      {"mesh", {3, 3, 3}, 1, "minimal-adaptive", 4},
      {"mesh", {4, 4}, 1, "booksim-min-adapt", 3},
      {"mesh", {4, 4}, 1, "valiant", 2},
      {"mesh", {3, 2, 3}, 2, "valiant", 5},
      {"mesh", {4, 4}, 1, "shortest-path", 1},
      {"mesh", {4, 3}, 1, "up-down", 1},
      {"torus", {4, 4}, 1, "dimension-order", 2},
      {"torus", {5, 2, 1}, 1, "dimension-order", 4},
      {"torus", {8, 3}, 2, "dimension-order", 3},
      {"torus", {4, 5}, 1, "minimal-adaptive", 3},
      {"torus", {4, 5}, 1, "booksim-min-adapt", 4},
      {"torus", {4, 3}, 1, "booksim-min-adapt", 6},
      {"torus", {4, 4}, 1, "valiant", 4},
      {"torus", {5, 3}, 1, "valiant", 6},
      {"hypercube", {1}, 1, "dimension-order", 1},
      {"hypercube", {4}, 1, "dimension-order", 2},
      {"hypercube", {4}, 1, "e-cube", 1},
      {"hypercube", {3}, 2, "o1turn", 2},
      {"hypercube", {4}, 1, "minimal-adaptive", 2},
      {"hypercube", {4}, 1, "valiant", 2},
      {"flattened-butterfly", {4, 4}, 1, "dimension-order", 1},
      {"flattened-butterfly", {3, 4, 2}, 2, "dimension-order", 2},
      {"flattened-butterfly", {4, 3}, 3, "minimal-adaptive", 2},
      {"flattened-butterfly", {4, 3}, 1, "valiant", 2},
      {"fat-tree", {4, 1}, 1, "fat-tree-random", 1},
      {"fat-tree", {2, 4}, 1, "fat-tree-random", 1},
      {"fat-tree", {3, 3}, 1, "fat-tree-random", 2},
      {"fat-tree", {3, 3}, 1, "fat-tree-d-mod-k", 1},
      {"fat-tree", {4, 2}, 1, "fat-tree-adaptive", 2},
      {"fat-tree", {2, 3}, 1, "up-down", 1},
      {"butterfly", {2, 4}, 1, "destination-tag", 1},
      {"butterfly", {3, 3}, 1, "destination-tag", 2},
      {"butterfly", {5, 1}, 1, "destination-tag", 1},
      {"butterfly", {3, 2}, 1, "shortest-path", 1},
      {"omega", {2, 4}, 1, "destination-tag", 1},
      {"omega", {4, 2}, 1, "destination-tag", 2},
      {"dragonfly", {2, 1, 1}, 1, "minimal", 2},
      {"dragonfly", {4, 2, 2}, 1, "minimal", 3},
      {"dragonfly", {4, 2, 2}, 1, "valiant", 3},
      {"dragonfly", {4, 2, 1, 3}, 1, "minimal", 2},
      {"dragonfly", {4, 2, 1, 4}, 1, "valiant", 4},
      {"dragonfly", {3, 1, 2, 1}, 1, "minimal", 2},
      {"dragonfly", {4, 1, 1}, 1, "up-down", 1},
      {"star", {5}, 1, "shortest-path", 1},
      {"star", {3, 4}, 1, "shortest-path", 1},
      {"star", {2, 3, 2}, 1, "up-down", 2},
  };
  return cases;
}

// A packet's head in front of a router.
struct head {
  std::uint32_t channel;
  std::uint32_t vc;
  std::uint32_t intermediate;
  std::uint32_t phase;
  bool operator<(const head& other) const {
    return std::tie(channel, vc, intermediate, phase) <
           std::tie(other.channel, other.vc, other.intermediate, other.phase);
  }
};

// Every step that packets to this destination may ever take: step(from, to, rank) with `to` the head in front
// of the next router, or of the terminal.
inline void walk_everything(const routing& r, std::uint32_t destination,
                            const std::function<void(const head&, const head&, std::uint32_t)>& step) {
  const auto& t = r.network();
  std::set<head> seen;
  std::vector<head> open;
  const auto visit = [&](const head& h) {
    if (seen.insert(h).second) open.push_back(h);
  };
  for (std::uint32_t source = 0; source < t.terminals(); ++source)
    for (const auto& state : r.initial_states()) {
      const auto range = r.injection(source, destination, state);
      for (std::uint32_t i = 0; i < range.vcs; ++i)
        visit({t.injection(source), range.first_vc + i, state.intermediate, state.phase});
    }
  route_candidates ways;
  while (!open.empty()) {
    const auto from = open.back();
    open.pop_back();
    const auto& to = t.channels()[from.channel].to;
    if (to.is_terminal) continue;
    route_state state{from.intermediate, from.phase};
    r.candidates({to.index, to.port, from.vc, destination}, state, ways);
    for (const auto& way : ways)
      for (std::uint32_t i = 0; i < way.vcs; ++i) {
        const head next{t.outputs(to.index).at(way.output), way.first_vc + i, state.intermediate,
                        state.phase};
        step(from, next, way.rank);
        visit(next);
      }
  }
}

// Channels between routers on the shortest way from each router to the destination's; `unreachable` if none.
inline constexpr std::uint32_t unreachable = 0xffffffffu;
inline std::vector<std::uint32_t> distances_to(const topology& t, std::uint32_t destination) {
  std::vector<std::uint32_t> result(t.routers(), unreachable);
  std::vector<std::uint32_t> open{t.destination_router(destination)};
  result[open[0]] = 0;
  for (std::size_t i = 0; i < open.size(); ++i)
    for (const auto c : t.inputs(open[i])) {
      const auto& from = t.channels()[c].from;
      if (from.is_terminal || result[from.index] != unreachable) continue;
      result[from.index] = result[open[i]] + 1;
      open.push_back(from.index);
    }
  return result;
}

}  // namespace mimd::noc

#endif
