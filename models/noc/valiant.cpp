#include "noc/valiant.h"

#include <stdexcept>

namespace mimd::noc {

valiant::valiant(const topology& t, std::uint32_t vcs) : routing(t, vcs), path_(t), ranges_{} {
  const std::uint32_t least = path_.rings() ? 4 : 2;
  if (vcs < least)
    throw std::invalid_argument("valiant routing on a " + t.form().family + " needs " +
                                std::to_string(least) + " virtual channels");
  const vc_range all{0, vcs};
  for (const std::uint32_t part : {0u, 1u}) {
    const auto half = !path_.rings() ? all : (part == 0 ? all.lower() : all.upper());
    ranges_[part][0] = half.lower();
    ranges_[part][1] = half.upper();
  }
}

route_state valiant::begin(std::uint32_t source, std::uint32_t destination, random_generator& random) const {
  route_state state;
  state.intermediate = static_cast<std::uint32_t>(random.below(network().routers()));
  if (path_.coordinates().wired() == wiring::complete) {  // the destination on the way will do
    const auto& grid = path_.coordinates();
    const auto there = exit_to(destination).router;
    auto router = network().source_router(source);
    while (router != there && router != state.intermediate) {
      const auto d = grid.first_difference(router, state.intermediate);
      router = grid.at(router, d, grid.coordinate(state.intermediate, d));
    }
    state.intermediate = router;
  }
  path_.draw(state, random);
  return state;
}

std::vector<route_state> valiant::initial_states() const {
  std::vector<route_state> result;
  for (std::uint32_t router = 0; router < network().routers(); ++router) result.push_back({router, 0});
  return result;
}

route_candidate valiant::injection(std::uint32_t, std::uint32_t, const route_state&) const {
  return {0, 0, vcs(), 0};
}

void valiant::candidates(const route_query& query, route_state& state, route_candidates& result) const {
  result.clear();
  if (query.router == state.intermediate) state = {0, state.phase | 1};  // seen: forget where it was
  const auto phase = state.phase & 1;
  const auto& out = exit_to(query.destination);
  const auto there = phase == 0 ? state.intermediate : out.router;
  if (query.router == there) {
    result.add({out.port, 0, vcs(), 0});
    return;
  }
  const auto d = path_.coordinates().first_difference(query.router, there);
  auto part = dimension_path::enters;
  if (path_.rings() && path_.input_dimension(query.router, query.input) == d) {
    // In that ring already, unless it was in the other phase.
    const std::uint32_t now = query.vc >= ranges_[1][0].first ? 1 : 0;
    const bool second = query.vc >= ranges_[now][1].first;
    if (second == (phase == 1)) part = now;
  }
  path_.steps(query.router, there, d, part, state, [&](std::uint32_t output, std::uint32_t p) {
    result.add({output, ranges_[p][phase].first, ranges_[p][phase].count, 0});
  });
}

std::vector<std::uint32_t> valiant::vc_classes() const {
  if (!path_.rings()) return {0, ranges_[0][1].first};
  return {0, ranges_[0][1].first, ranges_[1][0].first, ranges_[1][1].first};
}

}  // namespace mimd::noc
