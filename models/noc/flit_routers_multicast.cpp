// Forking of multicasts in the routers of the flit network (multicast.h).
#include "noc/flit_routers.h"

namespace mimd::noc {

flit_place flit_routers::replica(flit_place input, std::uint32_t number) const {
  const auto& v = inputs_[input];
  const auto& r = routers_[v.router];
  const auto links = r.inputs / (1 + r.replicas);
  return r.first_input + (links + v.port * r.replicas + number) * layout_.all_vcs + v.vc;
}

// The set that p leads has come to the front: where it parts, its further branches start in the replicas.
void flit_routers::fork_set(flit_place input, packet& p, cycle from) {
  auto& v = inputs_[input];
  const auto first = routers_[v.router].first_output_port;
  const auto& branches = multicast_.split({v.router, v.port, v.vc % layout_.vcs, 0}, p);
  const auto count = static_cast<std::uint32_t>(branches.size());
  forks_[input] = {count - 1, count > 1 ? p.flits : 0, count > 1 ? count : 0};
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto place = i == 0 ? input : replica(input, i - 1);
    auto& q = inputs_[place];
    q.phase = state::waiting;
    q.priority = p.priority;
    q.output = first + branches[i].step.output;
    q.wanted = wanted_vcs(*branches[i].leader, branches[i].step);
    leaders_[place] = branches[i].leader;
    if (i != 0) route_or_wait(place, from);
  }
  for (std::uint32_t i = 0; i < v.count && forks_[input].flits != 0; ++i)
    feed(input, buffers_[std::size_t{input} * layout_.depth + (v.first + i) % layout_.depth]);
}

// The next flit of a packet that has forked is in its buffer: copies of it go to the replicas.
void flit_routers::feed(flit_place input, flit f) {
  auto& x = forks_[input];
  --x.flits;
  for (std::uint32_t i = 0; i < x.replicas; ++i) {
    const auto place = replica(input, i);
    auto& q = inputs_[place];
    buffers_[std::size_t{place} * layout_.depth + (q.first + q.count) % layout_.depth] =
        flit(*leaders_[place], f.head(), f.tail());
    if (++q.count == 1 && q.phase == state::active && output_vcs_[q.taken].credits > 0) set_ready(place);
  }
}

// The tail of a packet, or of one of its branches, has left: after the last, the next packet comes to the
// front.
void flit_routers::branch_left(flit_place input, cycle now) {
  const auto parent = parents_[input];
  auto& x = forks_[parent];
  if (x.open != 0 && --x.open != 0) return;
  if (inputs_[parent].count > 0) start(parent, now + 1);
}

}  // namespace mimd::noc
