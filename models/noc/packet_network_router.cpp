// The routers of the network in packet fidelity: what one of them does in a cycle.
#include <algorithm>

#include "noc/packet_network.h"

namespace mimd::noc {

void packet_network::activate(std::uint32_t b, tick t) {
  buffers_[b].ready = t;
  const std::uint32_t r = router_of_[b];
  const std::uint32_t local = b - routers_[r].first_buffer;
  active_[routers_[r].first_word + local / 64] |= std::uint64_t{1} << (local % 64);
  wake_router(r, t);
}

void packet_network::put_flit(std::uint32_t b, tick arrival) {
  buffer& x = buffers_[b];
  stamps_[std::size_t{b} * slots_ + x.write] = arrival;
  x.write = next_slot(x.write);
  ++x.held;
  if (x.wants_flit) {
    x.wants_flit = false;
    activate(b, arrival);
  }
}

void packet_network::put_head(std::uint32_t b, packet& p, std::uint32_t flits, tick arrival) {
  buffer& x = buffers_[b];
  stamps_[std::size_t{b} * slots_ + x.write] = arrival;
  x.write = next_slot(x.write);
  ++x.held;
  std::uint32_t place = std::uint32_t{x.first_packet} + x.packets;
  if (place >= slots_) place -= slots_;
  heads_[std::size_t{b} * slots_ + place] = &p;
  if (++x.packets > 1) return;
  x.state = buffer_state::wants_channel;
  x.remaining = flits;
  activate(b, arrival + routing_cycles_);
}

void packet_network::visit(std::uint32_t r, tick t) {
  ++visits_;
  const router& here = routers_[r];
  const tick end = t + window;
  do t = step(here, r, t);
  while (t < end);
  if (t != never) wake_router(r, t);
}

// One cycle; the result is the next in which something may happen.
packet_network::tick packet_network::step(const router& here, std::uint32_t r, tick t) {
  moves_.clear();
  claims_.clear();
  next_ = never;
  std::uint64_t inputs_seen = 0;
  std::uint64_t outputs_seen = 0;
  bool conflict = false;
  for (std::uint32_t w = 0; w < here.words; ++w) {
    for (std::uint64_t left = active_[here.first_word + w]; left != 0; left &= left - 1) {
      const std::uint32_t local = w * 64 + static_cast<std::uint32_t>(__builtin_ctzll(left));
      buffer& b = buffers_[here.first_buffer + local];
      if (b.ready > t) {
        next_ = std::min(next_, b.ready);
        continue;
      }
      if (b.state == buffer_state::wants_channel) {
        find_channel(here, r, local, t);
        continue;
      }
      buffer& next = buffers_[b.next];
      if (next.held == slots_) {
        next.wants_credit = true;
        park(here, local);
        continue;
      }
      const tick credit = stamps_[std::size_t{b.next} * slots_ + next.write];
      if (credit > t) {
        b.ready = credit;
        next_ = std::min(next_, credit);
        continue;
      }
      const std::uint32_t input = input_of_[local];
      const std::uint64_t input_bit = std::uint64_t{1} << (input % 64);
      const std::uint64_t output_bit = std::uint64_t{1} << (b.output % 64);
      conflict |= ((inputs_seen & input_bit) | (outputs_seen & output_bit)) != 0;
      inputs_seen |= input_bit;
      outputs_seen |= output_bit;
      moves_.push_back({local, input, b.output});
    }
  }
  if (!claims_.empty()) allocate_channels(here, t);
  if (conflict)
    allocate_switch(here, t);
  else
    for (const move& m : moves_) advance_round(here, m);
  for (const move& m : moves_) pass(here, m, t);
  return next_;
}

void packet_network::park(const router& here, std::uint32_t local) {
  buffers_[here.first_buffer + local].ready = never;
  active_[here.first_word + local / 64] &= ~(std::uint64_t{1} << (local % 64));
}

void packet_network::find_channel(const router& here, std::uint32_t r, std::uint32_t local, tick t) {
  const std::uint32_t b = here.first_buffer + local;
  buffer& x = buffers_[b];
  if (wanted_[b] == 0 || !one_candidate_) {
    packet& p = *heads_[std::size_t{b} * slots_ + x.first_packet];
    const std::uint32_t vc = vc_of_[local] - p.virtual_network * vcs_;
    routing_.candidates({r, input_of_[local], vc, p.destination}, p.route, candidates_);
    if (candidates_.size() == 1) {
      x.output = static_cast<std::uint16_t>(candidates_[0].output);
      wanted_[b] = channels_of(candidates_[0], p);
    } else {
      select_output(here, b, p, t);
    }
  }
  const output_port& output = outputs_[here.first_output + x.output];
  if ((output.free & wanted_[b]) != 0) {
    claims_.push_back({local, input_of_[local], x.output});
    return;
  }
  x.state = buffer_state::parked_for_channel;
  park(here, local);
  if (one_candidate_) {
    wait_at(here, x.output, local);
  } else {
    for (const route_candidate& c : candidates_) wait_at(here, c.output, local);
  }
}

void packet_network::wait_at(const router& here, std::uint32_t output, std::uint32_t local) {
  waiting_[here.first_waiting + output * here.words + local / 64] |= std::uint64_t{1} << (local % 64);
}

std::uint64_t packet_network::channels_of(const route_candidate& c, const packet& p) const {
  std::uint32_t first = p.virtual_network * vcs_ + c.first_vc;
  std::uint32_t count = c.vcs;
  if (ordered_[p.virtual_network]) {
    first = p.virtual_network * vcs_ + flow_vc(c, flow_hash(p.source, p.destination));
    count = 1;
  }
  return (count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1) << first;
}

// Among the candidates with a channel to claim: the highest rank, then the most credits, then by lot.
void packet_network::select_output(const router& here, std::uint32_t b, const packet& p, tick t) {
  std::uint64_t best = 0;
  std::uint32_t equals = 0;
  for (const route_candidate& c : candidates_) {
    const output_port& output = outputs_[here.first_output + c.output];
    const std::uint64_t channels = channels_of(c, p);
    const std::uint64_t available = channels & output.free;
    const std::uint64_t score =
        available == 0 ? 0 : (std::uint64_t{c.rank} << 32 | free_slots(output, channels, t)) + 1;
    if (score < best) continue;
    if (score > best) equals = 0;
    if (equals++ != 0 && (best == 0 || random_.below(equals) != 0)) continue;
    best = score;
    buffers_[b].output = static_cast<std::uint16_t>(c.output);
    wanted_[b] = channels;
  }
}

std::uint32_t packet_network::free_slots(const output_port& output, std::uint64_t channels, tick t) const {
  std::uint32_t count = 0;
  for (; channels != 0; channels &= channels - 1) {
    const std::uint32_t b = output.first_next + static_cast<std::uint32_t>(__builtin_ctzll(channels));
    std::uint16_t slot = buffers_[b].write;
    for (std::uint32_t i = buffers_[b].held; i < slots_; ++i, slot = next_slot(slot)) {
      if (stamps_[std::size_t{b} * slots_ + slot] > t) break;
      ++count;
    }
  }
  return count;
}

void packet_network::allocate_channels(const router& here, tick t) {
  next_ = t + 1;  // those who get a channel ask for the switch, the others again
  std::uint64_t seen = 0;
  bool conflict = false;
  for (const move& m : claims_) {
    const std::uint64_t bit = std::uint64_t{1} << (m.output % 64);
    conflict |= (seen & bit) != 0;
    seen |= bit;
  }
  if (!conflict) {  // then only the accepting side has a choice: in turn among all channels of all outputs
    for (const move& m : claims_) {
      const std::uint32_t b = here.first_buffer + m.local;
      const std::uint32_t first = m.output * channels_;
      const std::uint64_t available = outputs_[here.first_output + m.output].free & wanted_[b];
      const std::uint32_t turn = channel_accept_[b] - first;
      const std::uint64_t ahead = turn < channels_ ? available & (~std::uint64_t{0} << turn) : 0;
      const auto vc = static_cast<std::uint32_t>(__builtin_ctzll(ahead != 0 ? ahead : available));
      const std::uint32_t channel = first + vc;
      channel_accept_[b] = channel + 1 == here.outputs * channels_ ? 0 : channel + 1;
      channel_grant_[here.first_output * channels_ + channel] =
          m.local + 1 == here.inputs * channels_ ? 0 : m.local + 1;
      claim(here, m.local, m.output, vc, t);
    }
    return;
  }
  requests_.clear();
  for (const move& m : claims_) {
    const std::uint32_t b = here.first_buffer + m.local;
    std::uint64_t left = outputs_[here.first_output + m.output].free & wanted_[b];
    for (; left != 0; left &= left - 1) {
      const auto vc = static_cast<std::uint32_t>(__builtin_ctzll(left));
      requests_.push_back({m.local, m.output * channels_ + vc, vc, priority_of(b), false});
    }
  }
  channel_allocator_.allocate(
      requests_, {&channel_grant_[here.first_output * channels_], &channel_accept_[here.first_buffer],
                  here.inputs * channels_, here.outputs * channels_});
  for (const allocation_request& q : requests_)
    if (q.matched) claim(here, q.input, (q.output - q.label) / channels_, q.label, t);
}

void packet_network::claim(const router& here, std::uint32_t local, std::uint32_t output, std::uint32_t vc,
                           tick t) {
  const std::uint32_t b = here.first_buffer + local;
  output_port& out = outputs_[here.first_output + output];
  out.free &= ~(std::uint64_t{1} << vc);
  buffer& x = buffers_[b];
  x.next = out.first_next + vc;
  x.state = buffer_state::head;
  x.ready = t + 1;
  wanted_[b] = 0;
  buffers_[x.next].owner = b;
}

std::uint8_t packet_network::priority_of(std::uint32_t b) const {
  return priorities_ ? heads_[std::size_t{b} * slots_ + buffers_[b].first_packet]->priority : std::uint8_t{0};
}

// The allocator's pointers after a match in its first iteration.
void packet_network::advance_round(const router& here, const move& m) {
  switch_grant_[here.first_output + m.output] = m.input + 1 == here.inputs ? 0 : m.input + 1;
  switch_accept_[here.first_input + m.input] = m.output + 1 == here.outputs ? 0 : m.output + 1;
}

// Leaves in moves_ those who may pass the switch.
void packet_network::allocate_switch(const router& here, tick t) {
  next_ = t + 1;
  requests_.clear();
  for (std::uint32_t i = 0; i < moves_.size(); ++i) {
    const move& m = moves_[i];
    const std::uint8_t priority = priority_of(here.first_buffer + m.local);
    const std::uint32_t turn = inputs_[here.first_input + m.input].vc_turn;
    const auto place = [&](std::uint32_t local) {
      const std::uint32_t vc = vc_of_[local];
      return vc >= turn ? vc - turn : vc + channels_ - turn;
    };
    // Of the virtual channels of an input that want the same output, one asks for it.
    bool asks = true;
    for (allocation_request& q : requests_) {
      if (q.input != m.input || q.output != m.output) continue;
      asks = false;
      if (priority > q.priority ||
          (priority == q.priority && place(m.local) < place(moves_[q.label].local))) {
        q.label = i;
        q.priority = priority;
      }
      break;
    }
    if (asks) requests_.push_back({m.input, m.output, i, priority, false});
  }
  switch_allocator_.allocate(requests_, {&switch_grant_[here.first_output], &switch_accept_[here.first_input],
                                         here.inputs, here.outputs});
  granted_.clear();
  for (const allocation_request& q : requests_)
    if (q.matched) granted_.push_back(moves_[q.label]);
  moves_.swap(granted_);
}

// A flit passes the switch and is on its way.
void packet_network::pass(const router& here, const move& m, tick t) {
  const std::uint32_t b = here.first_buffer + m.local;
  buffer& x = buffers_[b];
  input_port& input = inputs_[here.first_input + m.input];
  output_port& output = outputs_[here.first_output + m.output];
  const std::uint32_t vc = vc_of_[m.local];
  input.vc_turn = vc + 1 == channels_ ? 0 : vc + 1;

  const tick credit = t + input.credit_flight;
  tick* const stamps = &stamps_[std::size_t{b} * slots_];
  stamps[x.read] = credit;
  x.read = next_slot(x.read);
  --x.held;
  if (x.wants_credit) {
    x.wants_credit = false;
    if (input.from_terminal)
      wake_source(input.upstream, credit);
    else
      activate(x.owner, credit);
  }

  const tick arrival = t + output.flight;
  const bool is_head = x.state == buffer_state::head;
  if (is_head) {
    ++heads_[std::size_t{b} * slots_ + x.first_packet]->hops;
    ++loads_[output.channel].packets;
    loads_[output.channel].flits += x.remaining;
    x.state = buffer_state::body;
  }
  if (output.ejects) {
    buffer& end = buffers_[x.next];
    stamps_[std::size_t{x.next} * slots_ + end.write] = end.on_hold ? arrival : arrival + output.credit_back;
    end.write = next_slot(end.write);
    if (end.on_hold) ++end.held;
  } else if (is_head) {
    put_head(x.next, *heads_[std::size_t{b} * slots_ + x.first_packet], x.remaining, arrival);
  } else {
    put_flit(x.next, arrival);
  }

  if (--x.remaining == 0) {
    packet* const p = heads_[std::size_t{b} * slots_ + x.first_packet];
    if (output.ejects) schedule_delivery(*p, arrival);
    free_channel(here, m.output, x.next - output.first_next, t);
    x.first_packet = next_slot(x.first_packet);
    if (--x.packets == 0) {
      x.state = buffer_state::idle;
      park(here, m.local);
      return;
    }
    x.state = buffer_state::wants_channel;
    x.remaining = heads_[std::size_t{b} * slots_ + x.first_packet]->flits;
    x.ready = std::max(t + 1, stamps[x.read]) + routing_cycles_;
  } else if (x.held == 0) {
    x.wants_flit = true;
    park(here, m.local);
    return;
  } else {
    x.ready = std::max(t + 1, stamps[x.read]);
  }
  next_ = std::min(next_, x.ready);
}

void packet_network::free_channel(const router& here, std::uint32_t port, std::uint32_t vc, tick t) {
  outputs_[here.first_output + port].free |= std::uint64_t{1} << vc;
  for (std::uint32_t w = 0; w < here.words; ++w) {
    std::uint64_t& waiting = waiting_[here.first_waiting + port * here.words + w];
    for (std::uint64_t left = waiting; left != 0; left &= left - 1) {
      const std::uint32_t local = w * 64 + static_cast<std::uint32_t>(__builtin_ctzll(left));
      buffer& x = buffers_[here.first_buffer + local];
      if (x.state != buffer_state::parked_for_channel) continue;
      x.state = buffer_state::wants_channel;
      x.ready = t + 1;
      active_[here.first_word + w] |= std::uint64_t{1} << (local % 64);
      next_ = t + 1;
    }
    waiting = 0;
  }
}

}  // namespace mimd::noc
