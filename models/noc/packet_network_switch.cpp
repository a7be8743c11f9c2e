// The switches of the network in packet fidelity: which flit passes when.
#include <algorithm>
#include <cstdlib>

#include "noc/packet_network.h"

namespace mimd::noc {

const int steal_mode = std::getenv("STEAL") ? std::atoi(std::getenv("STEAL")) : 1;

// Books the switch, from cycle `first` on, for the flits of the front packet of x whose arrival and slot
// downstream are known, and arranges for the others.
void packet_network::book(const router& here, std::uint32_t r, std::uint32_t b, tick t, tick first) {
  buffer& x = at(b);
  input_port& input = inputs_[here.first_input + x.input];
  output_port& output = outputs_[here.first_output + x.output];
  buffer& y = at(x.next);
  input.booked.advance(t);
  output.booked.advance(t);
  tick* const mine = stamps(x);
  tick* const there = stamps(y);
  const tick to_stamp = stamp_flight(output, y);
  const std::uint32_t most = std::min({x.remaining, std::uint32_t{x.held}, slots_ - y.held});
  const tick last_arrival = t + std::min(input.flight + trust_, most_ahead);
  const tick last_credit = t + std::min(output.credit_flight + trust_, most_ahead);
  std::uint64_t taken = 0;
  tick retry = never;
  std::uint16_t slot = x.read;
  std::uint16_t slot_there = y.write;
  tick c = std::max(first, x.left_at + 1);
  std::uint32_t n = 0;
  for (; n < most; ++n) {
    const tick arrival = mine[slot];
    const tick credit = there[slot_there];
    if (arrival > last_arrival || credit > last_credit || c > t + most_ahead) {
      retry = std::max(arrival, credit);
      break;
    }
    c = std::max({c, arrival, credit});
    taken |= std::uint64_t{1} << (c - t);
    mine[slot] = c + input.credit_flight;
    there[slot_there] = c + to_stamp;
    ++c;
    slot = after(slot);
    slot_there = after(slot_there);
  }
  if (n != 0) {
    const std::uint16_t head = y.write;
    x.read = slot;
    x.held = static_cast<std::uint16_t>(x.held - n);
    x.remaining -= n;
    x.left_at = c - 1;
    y.write = slot_there;
    if (to_stamp == output.flight) y.held = static_cast<std::uint16_t>(y.held + n);
    output.flits += n;
    if ((x.flags & at_head) != 0) flows_[flow_of(here, x.output, x.next - output.first_next)].first_at = mine[before(slot, n)] - input.credit_flight;
    if ((taken & (input.booked.bits | output.booked.bits)) == 0) {
      input.booked.bits |= taken;
      output.booked.bits |= taken;
      output.last_input = x.input;
    } else {
      deal(here, x.output, t, first, b, n);
    }
    const tick leaves = mine[before(slot, n)] - input.credit_flight;
    if ((x.flags & wants_credit) != 0) wake_upstream(here, b, x, leaves + input.credit_flight);
    if ((x.flags & at_head) != 0) {
      ++output.packets;
      if (!output.ejects) enter(output.router, x.next, *x.front, head, leaves + output.flight);
    }
    x.flags &= static_cast<std::uint8_t>(~(wants_credit | at_head));
    if ((y.flags & wants_flit) != 0) {
      y.flags &= static_cast<std::uint8_t>(~wants_flit);
      put({output.router, x.next}, leaves + output.flight);
    }
  }
  if (x.remaining == 0)
    tail_booked(here, r, b);
  else if (x.held == 0)
    x.flags |= wants_flit;
  else if (y.held == slots_)
    y.flags |= wants_credit;
  else
    put({r, b}, retry == never ? x.left_at + 1 : std::max(t + 1, retry));
}

void packet_network::wake_upstream(const router& here, std::uint32_t b, const buffer& x, tick t) {
  const input_port& input = inputs_[here.first_input + x.input];
  if (input.flows == nobody) {
    wake_source(input.upstream, t);
    return;
  }
  const std::uint32_t vc = b - here.first_buffer - x.input * channels_;
  put({input.upstream, flows_[input.flows + vc].owner}, t);
}

// A packet, its head in that slot, is on its way to buffer b.
void packet_network::enter(std::uint32_t r, std::uint32_t b, packet& p, std::uint16_t slot, tick arrival) {
  buffer& x = at(b);
  if (x.state != buffer_state::idle) {
    queued_[std::size_t{b} * slots_ + slot] = &p;
    return;
  }
  x.state = buffer_state::head;
  x.front = &p;
  x.remaining = p.flits;
  put({r, b}, arrival + routing_cycles_);
}

void packet_network::tail_booked(const router& here, std::uint32_t r, std::uint32_t b) {
  buffer& x = at(b);
  output_port& output = outputs_[here.first_output + x.output];
  flows_[flow_of(here, x.output, x.next - output.first_next)].free_at = x.left_at;
  if (output.ejects) {
    at(x.next).front = x.front;
    schedule_delivery(*x.front, x.left_at + output.flight);
  }
  if (output.awaited) wake_waiting(here, r, x.output, x.left_at + 1);
  if (x.held == 0) {
    x.state = buffer_state::idle;
    return;
  }
  x.state = buffer_state::head;
  x.front = queued_[std::size_t{b} * slots_ + x.read];
  x.remaining = x.front->flits;
  put({r, b}, std::max(x.left_at + 1, stamps(x)[x.read]) + routing_cycles_);
}

// Takes cycle c of an input from a flow to another output than `port`, if nobody counts on it yet: its flits
// go later.
bool packet_network::displace(const router& here, std::uint32_t in, std::uint32_t port, tick c) {
  input_port& input = inputs_[here.first_input + in];
  for (std::uint32_t vc = 0; vc < channels_; ++vc) {
    buffer& x = at(here.first_buffer + in * channels_ + vc);
    if (x.left_at < c || x.output == port || x.state == buffer_state::parked) continue;
    output_port& output = outputs_[here.first_output + x.output];
    buffer& y = at(x.next);
    const std::uint32_t most = std::min(slots_ - x.held, output.ejects ? slots_ : std::uint32_t{y.held});
    tick* const mine = stamps(x);
    std::uint32_t n = 0;
    std::uint16_t slot = x.read;
    for (; n < most; ++n) {
      const std::uint16_t s = before(slot);
      if (mine[s] - input.credit_flight < c || mine[s] < input.credit_flight) break;
      slot = s;
    }
    if (n == 0 || mine[slot] - input.credit_flight != c) continue;
    flow& f = flows_[flow_of(here, x.output, x.next - output.first_next)];
    const bool has_head = f.first_at == c;
    if (has_head && (input.toggle ^= 1) != 0) return false;
    output.booked.advance(input.booked.from);
    for (std::uint32_t i = 0, k = slot; i < n; ++i, k = after(static_cast<std::uint16_t>(k))) {
      input.booked.clear(mine[k] - input.credit_flight);
      output.booked.clear(mine[k] - input.credit_flight);
    }
    input.booked.set(c);
    tick* const there = stamps(y);
    const tick to_stamp = stamp_flight(output, y);
    std::uint16_t slot_there = before(y.write, n);
    tick next = c + 1;
    for (std::uint32_t i = 0; i < n; ++i) {
      next = std::max(next, mine[slot] - input.credit_flight);
      while (input.booked.busy(next) || output.booked.busy(next)) ++next;
      if (i == 0 && has_head) f.first_at = next;
      input.booked.set(next);
      output.booked.set(next);
      mine[slot] = next + input.credit_flight;
      there[slot_there] = next + to_stamp;
      slot = after(slot);
      slot_there = after(slot_there);
      ++next;
    }
    x.left_at = next - 1;
    if (f.free_at != never) {
      f.free_at = x.left_at;
      if (output.ejects) y.front->arrived = absolute(x.left_at + output.flight);
    }
    return true;
  }
  return false;
}

// Deals the cycles of an output, from `first` on, anew to all flits that are to leave by it and that nobody
// downstream or upstream counts on yet: in turn, one flit from each input, each flit not before the cycle it
// had. The newest `fresh` flits of buffer `newcomer` are not in the bookings yet.
void packet_network::deal(const router& here, std::uint32_t port, tick t, tick first, std::uint32_t newcomer,
                          std::uint32_t fresh) {
  output_port& output = outputs_[here.first_output + port];
  party* const parties = parties_.data();
  std::uint32_t count = 0;
  std::uint32_t total = 0;
  for (std::uint64_t left = output.claimed; left != 0; left &= left - 1) {
    const auto vc = static_cast<std::uint32_t>(__builtin_ctzll(left));
    flow& f = flows_[flow_of(here, port, vc)];
    buffer& x = at(f.owner);
    if (x.left_at < first || x.output != port) continue;
    buffer& y = at(output.first_next + vc);
    input_port& input = inputs_[here.first_input + x.input];
    input.booked.advance(t);
    const std::uint32_t most = std::min(slots_ - x.held, output.ejects ? slots_ : std::uint32_t{y.held});
    tick* const mine = stamps(x);
    const std::uint32_t skip = f.owner == newcomer ? fresh : 0;
    std::uint32_t n = 0;
    std::uint16_t slot = x.read;
    for (; n < most; ++n) {
      const std::uint16_t s = before(slot);
      const tick c = mine[s] - input.credit_flight;
      if (c < first || mine[s] < input.credit_flight) break;
      slot = s;
      if (n < skip) continue;
      input.booked.clear(c);
      output.booked.clear(c);
    }
    if (n == 0) continue;
    total += n;
    // In the order of inputs.
    std::uint32_t place = count++;
    for (; place != 0 && parties[place - 1].input > x.input; --place) parties[place] = parties[place - 1];
    parties[place] = {&x, mine, stamps(y), &input, &f, stamp_flight(output, y), mine[slot] - input.credit_flight, n, slot, before(y.write, n), x.input,
                      priorities_ ? flow_priority_[flow_of(here, port, vc)] : std::uint8_t{0}, f.first_at == mine[slot] - input.credit_flight, 0};
  }
  std::uint32_t turn = 0;
  while (turn < count && parties[turn].input <= output.last_input) ++turn;
  for (tick c = first; total != 0; ++c) {
    if (output.booked.busy(c)) continue;
    std::uint32_t best = count;
    for (std::uint32_t i = 0, k = turn; i < count; ++i, ++k) {
      if (k >= count) k -= count;
      const party& p = parties[k];
      if (p.left == 0 || p.earliest > c) continue;
      if (p.in->booked.busy(c) && (steal_mode == 0 || p.served + 1 == c || !displace(here, p.input, port, c))) continue;
      if (best != count && p.priority <= parties[best].priority) continue;
      best = k;
      if (!priorities_) break;
    }
    if (best == count) continue;
    // The next input's turn; among the channels of one input, the others' before this one's.
    for (turn = best + 1; turn < count && parties[turn].input == parties[best].input; ++best, ++turn)
      std::swap(parties[best], parties[turn]);
    party& p = parties[best];
    p.mine[p.slot] = c + p.in->credit_flight;
    p.there[p.next_slot] = c + p.to_stamp;
    p.in->booked.set(c);
    output.booked.set(c);
    p.served = c;
    if (p.has_head) {
      p.claim->first_at = c;
      p.has_head = false;
    }
    p.slot = after(p.slot);
    p.next_slot = after(p.next_slot);
    --total;
    if (--p.left != 0) {
      p.earliest = p.mine[p.slot] - p.in->credit_flight;
      continue;
    }
    p.x->left_at = c;
    output.last_input = p.input;
    if (p.claim->free_at == never) continue;
    p.claim->free_at = c;
    if (output.ejects) at(p.x->next).front->arrived = absolute(c + output.flight);
  }
}

}  // namespace mimd::noc
