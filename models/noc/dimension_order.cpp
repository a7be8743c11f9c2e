#include "noc/dimension_order.h"

#include <stdexcept>

namespace mimd::noc {

dimension_order::dimension_order(const topology& t, std::uint32_t vcs)
    : routing(t, vcs), path_(t), places_(places_of(t, path_.coordinates())), parts_{{0, vcs}, {0, vcs}} {
  if (!path_.rings()) return;
  if (vcs < 2)
    throw std::invalid_argument("dimension-order routing on a " + t.form().family +
                                " needs 2 virtual channels for its dateline");
  parts_[0] = vc_range{0, vcs}.lower();
  parts_[1] = vc_range{0, vcs}.upper();
}

std::vector<std::uint32_t> dimension_order::places_of(const topology& t, const grid& g) {
  std::vector<std::uint32_t> result;
  for (std::uint32_t terminal = 0; terminal < t.terminals(); ++terminal)
    result.push_back(g.place(t.destination_router(terminal)));
  return result;
}

route_state dimension_order::begin(std::uint32_t, std::uint32_t, random_generator& random) const {
  route_state state;
  path_.draw(state, random);
  return state;
}

route_candidate dimension_order::injection(std::uint32_t, std::uint32_t, const route_state&) const {
  return {0, 0, vcs(), 0};
}

void dimension_order::candidates(const route_query& query, route_state& state,
                                 route_candidates& result) const {
  result.clear();
  const grid& g = path_.coordinates();
  const auto here = g.place(query.router);
  const auto there = places_[query.destination];
  if (here == there) {
    result.add({exit_to(query.destination).port, 0, vcs(), 0});
    return;
  }
  const auto d = g.first_difference_of_places(here, there);
  if (g.wired() == wiring::line) {
    result.add({g.output_towards_place(query.router, there, d), 0, vcs(), 0});
    return;
  }
  candidates_elsewhere(query, exit_to(query.destination).router, d, state, result);
}

void dimension_order::candidates_elsewhere(const route_query& query, std::uint32_t there, std::uint32_t d,
                                           const route_state& state, route_candidates& result) const {
  auto part = dimension_path::enters;
  if (path_.rings() && path_.input_dimension(query.router, query.input) == d)
    part = query.vc >= parts_[1].first ? 1 : 0;
  path_.steps(query.router, there, d, part, state, [&](std::uint32_t output, std::uint32_t p) {
    result.add({output, parts_[p].first, parts_[p].count, 0});
  });
}

std::vector<std::uint32_t> dimension_order::vc_classes() const {
  if (!path_.rings()) return {0};
  return {0, parts_[1].first};
}

o1turn::o1turn(const topology& t, std::uint32_t vcs)
    : routing(t, vcs), path_(t), orders_{vc_range{0, vcs}.lower(), vc_range{0, vcs}.upper()} {
  if (path_.coordinates().wired() != wiring::line)
    throw std::invalid_argument("o1turn routing is for meshes and hypercubes, not for a " + t.form().family);
  if (vcs < 2) throw std::invalid_argument("o1turn routing needs 2 virtual channels, one for each order");
}

route_state o1turn::begin(std::uint32_t, std::uint32_t, random_generator& random) const {
  return {0, static_cast<std::uint32_t>(random.below(2))};
}

std::vector<route_state> o1turn::initial_states() const {
  return {{0, 0}, {0, 1}};
}

route_candidate o1turn::injection(std::uint32_t, std::uint32_t, const route_state&) const {
  return {0, 0, vcs(), 0};
}

void o1turn::candidates(const route_query& query, route_state& state, route_candidates& result) const {
  result.clear();
  const auto& there = exit_to(query.destination);
  if (query.router == there.router) {
    result.add({there.port, 0, vcs(), 0});
    return;
  }
  const auto& grid = path_.coordinates();
  const auto d = state.phase == 0 ? grid.first_difference(query.router, there.router)
                                  : grid.last_difference(query.router, there.router);
  const auto& order = orders_[state.phase];
  path_.steps(query.router, there.router, d, dimension_path::enters, state,
              [&](std::uint32_t output, std::uint32_t) {
                result.add({output, order.first, order.count, 0});
              });
}

}  // namespace mimd::noc
