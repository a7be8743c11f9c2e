#include "noc/dragonfly_routing.h"

#include <stdexcept>

namespace mimd::noc {

namespace {

topology::shape shape_of(const topology& t) {
  if (t.form().family != "dragonfly")
    throw std::invalid_argument("dragonfly routing is for dragonflies, not for a " + t.form().family);
  return t.form();
}

}  // namespace

dragonfly_routing::dragonfly_routing(kind k, const topology& t, std::uint32_t vcs)
    : routing(t, vcs), kind_(k), shape_(shape_of(t)) {
  const std::uint32_t classes = k == kind::minimal ? 2 : 3;
  if (vcs < classes)
    throw std::invalid_argument(std::string(k == kind::minimal ? "minimal" : "valiant") +
                                " routing on a dragonfly needs " + std::to_string(classes) +
                                " virtual channels, one for each group that a packet visits");
  for (std::uint32_t c = 0; c < classes; ++c) firsts_.push_back(vcs * c / classes);
  for (std::uint32_t c = 0, vc = 0; vc < vcs; ++vc) {
    if (c + 1 < classes && firsts_[c + 1] == vc) ++c;
    class_of_vc_.push_back(c);
  }
  for (std::uint32_t router = 0; router < t.routers(); ++router) groups_.push_back(router / shape_.a);
  for (std::uint32_t s = 0; s < shape_.a * shape_.h; ++s)
    slots_.push_back({s / shape_.h, shape_.slot_port(s)});
}

// Valiant: intermediate is the group to visit, bit 0 of phase tells that it has been, the other bits are the
// copy of the channel on the way there.
route_state dragonfly_routing::begin(std::uint32_t, std::uint32_t, random_generator& random) const {
  if (kind_ == kind::minimal) return {};
  const auto group = static_cast<std::uint32_t>(random.below(shape_.g));
  return {group, shape_.copies > 1 ? static_cast<std::uint32_t>(random.below(shape_.copies)) << 1 : 0};
}

std::vector<route_state> dragonfly_routing::initial_states() const {
  if (kind_ == kind::minimal) return {route_state{}};
  std::vector<route_state> result;
  for (std::uint32_t group = 0; group < shape_.g; ++group)
    for (std::uint32_t copy = 0; copy == 0 || copy < shape_.copies; ++copy)
      result.push_back({group, copy << 1});
  return result;
}

route_candidate dragonfly_routing::injection(std::uint32_t, std::uint32_t, const route_state&) const {
  return {0, 0, vcs(), 0};
}

void dragonfly_routing::candidates(const route_query& query, route_state& state,
                                   route_candidates& result) const {
  result.clear();
  const auto here = query.router;
  const auto group = groups_[here];
  const auto& there = exit_to(query.destination);
  if (kind_ == kind::valiant && group == state.intermediate) state = {0, 1};
  const bool visiting = kind_ == kind::valiant && (state.phase & 1) == 0;
  const auto visited = query.input < shape_.p ? 0 : class_of_vc_[query.vc];  // groups
  const auto add = [&](std::uint32_t port, std::uint32_t c) {
    const auto end = c + 1 < firsts_.size() ? firsts_[c + 1] : vcs();
    result.add({port, firsts_[c], end - firsts_[c], 0});
  };
  if (!visiting && here == there.router) {
    add(there.port, visited);
    return;
  }
  const auto group_there = visiting ? state.intermediate : groups_[there.router];
  if (group == group_there) {
    add(shape_.local_port(here, there.router), visited);
    return;
  }
  std::uint32_t copy = 0;
  if (shape_.copies > 1) copy = visiting ? state.phase >> 1 : query.destination % shape_.copies;
  const auto& way = slots_[shape_.slot(group, group_there, copy)];
  const auto gate = group * shape_.a + way.router;
  if (here == gate)
    add(way.port, visited + 1);
  else
    add(shape_.local_port(here, gate), visited);
}

}  // namespace mimd::noc
