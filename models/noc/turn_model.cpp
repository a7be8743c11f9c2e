#include "noc/turn_model.h"

#include <stdexcept>

namespace mimd::noc {

turn_model::turn_model(kind k, const topology& t, std::uint32_t vcs) : routing(t, vcs), kind_(k), path_(t) {
  if (t.form().family != "mesh" || t.form().dims.size() != 2)
    throw std::invalid_argument(
        std::string(k == kind::west_first ? "west-first" : "odd-even") +
        " routing is for meshes of two dimensions, not for a " + t.form().family +
        (t.form().family == "mesh" ? " of " + std::to_string(t.form().dims.size()) : ""));
}

route_candidate turn_model::injection(std::uint32_t, std::uint32_t, const route_state&) const {
  return {0, 0, vcs(), 0};
}

std::vector<std::uint32_t> turn_model::telling_destinations() const {
  if (kind_ == kind::west_first) return path_.telling_destinations(network());
  return routing::telling_destinations();  // odd-even looks at the destination's column
}

// Whether a packet that has to go west or east may go north or south here.
bool turn_model::may_turn(const route_query& query, std::uint32_t column, bool west) const {
  if (kind_ == kind::west_first) return !west;
  if (west) return column % 2 == 0;  // the turn to the west will be here
  return column % 2 == 1 || path_.input_dimension(query.router, query.input) != 0;
}

// Whether a packet that has to go north or south too may go on towards its column.
bool turn_model::may_go_on(std::uint32_t column, std::uint32_t column_there, bool west) const {
  if (kind_ == kind::west_first || west) return true;
  return column_there % 2 == 1 || column_there - column != 1;  // else it would arrive where it cannot turn
}

void turn_model::candidates(const route_query& query, route_state&, route_candidates& result) const {
  result.clear();
  const auto here = query.router;
  const auto& there = exit_to(query.destination);
  if (here == there.router) {
    result.add({there.port, 0, vcs(), 0});
    return;
  }
  const auto& grid = path_.coordinates();
  const auto x = grid.coordinate(here, 0);
  const auto x_there = grid.coordinate(there.router, 0);
  const auto y = grid.coordinate(here, 1);
  const auto y_there = grid.coordinate(there.router, 1);
  const bool west = x_there < x;
  if (y != y_there && (x == x_there || may_turn(query, x, west)))
    result.add({grid.output(here, 1, y_there > y ? direction::up : direction::down), 0, vcs(), 0});
  if (x != x_there && (y == y_there || may_go_on(x, x_there, west)))
    result.add({grid.output(here, 0, west ? direction::down : direction::up), 0, vcs(), 0});
}

}  // namespace mimd::noc
