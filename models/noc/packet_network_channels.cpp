// Routing and virtual-channel allocation of the network in packet fidelity.
#include <algorithm>

#include "noc/packet_network.h"

namespace mimd::noc {

namespace {

std::uint32_t lowest(std::uint64_t bits) {
  return static_cast<std::uint32_t>(__builtin_ctzll(bits));
}

}  // namespace

// What was put off until t, or until a time that has turned out later since.
void packet_network::visit(std::uint32_t r, std::uint32_t b, tick t) {
  ++visits_;
  const router& here = routers_[r];
  buffer& x = at(b);
  if (x.state == buffer_state::flows) {
    book(here, r, b, t, t);
    return;
  }
  const tick ready = std::max(stamps(x)[x.read], x.left_at + 1) + routing_cycles_;
  if (t < ready) {
    put({r, b}, ready);
    return;
  }
  if (find_channel(here, r, b, x, t)) book(here, r, b, t, t + channel_cycles_);
}

// Whether the head at the front of buffer b has got a channel; if not, it asks again later.
bool packet_network::find_channel(const router& here, std::uint32_t r, std::uint32_t b, buffer& x, tick t) {
  packet& p = *x.front;
  const std::uint32_t vc = b - here.first_buffer - x.input * channels_ - p.virtual_network * vcs_;
  routing_.candidates({r, x.input, vc, p.destination}, p.route, candidates_);
  std::uint32_t port = candidates_[0].output;
  std::uint64_t wanted = 0;
  if (candidates_.size() == 1)
    wanted = channels_of(candidates_[0], p);
  else
    port = select_output(here, p, t, wanted);
  const std::uint64_t available = free_channels(here, port, t) & wanted;
  if (available == 0) {
    wait(here, r, b, x, t);
    return false;
  }
  claim(here, b, x, port, available);
  return true;
}

// Until the first of the channels it wants that is known to become free; if none is known, until one is.
void packet_network::wait(const router& here, std::uint32_t r, std::uint32_t b, buffer& x, tick t) {
  tick soonest = never;
  for (const route_candidate& c : candidates_)
    for (std::uint64_t left = channels_of(c, *x.front); left != 0; left &= left - 1)
      soonest = std::min(soonest, flows_[flow_of(here, c.output, lowest(left))].free_at);
  if (soonest != never) {
    x.state = buffer_state::head;
    put({r, b}, std::max(soonest, t) + 1);
    return;
  }
  x.state = buffer_state::parked;
  const std::uint32_t local = b - here.first_buffer;
  for (const route_candidate& c : candidates_) {
    outputs_[here.first_output + c.output].awaited = true;
    waiting_[here.first_waiting + c.output * here.words + local / 64] |= std::uint64_t{1} << (local % 64);
  }
}

std::uint64_t packet_network::channels_of(const route_candidate& c, const packet& p) const {
  std::uint32_t first = p.virtual_network * vcs_ + c.first_vc;
  std::uint32_t count = c.vcs;
  if (any_ordered_ && ordered_[p.virtual_network]) {
    first = p.virtual_network * vcs_ + flow_vc(c, flow_hash(p.source, p.destination));
    count = 1;
  }
  return (count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1) << first;
}

// Among the candidates with a channel to claim: the highest rank, then the most credits, then by lot.
std::uint32_t packet_network::select_output(const router& here, const packet& p, tick t,
                                            std::uint64_t& wanted) {
  std::uint32_t port = 0;
  std::uint64_t best = 0;
  std::uint32_t equals = 0;
  for (const route_candidate& c : candidates_) {
    const std::uint64_t channels = channels_of(c, p);
    const bool available = (channels & free_channels(here, c.output, t)) != 0;
    const output_port& output = outputs_[here.first_output + c.output];
    const std::uint64_t score =
        available ? (std::uint64_t{c.rank} << 32 | free_slots(output, channels, t)) + 1 : 0;
    if (score < best) continue;
    if (score > best) equals = 0;
    if (equals++ != 0 && (best == 0 || random_.below(equals) != 0)) continue;
    best = score;
    port = c.output;
    wanted = channels;
  }
  return port;
}

std::uint32_t packet_network::free_slots(const output_port& output, std::uint64_t channels, tick t) const {
  std::uint32_t count = 0;
  for (; channels != 0; channels &= channels - 1) {
    const std::uint32_t b = output.first_next + lowest(channels);
    const buffer& y = at(b);
    std::uint16_t slot = y.write;
    for (std::uint32_t i = y.held; i < slots_; ++i, slot = after(slot)) {
      if (stamps(y)[slot] > t) break;
      ++count;
    }
  }
  return count;
}

// The channels of an output that nobody has any longer.
std::uint64_t packet_network::free_channels(const router& here, std::uint32_t port, tick t) {
  output_port& output = outputs_[here.first_output + port];
  for (std::uint64_t left = output.claimed; left != 0; left &= left - 1) {
    flow& f = flows_[flow_of(here, port, lowest(left))];
    if (f.free_at < t) {
      f.free_at = never;
      output.claimed &= ~(left & (~left + 1));
    }
  }
  return ~output.claimed;
}

// The next in turn, as iSLIP's accepting side.
void packet_network::claim(const router& here, std::uint32_t b, buffer& x, std::uint32_t port,
                           std::uint64_t available) {
  output_port& output = outputs_[here.first_output + port];
  const std::uint32_t turn = x.output == port ? x.next - output.first_next + 1 : 0;
  const std::uint64_t ahead = turn < channels_ ? available & (~std::uint64_t{0} << turn) : 0;
  const std::uint32_t vc = lowest(ahead != 0 ? ahead : available);
  output.claimed |= std::uint64_t{1} << vc;
  flows_[flow_of(here, port, vc)] = {b, never, never};
  if (priorities_) flow_priority_[flow_of(here, port, vc)] = x.front->priority;
  x.output = static_cast<std::uint16_t>(port);
  x.next = output.first_next + vc;
  x.flags |= at_head;
  x.state = buffer_state::flows;
  ++x.front->hops;
}

// A channel of an output becomes free at t - 1: those parked for one ask at t, in turn.
void packet_network::wake_waiting(const router& here, std::uint32_t r, std::uint32_t port, tick t) {
  outputs_[here.first_output + port].awaited = false;
  std::uint64_t* const waiting = &waiting_[here.first_waiting + port * here.words];
  const auto wake = [&](std::uint32_t w, std::uint64_t bits) {
    for (; bits != 0; bits &= bits - 1) {
      const std::uint32_t b = here.first_buffer + w * 64 + lowest(bits);
      if (at(b).state != buffer_state::parked) continue;  // it waited for several outputs
      at(b).state = buffer_state::head;
      put({r, b}, t);
    }
  };
  const std::uint32_t turn = (outputs_[here.first_output + port].last_input + 1u) * channels_;
  for (std::uint32_t i = 0; i <= here.words; ++i) {
    const std::uint32_t w = (turn / 64 + i) % here.words;
    const std::uint64_t from = ~std::uint64_t{0} << (turn % 64);
    wake(w, waiting[w] & (i == 0 ? from : i == here.words ? ~from : ~std::uint64_t{0}));
  }
  std::fill(waiting, waiting + here.words, 0);
}

}  // namespace mimd::noc
