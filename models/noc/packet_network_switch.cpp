// The switches of the network in packet fidelity: which flit passes when.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "noc/packet_network.h"

namespace mimd::noc {
const int squeeze_limit = std::getenv("SQ") ? std::atoi(std::getenv("SQ")) : 1;

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
  const std::uint32_t slots = slots_;
  const tick credit_flight = input.credit_flight;
  const tick to_stamp = stamp_flight(output, y);
  const std::uint32_t most = std::min({x.remaining, std::uint32_t{x.held}, slots - y.held});
  const std::uint32_t head = y.write;
  std::size_t slot = x.read;
  std::size_t slot_there = head;
  tick c = std::max(first, x.left_at + 1);
  tick left = t + output.ahead + 1 - c;  // how many cycles from c on may be booked, as yet
  std::uint64_t bit = std::uint64_t{1} << (c - t);
  std::uint64_t taken = 0;
  std::uint32_t n = 0;
  if (left <= output.ahead + 1)
    for (; n < most; ++n) {
      const tick ready = std::max(mine[slot], there[slot_there]);
      if (ready > c) {
        if (ready - c >= left) break;
        left -= ready - c;
        bit <<= ready - c;
        c = ready;
      }
      if (left == 0) break;
      --left;
      taken |= bit;
      bit <<= 1;
      mine[slot] = c + credit_flight;
      there[slot_there] = c + to_stamp;
      ++c;
      if (++slot == slots) slot = 0;
      if (++slot_there == slots) slot_there = 0;
    }
  if (n != 0) {
    const std::uint32_t first_slot = x.read;
    tick leaves = mine[first_slot] - credit_flight;
    const std::uint8_t flags = x.flags;
    x.read = static_cast<std::uint16_t>(slot);
    x.held = static_cast<std::uint16_t>(x.held - n);
    x.remaining -= n;
    x.left_at = c - 1;
    x.flags = static_cast<std::uint8_t>(flags & ~(wants_credit | at_head));
    y.write = static_cast<std::uint16_t>(slot_there);
    if (to_stamp == output.flight) y.held = static_cast<std::uint16_t>(y.held + n);
    output.flits += n;
    flow& f = flows_[flow_of(here, x.output, x.next - output.first_next)];
    if ((flags & at_head) != 0) f.first_at = leaves;
    const std::uint64_t clash = taken & (input.booked.bits | output.booked.bits);
    if (clash == 0) {
      input.booked.bits |= taken;
      output.booked.bits |= taken;
      output.last_input = x.input;
    } else {
      if (!squeeze_in(x, y, input, output, taken, to_stamp, n)) {
        const std::uint64_t good = taken & (clash - 1) & ~clash;  // before the first clash
        input.booked.bits |= good;
        output.booked.bits |= good;
        if ((good & clash >> 1) != 0) output.last_input = x.input;
        deal(here, x.output, t, t + static_cast<tick>(__builtin_ctzll(clash)), b);
      }
      leaves = mine[first_slot] - credit_flight;
    }
    if ((flags & wants_credit) != 0) wake_upstream(here, b, x, leaves + credit_flight);
    if ((flags & at_head) != 0) {
      ++output.packets;
      if (!output.ejects) enter(output.router, x.next, *x.front, head, leaves + output.flight);
    }
    if ((y.flags & wants_flit) != 0) {
      y.flags &= static_cast<std::uint8_t>(~wants_flit);
      put({output.router, x.next, {}}, leaves + output.flight);
    }
  }
  if (x.remaining == 0)
    tail_booked(here, r, b);
  else if (x.held == 0)
    x.flags |= wants_flit;
  else if (y.held == slots)
    y.flags |= wants_credit;
  else
    put({r, b, {}}, std::max({t + 1, x.left_at + 1, mine[slot], there[slot_there]}));
}

void packet_network::wake_upstream(const router& here, std::uint32_t b, const buffer& x, tick t) {
  const input_port& input = inputs_[here.first_input + x.input];
  if (input.flows == nobody) {
    wake_source(input.upstream, t);
    return;
  }
  const std::uint32_t vc = b - here.first_buffer - x.input * channels_;
  put({input.upstream, flows_[input.flows + vc].owner, {}}, t);
}

// A packet, its head in that slot, is on its way to buffer b.
void packet_network::enter(std::uint32_t r, std::uint32_t b, packet& p, std::uint32_t slot, tick arrival) {
  buffer& x = at(b);
  ++p.hops;
  if (x.state != buffer_state::idle) {
    queued_[std::size_t{b} * slots_ + slot] = &p;
    return;
  }
  x.state = buffer_state::head;
  x.front = &p;
  x.remaining = p.flits;
  put({r, b, route(r, b, x, p)}, arrival + routing_cycles_);
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
  put({r, b, route(r, b, x, *x.front)}, std::max(x.left_at + 1, stamps(x)[x.read]) + routing_cycles_);
}

// The flits of a flow from cycle `first` on that nobody downstream or upstream counts on yet.
inline bool packet_network::gather(party& p, buffer& x, buffer& y, input_port& input, bool ejects, tick first) {
  const std::uint32_t slots = slots_;
  const tick back = input.credit_flight;
  const tick oldest = first + back;
  const std::uint32_t most = std::min({slots - x.held, ejects ? slots : std::uint32_t{y.held}, most_dealt});
  const tick* const mine = stamps(x);
  std::uint32_t n = 0;
  std::uint32_t slot = x.read;
  for (; n < most; ++n) {
    const std::uint32_t s = (slot == 0 ? slots : slot) - 1;
    if (mine[s] < oldest) break;
    slot = s;
  }
  if (n == 0) return false;
  p.x = &x;
  p.y = &y;
  p.in = &input;
  p.first_slot = slot;
  p.n = n;
  for (std::uint32_t i = 0; i < n; ++i) {
    p.times[i] = mine[slot] - back;
    if (++slot == slots) slot = 0;
  }
  return true;
}

// Takes the flits of a flow out of the bookings.
inline void packet_network::take_out(party& p, output_port& output, tick t) {
  std::uint64_t bits = 0;
  for (std::uint32_t i = 0; i < p.n; ++i)
    if (p.times[i] - t < 64) bits |= std::uint64_t{1} << (p.times[i] - t);
  p.in->booked.bits &= ~bits;
  output.booked.bits &= ~bits;
}

// Takes cycle c of an input from a flow to another output than `port`, if nobody counts on it yet: its flits
// go later.
bool packet_network::displace(const router& here, std::uint32_t in, std::uint32_t port, tick c) {
  input_port& input = inputs_[here.first_input + in];
  party& p = displaced_;
  for (std::uint32_t vc = 0; vc < channels_; ++vc) {
    buffer& x = at(here.first_buffer + in * channels_ + vc);
    if (x.left_at < c || x.output == port) continue;
    output_port& output = outputs_[here.first_output + x.output];
    if (!gather(p, x, at(x.next), input, output.ejects, c) || p.times[0] != c) continue;
    p.claim = &flows_[flow_of(here, x.output, x.next - output.first_next)];
    p.has_head = p.claim->first_at == c;
    if (p.has_head && (input.toggle ^= 1) != 0) return false;
    output.booked.advance(input.booked.from);
    take_out(p, output, input.booked.from);
    input.booked.set(c);
    tick next = c + 1;
    for (std::uint32_t i = 0; i < p.n; ++i) {
      next = std::max(next, p.times[i]);
      while (input.booked.busy(next) || output.booked.busy(next)) ++next;
      input.booked.set(next);
      output.booked.set(next);
      p.times[i] = next++;
    }
    write_back(output, p);
    return true;
  }
  return false;
}

// Puts the newest flits of a flow, n of them in the cycles `taken`, into the next cycles that nobody has booked; unless the last would come more than a cycle late.
inline bool packet_network::squeeze_in(buffer& x, const buffer& y, input_port& input, output_port& output,
                                       std::uint64_t taken, tick to_stamp, std::uint32_t n) {
  const std::uint64_t busy = input.booked.bits | output.booked.bits;
  std::uint64_t placed = 0;
  std::uint64_t beyond = ~std::uint64_t{0};
  for (std::uint64_t left = taken; left != 0; left &= left - 1) {
    const std::uint64_t here = left & (~left + 1);
    const std::uint64_t free = ~busy & beyond & ~(here - 1);
    const std::uint64_t at = free & (~free + 1);
    placed |= at;
    beyond = ~(at | (at - 1));
    if (at > here << squeeze_limit) return false;
  }
  const std::uint32_t slots = slots_;
  const tick t = input.booked.from;
  const tick back = input.credit_flight;
  tick* const mine = stamps(x);
  tick* const there = const_cast<tick*>(stamps(y));
  std::uint32_t slot = before(x.read, n);
  std::uint32_t slot_there = before(y.write, n);
  tick c = 0;
  for (std::uint64_t left = placed; left != 0; left &= left - 1) {
    c = t + static_cast<tick>(__builtin_ctzll(left));
    mine[slot] = c + back;
    there[slot_there] = c + to_stamp;
    if (++slot == slots) slot = 0;
    if (++slot_there == slots) slot_there = 0;
  }
  input.booked.bits |= placed;
  output.booked.bits |= placed;
  output.last_input = x.input;
  x.left_at = c;
  return true;
}

// Deals the cycles of an output, from `first` on, anew to all flits that are to leave by it and that nobody
// downstream or upstream counts on yet: in turn, one flit from each input, each flit not before the cycle it
// had. Those of buffer `newcomer` are not in the bookings yet.
void packet_network::deal(const router& here, std::uint32_t port, tick t, tick first, std::uint32_t newcomer) {
  output_port& output = outputs_[here.first_output + port];
  party* order[64];
  std::uint32_t count = 0;
  std::uint32_t total = 0;
  for (std::uint64_t left = output.claimed; left != 0; left &= left - 1) {
    const auto vc = static_cast<std::uint32_t>(__builtin_ctzll(left));
    flow& f = flows_[flow_of(here, port, vc)];
    buffer& x = at(f.owner);
    if (x.left_at < first || x.output != port) continue;
    party& p = parties_[count];
    if (!gather(p, x, at(output.first_next + vc), inputs_[here.first_input + x.input], output.ejects, first))
      continue;
    p.in->booked.advance(t);
    if (f.owner != newcomer) take_out(p, output, t);
    p.times[p.n] = never;
    p.claim = &f;
    p.has_head = f.first_at == p.times[0];
    p.next = p.times;
    p.served = 0;
    p.input = x.input;
    p.priority = priorities_ ? flow_priority_[flow_of(here, port, vc)] : std::uint8_t{0};
    total += p.n;
    // In the order of inputs.
    std::uint32_t place = count++;
    for (; place != 0 && order[place - 1]->input > p.input; --place) order[place] = order[place - 1];
    order[place] = &p;
  }
  std::uint32_t turn = 0;
  while (turn < count && order[turn]->input <= output.last_input) ++turn;
  if (turn == count) turn = 0;
  const bool priorities = priorities_;
  for (tick k = first - t; total != 0; ++k) {
    const std::uint64_t bit = k < 64 ? std::uint64_t{1} << k : 0;
    if ((output.booked.bits & bit) != 0) continue;
    const tick c = t + k;
    std::uint32_t best = count;
    std::uint32_t i = turn;
    do {
      const party& p = *order[i];
      if (*p.next <= c && ((p.in->booked.bits & bit) == 0 ||
                           (p.served + 1 != c && displace(here, p.input, port, c)))) {
        if (best == count || p.priority > order[best]->priority) best = i;
        if (!priorities) break;
      }
      if (++i == count) i = 0;
    } while (i != turn);
    if (best == count) continue;
    party& p = *order[best];
    // The next input's turn; among the channels of one input, the others' before this one's.
    for (turn = best + 1; turn < count && order[turn]->input == p.input; ++turn)
      std::swap(order[turn - 1], order[turn]);
    if (turn == count) turn = 0;
    *p.next++ = c;
    p.served = c;
    p.in->booked.bits |= bit;
    output.booked.bits |= bit;
    if (--total == 0) output.last_input = static_cast<std::uint16_t>(p.input);
  }
  for (std::uint32_t i = 0; i < count; ++i) write_back(output, *order[i]);
}

void packet_network::write_back(const output_port& output, const party& p) {
  const std::uint32_t slots = slots_;
  const tick back = p.in->credit_flight;
  const tick to_stamp = stamp_flight(output, *p.y);
  tick* const mine = stamps(*p.x);
  tick* const there = stamps(*p.y);
  std::uint32_t slot = p.first_slot;
  std::uint32_t next_slot = before(p.y->write, p.n);
  for (std::uint32_t i = 0; i < p.n; ++i) {
    mine[slot] = p.times[i] + back;
    there[next_slot] = p.times[i] + to_stamp;
    if (++slot == slots) slot = 0;
    if (++next_slot == slots) next_slot = 0;
  }
  const tick last = p.times[p.n - 1];
  p.x->left_at = last;
  if (p.has_head) p.claim->first_at = p.times[0];
  if (p.claim->free_at == never) return;
  p.claim->free_at = last;
  if (output.ejects) p.y->front->arrived = absolute(last + output.flight);
}

}  // namespace mimd::noc
