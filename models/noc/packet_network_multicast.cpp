// Forking of multicasts in the routers of the network in packet fidelity (multicast.h).
#include <algorithm>

#include "noc/packet_network.h"

namespace mimd::noc {

std::uint32_t packet_network::replica(const router& here, std::uint32_t b, std::uint32_t number) const {
  const std::uint32_t links = here.inputs / (1 + here.replicas);
  const buffer& x = at(b);
  return here.first_buffer + (links + x.input * here.replicas + number) * channels_ + x.channel;
}

// The set at the front of a buffer: where it parts, its further branches start in the replicas. That is when
// the arrival of all its flits is known; until then it waits.
bool packet_network::fork_set(const router& here, event& e, buffer& x, tick t) {
  packet& p = *x.front;
  const std::uint32_t vc = x.channel - p.virtual_network * vcs_;
  const auto& branches = multicast_.split({e.router, x.input, vc, 0}, p);
  const auto count = static_cast<std::uint32_t>(branches.size());
  if (count > 1 && x.held < p.flits) {
    multicast_.join();
    x.flags |= wants_flit;
    return false;
  }
  e.next = step_of(branches[0].step, p);
  if (count == 1) return true;
  forks_[e.number] = {count, 0};
  for (std::uint32_t i = 1; i < count; ++i) {
    const std::uint32_t place = replica(here, e.number, i - 1);
    buffer& y = at(place);
    for (std::uint32_t f = 0; f < p.flits; ++f)
      stamp(y, std::uint32_t{y.write} + f) = stamp(x, std::uint32_t{x.read} + f);
    y.write = static_cast<std::uint16_t>(y.write + p.flits);
    y.held = static_cast<std::uint16_t>(p.flits);
    y.remaining = p.flits;
    y.front = branches[i].leader;
    y.state = buffer_state::head;
    put({e.router, place, step_of(branches[i].step, *branches[i].leader)}, t);
  }
  return true;
}

// The tail of a packet, or of one of its branches, is booked: after the last, the next packet comes to the
// front.
void packet_network::branch_booked(std::uint32_t r, std::uint32_t b, buffer& x) {
  const std::uint32_t parent = parents_[b];
  fork& f = forks_[parent];
  x.state = b == parent && f.open > 1 ? buffer_state::parked : buffer_state::idle;
  f.left_at = std::max(f.left_at, x.left_at);
  if (f.open > 1) {
    --f.open;
    return;
  }
  buffer& y = at(parent);
  if (f.open == 1) y.left_at = f.left_at;
  f = {};
  next_to_front(r, parent, y);
}

}  // namespace mimd::noc
