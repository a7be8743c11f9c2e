// The switches of the network in packet fidelity: which flit passes when.
#include <algorithm>
#include <utility>

#include "noc/packet_network.h"

namespace mimd::noc {

// Books the switch, from cycle `first` on, for the flits of the front packet of x whose arrival and slot
// downstream are known, and arranges for the others.
void packet_network::book(const router& here, std::uint32_t r, std::uint32_t b, tick t, tick first) {
  buffer& x = at(b);
  input_port& input = inputs_[here.first_input + x.input];
  output_port& output = outputs_[here.first_output + x.output];
  const std::uint32_t next = output.first_next + x.vc;
  buffer& y = at(next);
  input.booked.advance(t);
  output.booked.advance(t);
  tick* const mine = stamps(x);
  tick* const there = stamps(y);
  const std::uint32_t slots = slots_;
  const tick credit_flight = input.credit_flight;
  const tick to_stamp = stamp_flight(output, y);
  const std::uint32_t most = std::min({x.remaining, std::uint32_t{x.held}, slots - y.held});
  const std::uint32_t head = y.write;
  tick* slot = mine + x.read;
  tick* slot_there = there + head;
  tick* const end = mine + slots;
  tick* const end_there = there + slots;
  tick c = std::max(first, x.left_at + 1);
  std::uint64_t taken = 0;
  std::uint32_t n = 0;
  if (c <= t + book_ahead) {
    tick left = t + book_ahead + 1 - c;  // cycles from c on that may be booked as yet
    std::uint64_t bit = std::uint64_t{1} << (c - t);
    for (; n < most && left != 0; ++n, --left) {
      const tick ready = std::max(*slot, *slot_there);
      if (ready > c) {
        if (ready - c >= left) break;
        left -= ready - c;
        bit <<= ready - c;
        c = ready;
      }
      taken |= bit;
      bit <<= 1;
      *slot = c + credit_flight;
      *slot_there = c + to_stamp;
      ++c;
      if (++slot == end) slot = mine;
      if (++slot_there == end_there) slot_there = there;
    }
  }
  if (n != 0) {
    const std::uint8_t flags = x.flags;
    const std::uint32_t first_slot = x.read;
    tick leaves = mine[first_slot] - credit_flight;
    x.read = static_cast<std::uint16_t>(slot - mine);
    x.held = static_cast<std::uint16_t>(x.held - n);
    x.remaining -= n;
    x.left_at = c - 1;
    x.flags = static_cast<std::uint8_t>(flags & ~(wants_credit | at_head));
    y.write = static_cast<std::uint16_t>(slot_there - there);
    if (to_stamp == output.flight) y.held = static_cast<std::uint16_t>(y.held + n);
    output.flits += n;
    if ((flags & at_head) != 0) flows_[output.flows + x.vc].head_at = leaves;
    const std::uint64_t clash = taken & (input.booked.bits | output.booked.bits);
    if (clash == 0) {
      input.booked.bits |= taken;
      output.booked.bits |= taken;
      output.last_input = x.input;
    } else {
      if (!squeeze_in(x, y, input, output, taken, n)) {
        const std::uint64_t before_clash = taken & (clash - 1) & ~clash;
        input.booked.bits |= before_clash;
        output.booked.bits |= before_clash;
        if ((before_clash & clash >> 1) != 0) output.last_input = x.input;
        deal(here, x.output, t, t + static_cast<tick>(__builtin_ctzll(clash)), b);
      }
      leaves = mine[first_slot] - credit_flight;
      if ((flags & at_head) != 0) flows_[output.flows + x.vc].head_at = leaves;
    }
    if ((flags & wants_credit) != 0) wake_upstream(here, b, x, leaves + credit_flight);
    if ((flags & at_head) != 0) {
      ++output.packets;
      if (!output.ejects) enter(output.router, next, *x.front, head, leaves + output.flight);
    }
    if ((y.flags & wants_flit) != 0) {
      y.flags &= static_cast<std::uint8_t>(~wants_flit);
      put({output.router, next, {}}, leaves + output.flight);
    }
  }
  if (x.remaining == 0)
    tail_booked(here, r, b, x, output);
  else if (x.held == 0)
    x.flags |= wants_flit;
  else if (y.held == slots)
    y.flags |= wants_credit;
  else
    put({r, b, {}}, std::max({t + 1, x.left_at + 1, *slot, *slot_there}));
}

// Puts the newest flits of a flow, n of them in the cycles `taken`, into the next ones that nobody has
// booked, unless some would come late by more than a cycle or two: about what sharing costs a flow anyway.
inline bool packet_network::squeeze_in(buffer& x, buffer& y, input_port& input, output_port& output,
                                       std::uint64_t taken, std::uint32_t n) {
  std::uint64_t free = ~(input.booked.bits | output.booked.bits);
  std::uint64_t placed = 0;
  const std::uint32_t most_late = std::min(n - 1, 2u);
  for (std::uint64_t left = taken; left != 0; left &= left - 1) {
    const std::uint64_t wanted = left & (~left + 1);
    free &= ~(wanted - 1);
    const std::uint64_t found = free & (~free + 1);
    if (found == 0 || found > wanted << most_late) return false;
    placed |= found;
    free ^= found;
  }
  input.booked.bits |= placed;
  output.booked.bits |= placed;
  output.last_input = x.input;
  const std::uint32_t slots = slots_;
  const tick to_stamp = stamp_flight(output, y);
  const tick back = input.credit_flight;
  tick* const mine = stamps(x);
  tick* const there = stamps(y);
  std::size_t slot = before(x.read, n);
  std::size_t slot_there = before(y.write, n);
  for (; placed != 0; placed &= placed - 1) {
    const tick c = output.booked.from + static_cast<tick>(__builtin_ctzll(placed));
    x.left_at = c;
    mine[slot] = c + back;
    there[slot_there] = c + to_stamp;
    if (++slot == slots) slot = 0;
    if (++slot_there == slots) slot_there = 0;
  }
  return true;
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
  if ((output.claimed >> vc & 1) != 0 && f.free_at == never)
    put({r, f.owner, {}}, t);
  else
    wake_output(here, r, port, t);
}

// A packet, its head in that slot, is on its way to buffer b.
void packet_network::enter(std::uint32_t r, std::uint32_t b, packet& p, std::uint32_t slot, tick arrival) {
  buffer& x = at(b);
  ++p.hops;
  if (x.state != buffer_state::idle) {
    queued_[std::size_t{b} * slots_ + slot] = &p;
    return;
  }
  come_to_front(r, b, x, p, arrival);
}

inline void packet_network::come_to_front(std::uint32_t r, std::uint32_t b, buffer& x, packet& p, tick t) {
  x.state = buffer_state::head;
  x.front = &p;
  x.remaining = p.flits;
  put({r, b, route(r, b, x, p)}, t + routing_cycles_);
}

inline void packet_network::tail_booked(const router& here, std::uint32_t r, std::uint32_t b, buffer& x,
                                        output_port& output) {
  flows_[output.flows + x.vc].free_at = x.left_at;
  if (output.ejects) {
    at(output.first_next + x.vc).front = x.front;
    schedule_delivery(*x.front, x.left_at + output.flight);
  }
  if (output.awaited) wake_output(here, r, x.output, x.left_at + 1);
  if (x.held == 0)
    x.state = buffer_state::idle;
  else
    come_to_front(r, b, x, *queued_[std::size_t{b} * slots_ + x.read],
                  std::max(x.left_at + 1, stamps(x)[x.read]));
}

}  // namespace mimd::noc
