// Routing and virtual-channel allocation of the network in packet fidelity.
#include <algorithm>

#include "noc/packet_network.h"

namespace mimd::noc {

namespace {

std::uint32_t lowest(std::uint64_t bits) {
  return static_cast<std::uint32_t>(__builtin_ctzll(bits));
}

}  // namespace

// The next step of the packet at the front of buffer b, if there is only one.
packet_network::step packet_network::route(std::uint32_t r, std::uint32_t b, const buffer& x, packet& p) {
  if (table_.usable()) return step_of(table_.next(r, p.destination), p);
  if (!one_candidate_) return {};
  ask_routing(r, b, x, p);
  return step_of(candidates_[0], p);
}

void packet_network::ask_routing(std::uint32_t r, std::uint32_t b, const buffer& x, packet& p) {
  const std::uint32_t vc = b - routers_[r].first_buffer - x.input * channels_ - p.virtual_network * vcs_;
  routing_.candidates({r, x.input, vc, p.destination}, p.route, candidates_);
}

packet_network::step packet_network::step_of(const route_candidate& c, const packet& p) const {
  std::uint32_t first = p.virtual_network * vcs_ + c.first_vc;
  std::uint32_t count = c.vcs;
  if (any_ordered_ && ordered_[p.virtual_network]) {
    first = p.virtual_network * vcs_ + flow_vc(c, flow_hash(p.source, p.destination));
    count = 1;
  }
  return {static_cast<std::uint16_t>(c.output), static_cast<std::uint8_t>(first),
          static_cast<std::uint8_t>(count)};
}

// What was put off until t, or until a time that has turned out later since. in_turn: nobody who waits for
// the same output is to go first.
void packet_network::visit(event e, tick t, bool in_turn) {
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
  step s = e.next;
  if (s.vcs == 0) {
    ask_routing(e.router, e.number, x, *x.front);
    if (candidates_.size() == 1)
      s = step_of(candidates_[0], *x.front);
    else if (all_candidates_)
      s = next_in_turn(here, x, t);
    else
      s = e.next = least_loaded(here, x, t);  // once and for all
  }
  const std::uint64_t available = free_channels(outputs_[here.first_output + s.port], t) & s.channels();
  if (available == 0) {
    wait(here, e, x, t);
    return;
  }
  if (outputs_[here.first_output + s.port].awaited && !in_turn) {
    wait(here, e, x, t);
    serve_waiting(e.router, s.port, t);
    return;
  }
  claim(here, e.number, x, s.port, available);
  book(here, e.router, e.number, t, t + channel_cycles_);
}

// The channels of an output that nobody has any longer.
inline std::uint64_t packet_network::free_channels(output_port& output, tick t) {
  for (std::uint64_t left = output.claimed; left != 0; left &= left - 1) {
    flow& f = flows_[output.flows + lowest(left)];
    if (f.free_at >= t) continue;
    f.free_at = never;
    output.claimed ^= left & (~left + 1);
  }
  return ~output.claimed;
}

// The next of those available after the one claimed last, as iSLIP's accepting side.
inline std::uint32_t packet_network::channel_in_turn(const buffer& x, std::uint32_t port,
                                                     std::uint64_t available) const {
  const std::uint32_t turn = x.output == port ? x.vc + 1u : 0;
  const std::uint64_t ahead = turn < 64 ? available & (~std::uint64_t{0} << turn) : 0;
  return lowest(ahead != 0 ? ahead : available);
}

inline void packet_network::claim(const router& here, std::uint32_t b, buffer& x, std::uint32_t port,
                                  std::uint64_t available) {
  output_port& output = outputs_[here.first_output + port];
  const std::uint32_t vc = channel_in_turn(x, port, available);
  output.claimed |= std::uint64_t{1} << vc;
  flow& f = flows_[output.flows + vc];
  f.owner = b;
  f.priority = x.front->priority;
  x.output = static_cast<std::uint16_t>(port);
  x.vc = static_cast<std::uint8_t>(vc);
  x.flags |= at_head;
  x.state = buffer_state::flows;
}

// Of all that the candidates permit and that is free, the next after the one claimed last, in the order of
// outputs and their channels. Some candidate, if none is free. A channel that is no escape must have a slot:
// who waited for one could not escape any more.
packet_network::step packet_network::next_in_turn(const router& here, const buffer& x, tick t) {
  step best = step_of(candidates_[0], *x.front);
  best.vcs = 0;
  std::uint32_t nearest = nobody;
  for (const route_candidate& c : candidates_) {
    const step s = step_of(c, *x.front);
    output_port& output = outputs_[here.first_output + s.port];
    std::uint64_t available = free_channels(output, t) & s.channels();
    if (c.rank != 0)
      for (std::uint64_t left = available; left != 0; left &= left - 1)
        if (slot_at(at(output.first_next + lowest(left))) > t + channel_cycles_)
          available ^= left & (~left + 1);
    if (available == 0) continue;
    const std::uint32_t vc = channel_in_turn(x, s.port, available);
    const std::uint32_t all = here.outputs * channels_;
    const std::uint32_t distance = (s.port * channels_ + vc + all - (x.output * channels_ + x.vc + 1)) % all;
    if (distance >= nearest) continue;
    nearest = distance;
    best = {s.port, static_cast<std::uint8_t>(vc), 1};
  }
  return best;
}

// The one of two candidates of the highest rank (drawn, if there are more) whose channels have the most
// credits.
packet_network::step packet_network::least_loaded(const router& here, const buffer& x, tick t) {
  std::uint32_t highest = 0;
  for (const route_candidate& c : candidates_) highest = std::max(highest, c.rank);
  std::uint32_t count = 0;
  for (const route_candidate& c : candidates_)
    if (c.rank == highest) ++count;
  const auto nth = [&](std::uint64_t n) {
    std::uint32_t i = 0;
    while (candidates_[i].rank != highest || n-- > 0) ++i;
    return step_of(candidates_[i], *x.front);
  };
  const std::uint64_t one = random_.below(count);
  const step first = nth(one);
  const step second = nth(count == 2 ? 1 - one : random_.below(count));
  return credits(here, second, t) > credits(here, first, t) ? second : first;
}

// How many flits could leave at t by the channels of a step: slots downstream that are free, and those of
// flits that are booked to leave later.
std::uint32_t packet_network::credits(const router& here, const step& s, tick t) const {
  const output_port& output = outputs_[here.first_output + s.port];
  std::uint32_t count = 0;
  for (std::uint64_t left = s.channels(); left != 0; left &= left - 1) {
    const buffer& y = at(output.first_next + lowest(left));
    std::uint16_t slot = y.write;
    for (std::uint32_t i = 0; i < slots_; ++i, slot = after(slot)) {
      const bool holds_flit = i >= slots_ - y.held;
      if (holds_flit ? stamps(y)[slot] > t + output.flight : stamps(y)[slot] <= t) ++count;
    }
  }
  return count;
}

// Until one of the channels it wants is free.
void packet_network::wait(const router& here, const event& e, buffer& x, tick t) {
  x.state = buffer_state::parked;
  parked_[e.number] = e.next;
  const std::uint32_t local = e.number - here.first_buffer;
  const auto wait_for = [&](const step& s) {
    output_port& output = outputs_[here.first_output + s.port];
    output.awaited = true;
    waiting_[here.first_waiting + s.port * here.words + local / 64] |= std::uint64_t{1} << (local % 64);
    tick soonest = never;
    for (std::uint64_t left = s.channels(); left != 0; left &= left - 1) {
      const std::uint32_t vc = lowest(left);
      if ((output.claimed >> vc & 1) != 0) {
        soonest = std::min(soonest, flows_[output.flows + vc].free_at);
      } else if (all_candidates_) {
        buffer& y = at(output.first_next + vc);
        soonest = std::min(soonest, slot_at(y));
        if (y.held == slots_) y.flags |= wants_credit;
      }
    }
    if (soonest != never) wake_output(here, e.router, s.port, std::max(soonest, t) + 1);
  };
  if (e.next.vcs != 0)
    wait_for(e.next);
  else
    for (const route_candidate& c : candidates_) wait_for(step_of(c, *x.front));
}

// Those who wait for a channel of that output ask again, larger priorities first, then in turn.
void packet_network::serve_waiting(std::uint32_t r, std::uint32_t port, tick t) {
  const router& here = routers_[r];
  output_port& output = outputs_[here.first_output + port];
  output.awaited = false;
  std::uint64_t* const waiting = &waiting_[here.first_waiting + port * here.words];
  woken_.clear();
  for (std::uint32_t w = 0; w < here.words; ++w) {
    for (std::uint64_t left = waiting[w]; left != 0; left &= left - 1) {
      const std::uint32_t b = here.first_buffer + w * 64 + lowest(left);
      if (at(b).state == buffer_state::parked) woken_.push_back(b);  // else it waited for several outputs
    }
    waiting[w] = 0;
  }
  const auto turn = std::find_if(woken_.begin(), woken_.end(),
                                 [&](std::uint32_t b) { return at(b).input > output.last_input; });
  std::rotate(woken_.begin(), turn, woken_.end());
  if (priorities_)
    std::stable_sort(woken_.begin(), woken_.end(), [this](std::uint32_t a, std::uint32_t b) {
      return at(a).front->priority > at(b).front->priority;
    });
  for (const std::uint32_t b : woken_) {
    at(b).state = buffer_state::head;
    visit({r, b, parked_[b]}, t, true);
  }
}

// What a visit will look at, so that the memory of a large network is not waited for: first the buffer and
// the output its head goes to, then what these lead to.
void packet_network::prefetch(const event& e) const {
  if (e.router == at_terminal || e.next.vcs == at_output) return;
  __builtin_prefetch(&at(e.number));
  if (e.next.vcs == 0) return;
  const output_port& output = outputs_[routers_[e.router].first_output + e.next.port];
  __builtin_prefetch(&output);
}

void packet_network::prefetch_further(const event& e) const {
  if (e.router == at_terminal || e.next.vcs == at_output) return;
  const router& here = routers_[e.router];
  const buffer& x = at(e.number);
  __builtin_prefetch(&inputs_[here.first_input + x.input]);
  __builtin_prefetch(x.front);
  const bool head = e.next.vcs != 0;
  const output_port& output = outputs_[here.first_output + (head ? e.next.port : x.output)];
  __builtin_prefetch(&flows_[output.flows]);
  const std::uint64_t available = ~output.claimed & e.next.channels();
  const std::uint32_t vc = head && available != 0 ? channel_in_turn(x, e.next.port, available) : x.vc;
  __builtin_prefetch(&at(output.first_next + vc));
}

}  // namespace mimd::noc
