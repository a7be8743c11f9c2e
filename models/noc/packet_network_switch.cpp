// A packet's hop in packet fidelity: it gets a virtual channel and books the switch.
#include <algorithm>

#include "noc/packet_network.h"

namespace mimd::noc {

// Claims a virtual channel of an output for the head of a packet, or arranges for another visit.
inline bool packet_network::get_channel(const router& here, event e, buffer& x, tick t, bool in_turn) {
  const tick ready = std::max(stamp(x, x.read), x.left_at + 1);
  if (t < ready) {
    put(e, ready);
    return false;
  }
  if ((x.flags & unrouted) != 0) {
    x.flags ^= unrouted;
    tick& ready_at = stamp(x, x.read);  // its arrival, until here
    ready_at = routed(e.router, t);
    put(e, ready_at);
    return false;
  }
  step s = e.next;
  if (s.vcs == 0) {
    if (all_candidates_ && !in_turn) {
      ask(here, e, x, t);
      return false;
    }
    if (x.front->companions != nullptr) {
      if (!fork_set(here, e, x, t)) return false;
      s = e.next;
    } else {
      s = choose(here, e, x, t);
    }
  }
  output_port& output = outputs_[here.first_output + s.port];
  const std::uint64_t available = free_channels(output, s, t);
  if (available == 0) {
    wait(here, e, x, t);
    return false;
  }
  if (output.awaited && !in_turn) {
    wait(here, e, x, t);
    serve_waiting(e.router, s.port, t);
    return false;
  }
  std::uint64_t granted = available;
  if (output.asked_at != t) {
    output.asked_at = t;
    output.taken = 0;
  } else if (!all_candidates_ && (output.taken & s.channels()) != 0) {
    granted = granted_channels(here, output, e.number, available, output.taken & s.channels());
    if (granted == 0) {
      put(e, t + 1);
      return false;
    }
  }
  const std::uint32_t vc = channel_in_turn(x, s.port, granted);
  output.taken |= std::uint64_t{1} << vc;
  output.claimed |= std::uint64_t{1} << vc;
  flow& f = flows_[output.flows + vc];
  f.previous_owner = static_cast<std::uint16_t>(f.owner - here.first_buffer);
  f.owner = e.number;
  free_at_[output.flows + vc] = never;
  f.priority = x.front->priority;
  x.output = s.port;
  x.vc = static_cast<std::uint8_t>(vc);
  x.flags |= at_head;
  x.state = buffer_state::flows;
  return true;
}

// The tail leaves at `soonest` at best.
inline void packet_network::tail_booked(const router& here, std::uint32_t r, std::uint32_t b, buffer& x,
                                        output_port& output, tick soonest) {
  free_at_[output.flows + x.vc] = x.left_at;
  if (output.ejects) {
    at(output.first_next + x.vc).front = x.front;
    schedule_delivery(*x.front, x.left_at + output.flight, soonest + output.flight);
  }
  if (output.awaited) wake_output(here, r, x.output, x.left_at + 1);
  if (may_fork_)
    branch_booked(r, b, x);
  else
    next_to_front(r, b, x);
}

// What was put off until t, or until a time that has turned out later since: the front packet of a buffer
// asks for a channel, if it has none, and books the switch for its flits whose arrival and slot downstream
// are known. in_turn: nobody who waits for the same output is to go first.
void packet_network::visit(event e, tick t, bool in_turn) {
  ++visits_;
  const router& here = routers_[e.router];
  buffer& x = at(e.number);
  tick first = t;
  if (x.state != buffer_state::flows) {
    if (!get_channel(here, e, x, t, in_turn)) return;
    first = t + channel_cycles_;
  }
  input_port& input = inputs_[here.first_input + x.input];
  output_port& output = outputs_[here.first_output + x.output];
  const std::uint32_t next = output.first_next + x.vc;
  buffer& y = at(next);
  input.advance(t);
  output.advance(t);
  tick* const mine = stamps(x);
  tick* const there = stamps(y);
  const std::uint32_t mask = ring_mask_;
  const tick credit_flight = input.credit_flight;
  const tick to_stamp = stamp_flight(output, y);
  const std::uint32_t most = std::min({x.remaining, std::uint32_t{x.held}, slots_ - y.held});
  const std::uint32_t from = x.read;
  const std::uint32_t to = y.write;
  const std::uint32_t freed = to - slots_;
  const tick start = std::max(first, x.left_at + 1);
  std::uint64_t wanted = 0;  // cycles from t on
  std::uint32_t n = 0;
  bool gaps = false;
  if (most != 0 && start <= t + book_ahead) {
    const std::uint32_t run = std::min(most, t + book_ahead + 1 - start);
    // Stamps grow by one a flit at least: if the last of a run is not too late, none is.
    if (std::max(mine[(from + run - 1) & mask], there[(freed + run - 1) & mask]) < start + run) {
      n = run;
      wanted = ((std::uint64_t{1} << n) - 1) << (start - t);
    } else {
      gaps = true;
      const tick end = t + book_ahead;
      for (tick c = start; n < most; ++n, ++c) {
        const tick ready = std::max(mine[(from + n) & mask], there[(freed + n) & mask]);
        if (ready > c) c = ready;
        if (c > end) break;
        wanted |= std::uint64_t{1} << (c - t);
      }
    }
  }
  if (n != 0) {
    const std::uint8_t flags = x.flags;
    x.read = static_cast<std::uint16_t>(from + n);
    x.held = static_cast<std::uint16_t>(x.held - n);
    x.remaining -= n;
    x.flags = static_cast<std::uint8_t>(flags & ~(wants_credit | at_head));
    y.write = static_cast<std::uint16_t>(to + n);
    y.held = static_cast<std::uint16_t>(y.held + n * (to_stamp == output.flight));
    output.flits += n;
    flow& f = flows_[output.flows + x.vc];
    f.first_at = t + lowest(wanted);
    f.lag = 0;
    const std::uint64_t clash = wanted & (input.booked.bits | output.booked.bits);
    if (clash == 0) {
      input.booked.bits |= wanted;
      output.booked.bits |= wanted;
      if (!gaps) {
        for (tick c = start; c != start + n; ++c) {
          input.booked.set_port(c, x.output);
          output.booked.set_port(c, x.input);
        }
        set_run(mine, mask, from, n, start + credit_flight);
        set_run(there, mask, to, n, start + to_stamp);
      } else {
        std::uint64_t left = wanted;
        for (std::uint32_t i = 0; i < n; ++i, left &= left - 1) {
          const tick c = t + lowest(left);
          input.booked.set_port(c, x.output);
          output.booked.set_port(c, x.input);
          mine[(from + i) & mask] = c + credit_flight;
          there[(to + i) & mask] = c + to_stamp;
        }
      }
      x.left_at = t + highest(wanted);
    } else {
      const std::uint64_t before_clash = wanted & (clash - 1) & ~clash;
      input.booked.bits |= before_clash;
      output.booked.bits |= before_clash;
      std::uint32_t open = n;
      for (std::uint64_t left = before_clash; left != 0; left &= left - 1, --open) {
        input.booked.set_port(t + lowest(left), x.output);
        output.booked.set_port(t + lowest(left), x.input);
      }
      const std::uint64_t undealt = wanted ^ before_clash;
      constexpr std::uint64_t none_yet = ~std::uint64_t{0};  // never what is dealt: it is written in any case
      newcomer_ = {&x,      &y,           &input, &f,   none_yet, undealt,
                   undealt, before_clash, n,      open, x.input,  f.first_at};
      deal(here, x.output, t, t + lowest(clash));
    }
    const tick leaves = mine[from & mask] - credit_flight;
    if ((flags & wants_credit) != 0) wake_upstream(here, e.number, x, leaves + credit_flight);
    if ((flags & at_head) != 0) {
      ++output.packets;
      if (!output.ejects) enter(output.router, next, *x.front, to, leaves, leaves + output.flight);
    }
    if ((y.flags & wants_flit) != 0) {
      y.flags &= static_cast<std::uint8_t>(~wants_flit);
      put({output.router, next, {}}, leaves + output.flight);
    }
  }
  if (x.remaining == 0)
    tail_booked(here, e.router, e.number, x, output, t + highest(wanted));
  else if (x.held == 0)
    x.flags |= wants_flit;
  else if (y.held == slots_)
    y.flags |= wants_credit;
  else
    put({e.router, e.number, {}},
        std::max({t + 1, x.left_at + 1, stamp(x, x.read), stamp(y, y.write - slots_)}));
}

}  // namespace mimd::noc
