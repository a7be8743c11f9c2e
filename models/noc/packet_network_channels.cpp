// Routing and virtual-channel allocation of the network in packet fidelity.
#include <algorithm>

#include "noc/packet_network.h"

namespace mimd::noc {

namespace {

std::uint32_t lowest(std::uint64_t bits) {
  return static_cast<std::uint32_t>(__builtin_ctzll(bits));
}

}  // namespace

// The next step of a packet at the front of buffer b.
packet_network::step packet_network::route(std::uint32_t r, std::uint32_t b, const buffer& x, packet& p) {
  if (!one_candidate_) return {};
  const std::uint32_t vc = b - routers_[r].first_buffer - x.input * channels_ - p.virtual_network * vcs_;
  routing_.candidates({r, x.input, vc, p.destination}, p.route, candidates_);
  return step_of(candidates_[0], p);
}

packet_network::step packet_network::step_of(const route_candidate& c, const packet& p) const {
  step s;
  s.port = static_cast<std::uint16_t>(c.output);
  s.first_vc = static_cast<std::uint8_t>(p.virtual_network * vcs_ + c.first_vc);
  s.vcs = static_cast<std::uint8_t>(c.vcs);
  if (any_ordered_ && ordered_[p.virtual_network]) {
    s.first_vc = static_cast<std::uint8_t>(p.virtual_network * vcs_ + flow_vc(c, flow_hash(p.source, p.destination)));
    s.vcs = 1;
  }
  return s;
}

// What was put off until t, or until a time that has turned out later since.
void packet_network::visit(const event& e, tick t) {
  ++visits_;
  const router& here = routers_[e.router];
  buffer& x = at(e.number);
  if (x.state == buffer_state::flows) {
    book(here, e.router, e.number, t, t);
    return;
  }
  const tick ready = std::max(stamps(x)[x.read], x.left_at + 1) + routing_cycles_;
  if (t < ready) {
    put(e, ready);
    return;
  }
  const step s = e.next.vcs != 0 ? e.next : choose(here, e, x, t);
  const std::uint64_t available = free_channels(here, s.port, t) & s.channels();
  if (available == 0) {
    wait(here, e, x, t);
    return;
  }
  claim(here, e.number, x, s.port, available);
  book(here, e.router, e.number, t, t + channel_cycles_);
}

// Until the first of the channels it wants that is known to become free; if none is known, until one is.
void packet_network::wait(const router& here, const event& e, buffer& x, tick t) {
  tick soonest = never;
  const auto each = [&](auto&& f) {
    if (e.next.vcs != 0)
      f(e.next);
    else
      for (const route_candidate& c : candidates_) f(step_of(c, *x.front));
  };
  each([&](const step& s) {
    for (std::uint64_t left = s.channels(); left != 0; left &= left - 1)
      soonest = std::min(soonest, flows_[flow_of(here, s.port, lowest(left))].free_at);
  });
  if (soonest != never) {
    x.state = buffer_state::head;
    put(e, std::max(soonest, t) + 1);
    return;
  }
  x.state = buffer_state::parked;
  parked_[e.number] = e.next;
  const std::uint32_t local = e.number - here.first_buffer;
  each([&](const step& s) {
    outputs_[here.first_output + s.port].awaited = true;
    waiting_[here.first_waiting + s.port * here.words + local / 64] |= std::uint64_t{1} << (local % 64);
  });
}

// Among the candidates with a channel to claim: the highest rank, then the most credits, then by lot.
packet_network::step packet_network::choose(const router& here, const event& e, const buffer& x, tick t) {
  packet& p = *x.front;
  const std::uint32_t vc = e.number - here.first_buffer - x.input * channels_ - p.virtual_network * vcs_;
  routing_.candidates({e.router, x.input, vc, p.destination}, p.route, candidates_);
  std::uint64_t best = 0;
  std::uint32_t equals = 0;
  step chosen;
  for (const route_candidate& c : candidates_) {
    const step s = step_of(c, p);
    const bool available = (s.channels() & free_channels(here, s.port, t)) != 0;
    const output_port& output = outputs_[here.first_output + s.port];
    const std::uint64_t score =
        available ? (std::uint64_t{c.rank} << 32 | free_slots(output, s.channels(), t)) + 1 : 0;
    if (score < best) continue;
    if (score > best) equals = 0;
    if (equals++ != 0 && (best == 0 || random_.below(equals) != 0)) continue;
    best = score;
    chosen = s;
  }
  return chosen;
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
      put({r, b, parked_[b]}, t);
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

// What a visit will look at, so that the memory of a large network is not waited for: first the buffer and the
// output its head goes to, then what these lead to.
void packet_network::prefetch(const event& e) const {
  if (e.router == at_terminal) return;
  __builtin_prefetch(&lines_[e.number * lines_each_]);
  const router& here = routers_[e.router];
  if (e.next.vcs == 0) return;
  __builtin_prefetch(&outputs_[here.first_output + e.next.port]);
  __builtin_prefetch(&flows_[flow_of(here, e.next.port, 0)]);
}

void packet_network::prefetch_next(const event& e) const {
  if (e.router == at_terminal) return;
  const router& here = routers_[e.router];
  const buffer& x = at(e.number);
  __builtin_prefetch(&inputs_[here.first_input + x.input]);
  __builtin_prefetch(x.front);
  std::uint32_t next = x.next;
  if (e.next.vcs != 0) {
    const output_port& output = outputs_[here.first_output + e.next.port];
    const std::uint64_t available = ~output.claimed & e.next.channels();
    const std::uint32_t turn = x.output == e.next.port ? x.next - output.first_next + 1 : 0;
    const std::uint64_t ahead = turn < channels_ ? available & (~std::uint64_t{0} << turn) : 0;
    if (available != 0) next = output.first_next + lowest(ahead != 0 ? ahead : available);
  }
  __builtin_prefetch(&lines_[next * lines_each_]);
}

}  // namespace mimd::noc
