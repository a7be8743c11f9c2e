// Virtual channels of the network in packet fidelity: which is asked for, and who waits for one.
#include <algorithm>

#include "noc/packet_network.h"

namespace mimd::noc {

packet_network::step packet_network::ask_next_step(std::uint32_t r, const buffer& x, packet& p) {
  ask_routing(r, x, p);
  return step_of(candidates_[0], p);
}

void packet_network::ask_routing(std::uint32_t r, const buffer& x, packet& p) {
  routing_.candidates({r, x.input, x.channel - p.virtual_network * vcs_, p.destination}, p.route,
                      candidates_);
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

// Which of several candidates is asked for. The one with the most credits is chosen once and for all.
packet_network::step packet_network::choose(const router& here, event& e, const buffer& x, tick t) {
  ask_routing(e.router, x, *x.front);
  if (all_candidates_) return next_in_turn(here, x, t);
  if (candidates_.size() == 1) return step_of(candidates_[0], *x.front);
  return e.next = least_loaded(here, *x.front, t);
}

void packet_network::look_ahead(std::uint32_t r, std::uint32_t b, const buffer& x, packet& p,
                                std::uint32_t flit, tick left) {
  ask_routing(r, x, p);
  choices_[place_of(b, flit)] =
      candidates_.size() == 1 ? step_of(candidates_[0], p) : least_loaded(routers_[r], p, left);
}

// What a candidate permits and is free. A channel that is no escape must have a slot: who waited for one
// could not escape any more.
std::uint64_t packet_network::open_channels(const router& here, const step& s, std::uint32_t rank, tick t) {
  output_port& output = outputs_[here.first_output + s.port];
  std::uint64_t open = free_channels(output, s, t);
  if (rank == 0) return open;
  for (std::uint64_t left = open; left != 0; left &= left - 1)
    if (slot_at(at(output.first_next + lowest(left))) > t + channel_cycles_) open ^= lowest_bit(left);
  return open;
}

// Of all that the candidates permit and that is granted, the next after the one claimed last, in the order of
// outputs and their channels. Some candidate, if there is none.
packet_network::step packet_network::next_in_turn(const router& here, const buffer& x, tick t) {
  step best = step_of(candidates_[0], *x.front);
  best.vcs = 0;
  std::uint32_t nearest = nobody;
  for (const route_candidate& c : candidates_) {
    const step s = step_of(c, *x.front);
    std::uint64_t available = open_channels(here, s, c.rank, t);
    if (s.port == granting_) available &= granted_;
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
packet_network::step packet_network::least_loaded(const router& here, const packet& p, tick t) {
  std::uint32_t highest = 0;
  for (const route_candidate& c : candidates_) highest = std::max(highest, c.rank);
  std::uint32_t count = 0;
  for (const route_candidate& c : candidates_)
    if (c.rank == highest) ++count;
  const auto nth = [&](std::uint64_t n) {
    std::uint32_t i = 0;
    while (candidates_[i].rank != highest || n-- > 0) ++i;
    return step_of(candidates_[i], p);
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
    const bool waits = y.state == buffer_state::head || y.state == buffer_state::parked;
    const bool routed = routing_cycles_ != 0 && waits && (y.flags & unrouted) == 0;
    for (std::uint32_t i = 0; i < slots_; ++i) {
      if (routed && i == slots_ - y.held) continue;  // the head: it has arrived, whatever its stamp
      const bool holds_flit = i >= slots_ - y.held;
      const tick known = stamp(y, y.write - slots_ + i);
      if (holds_flit ? known > t + output.flight : known <= t) ++count;
    }
  }
  return count;
}

// Of the channels of an output that are free, those that iSLIP grants to the head in buffer b, where others
// have taken some in the same cycle: each is granted to the next that asks for it after the one that had it
// last. None, if none is, or if the grants of one of the others were none: that one would have lost, but has
// gone already.
std::uint64_t packet_network::granted_channels(const router& here, const output_port& output, std::uint32_t b,
                                               std::uint64_t available, std::uint64_t taken) const {
  const std::uint32_t all = here.inputs * channels_;
  std::uint64_t mine = 0;
  std::uint64_t served = 0;  // the others, by the channels that they have got
  for (std::uint64_t left = available | taken; left != 0; left &= left - 1) {
    const flow& f = flows_[output.flows + lowest(left)];
    const std::uint32_t last =
        (taken & lowest_bit(left)) != 0 ? f.previous_owner : f.owner - here.first_buffer;
    const auto place = [&](std::uint32_t owner) {
      const std::uint32_t local = owner - here.first_buffer;
      return local > last ? local - last : local + all - last;
    };
    std::uint32_t nearest = place(b);
    std::uint64_t channel = 0;
    for (std::uint64_t o = taken; o != 0; o &= o - 1) {
      const std::uint32_t other = place(flows_[output.flows + lowest(o)].owner);
      if (other >= nearest) continue;
      nearest = other;
      channel = lowest_bit(o);
    }
    if (channel == 0)
      mine |= lowest_bit(left);
    else
      served |= channel;
  }
  if (mine == 0 || served != taken) return 0;
  return (mine & available) != 0 ? mine & available : available;
}

// With escape channels a head asks for all its candidates. Who gets what is decided at the end of the cycle,
// when all have asked.
void packet_network::ask(const router& here, const event& e, buffer& x, tick t) {
  ask_routing(e.router, x, *x.front);
  x.state = buffer_state::parked;
  parked_[e.number] = e.next;
  for (const route_candidate& c : candidates_) {
    join_waiting(here, e.number, c.output);
    serve_at_end(here, e.router, c.output, t);
  }
}

void packet_network::serve_at_end(const router& here, std::uint32_t r, std::uint32_t port, tick t) {
  if (served_at_[here.first_output + port] == t) return;
  served_at_[here.first_output + port] = t;
  put({r, port, {last_thing, 0, at_output}}, t);
}

void packet_network::join_waiting(const router& here, std::uint32_t b, std::uint32_t port) {
  const std::uint32_t local = b - here.first_buffer;
  outputs_[here.first_output + port].awaited = true;
  waiting_[here.first_waiting + port * here.words + local / 64] |= std::uint64_t{1} << (local % 64);
}

// Until one of the channels it wants is free.
void packet_network::wait(const router& here, const event& e, buffer& x, tick t) {
  x.state = buffer_state::parked;
  parked_[e.number] = e.next;
  const auto wait_for = [&](const step& s) {
    output_port& output = outputs_[here.first_output + s.port];
    join_waiting(here, e.number, s.port);
    tick soonest = never;
    for (std::uint64_t left = s.channels(); left != 0; left &= left - 1) {
      const std::uint32_t vc = lowest(left);
      if ((output.claimed >> vc & 1) != 0) {
        soonest = std::min(soonest, free_at_[output.flows + vc]);
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

void packet_network::wake_upstream(const router& here, std::uint32_t b, const buffer& x, tick t) {
  const input_port& input = inputs_[here.first_input + x.input];
  if (input.flows == nobody) {
    wake_source(input.upstream, t);
    return;
  }
  const std::uint32_t vc = b - here.first_buffer - x.input * channels_;
  wake_owner(input.upstream, input.flows / channels_ - routers_[input.upstream].first_output, vc, t);
}

// There is a slot downstream for whoever has that virtual channel of an output, or waits for it.
void packet_network::wake_owner(std::uint32_t r, std::uint32_t port, std::uint32_t vc, tick t) {
  const router& here = routers_[r];
  const output_port& output = outputs_[here.first_output + port];
  const flow& f = flows_[output.flows + vc];
  if ((output.claimed >> vc & 1) != 0 && free_at_[output.flows + vc] == never)
    put({r, f.owner, {}}, t);
  else
    wake_output(here, r, port, t);
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
  // A channel's turn goes on from the buffer that had it last.
  const step all{static_cast<std::uint16_t>(port), 0, static_cast<std::uint8_t>(channels_)};
  const std::uint64_t free = free_channels(output, all, t);
  const std::uint32_t last = free != 0 ? flows_[output.flows + lowest(free)].owner : 0;
  const auto turn = std::upper_bound(woken_.begin(), woken_.end(), last);
  std::rotate(woken_.begin(), turn, woken_.end());
  if (priorities_)
    std::stable_sort(woken_.begin(), woken_.end(), [this](std::uint32_t a, std::uint32_t b) {
      return at(a).front->priority > at(b).front->priority;
    });
  if (all_candidates_) {
    grant_channels(here, r, port, t);
    granting_ = port;
  }
  for (std::size_t i = 0; i < woken_.size(); ++i) {
    const std::uint32_t b = woken_[i];
    if (all_candidates_) granted_ = grants_[i];
    at(b).state = buffer_state::head;
    visit({r, b, parked_[b]}, t, true);
  }
  granting_ = nobody;
}

// Which free channels of an output are granted to whom of woken_: as in iSLIP of one iteration, each to the
// next that asks for it after the one that had it last. Who accepts another leaves it unused in this cycle.
void packet_network::grant_channels(const router& here, std::uint32_t r, std::uint32_t port, tick t) {
  asked_.assign(woken_.size(), 0);
  grants_.assign(woken_.size(), 0);
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < woken_.size(); ++i) {
    const buffer& x = at(woken_[i]);
    ask_routing(r, x, *x.front);
    for (const route_candidate& c : candidates_)
      if (c.output == port) asked_[i] |= open_channels(here, step_of(c, *x.front), c.rank, t);
    all |= asked_[i];
  }
  const std::uint32_t buffers = here.inputs * channels_;
  for (; all != 0; all &= all - 1) {
    const std::uint32_t last = flows_[outputs_[here.first_output + port].flows + lowest(all)].owner;
    std::size_t best = woken_.size();
    std::uint64_t best_place =
        ~std::uint64_t{0};  // priority, then the place in the round; the smaller the better
    for (std::size_t i = 0; i < woken_.size(); ++i) {
      if ((asked_[i] & lowest_bit(all)) == 0) continue;
      const std::uint64_t place = std::uint64_t{255u - at(woken_[i]).front->priority} << 32 |
                                  (woken_[i] > last ? woken_[i] - last - 1 : woken_[i] + buffers - last - 1);
      if (place >= best_place) continue;
      best = i;
      best_place = place;
    }
    grants_[best] |= lowest_bit(all);
  }
}

// What a visit will look at, so that it is not waited for. In a large network in two steps, since the later
// one needs what the first has fetched: the buffer, and the output its head goes to; then what these lead to.
void packet_network::prefetch(const event& e) const {
  if (e.router == at_terminal || e.next.vcs == at_output) return;
  __builtin_prefetch(&at(e.number));
  if (e.next.vcs == 0) return;
  const std::size_t output = routers_[e.router].first_output + e.next.port;
  prefetch_output(output);
  if (!large_) prefetch_flows(output);
}

void packet_network::prefetch_further(const event& e) const {
  if (e.router == at_terminal || e.next.vcs == at_output) return;
  const router& here = routers_[e.router];
  const buffer& x = at(e.number);
  __builtin_prefetch(&inputs_[here.first_input + x.input]);
  __builtin_prefetch(x.front);
  const bool head = e.next.vcs != 0;
  const std::size_t number = here.first_output + (head ? e.next.port : x.output);
  if (!head) prefetch_output(number);
  prefetch_flows(number);
  const output_port& output = outputs_[number];
  const std::uint64_t available = ~output.claimed & e.next.channels();
  const std::uint32_t vc = head && available != 0 ? channel_in_turn(x, e.next.port, available) : x.vc;
  __builtin_prefetch(&at(output.first_next + vc));
}

void packet_network::prefetch_output(std::size_t output) const {
  __builtin_prefetch(&outputs_[output]);
  __builtin_prefetch(&outputs_[output].booked);
}

void packet_network::prefetch_flows(std::size_t output) const {
  __builtin_prefetch(&flows_[output * channels_]);
  __builtin_prefetch(&free_at_[output * channels_]);
}

}  // namespace mimd::noc
