#include "noc/minimal_adaptive.h"

#include <stdexcept>

namespace mimd::noc {

minimal_adaptive::minimal_adaptive(kind k, const topology& t, std::uint32_t vcs)
    : routing(t, vcs),
      path_(t),
      kind_(k),
      escapes_(path_.rings() ? 2 : 1),
      adaptive_(k == kind::booksim && path_.rings() ? vc_range{3, 1} : vc_range{escapes_, vcs - escapes_}) {
  const std::string name = k == kind::all ? "minimal-adaptive" : "booksim-min-adapt";
  if (k == kind::booksim && path_.coordinates().wired() == wiring::complete)
    throw std::invalid_argument(name + " routing is for meshes and tori, not for a " + t.form().family);
  const auto least = k == kind::booksim && path_.rings() ? 4 : escapes_ + 1;
  if (vcs < least)
    throw std::invalid_argument(name + " routing on a " + t.form().family + " needs " +
                                std::to_string(least) + " virtual channels, " + std::to_string(escapes_) +
                                " of them to escape");
  if (path_.coordinates().dimensions() >= route_candidates::capacity)
    throw std::invalid_argument(name + " routing is for fewer than " +
                                std::to_string(route_candidates::capacity) + " dimensions");
}

route_state minimal_adaptive::begin(std::uint32_t, std::uint32_t, random_generator& random) const {
  route_state state;
  path_.draw(state, random);
  return state;
}

route_candidate minimal_adaptive::injection(std::uint32_t, std::uint32_t, const route_state&) const {
  return {0, 0, vcs(), 0};
}

void minimal_adaptive::candidates(const route_query& query, route_state& state,
                                  route_candidates& result) const {
  result.clear();
  const auto here = query.router;
  const auto& there = exit_to(query.destination);
  if (here == there.router) {
    result.add({there.port, 0, vcs(), 0});
    return;
  }
  const auto& grid = path_.coordinates();
  const auto came = path_.input_dimension(here, query.input);
  const bool escaped = came != dimension_path::no_dimension && query.vc < escapes_;
  const auto first = grid.first_difference(here, there.router);
  const auto part = escaped && came == first ? query.vc : dimension_path::enters;
  path_.steps(here, there.router, first, part, state, [&](std::uint32_t output, std::uint32_t p) {
    result.add({output, path_.rings() ? p : 0, 1, 0});
  });
  if (escaped) return;
  constexpr route_state halfway_down{0, 2};
  const auto end = kind_ == kind::booksim ? first + 1 : grid.dimensions();
  for (auto d = first; d < end; ++d)
    if (grid.differ(here, there.router, d))
      path_.steps(here, there.router, d, dimension_path::enters, halfway_down,
                  [&](std::uint32_t output, std::uint32_t) {
                    result.add({output, adaptive_.first, adaptive_.count, 1});
                  });
}

std::vector<std::uint32_t> minimal_adaptive::escape_vcs() const {
  if (path_.rings()) return {0, 1};
  return {0};
}

std::vector<std::uint32_t> minimal_adaptive::vc_classes() const {
  std::vector<std::uint32_t> result;
  for (std::uint32_t vc = 0; vc <= adaptive_.first; ++vc) result.push_back(vc);
  if (adaptive_.first + adaptive_.count < vcs()) result.push_back(adaptive_.first + adaptive_.count);
  return result;
}

}  // namespace mimd::noc
