// The routers of the network in packet fidelity: what one of them does in a cycle.
#include <algorithm>

#include "noc/packet_network.h"

namespace mimd::noc {

namespace {

// The first member of a set that is not empty, beginning with `turn` and going round.
std::uint32_t in_turn(std::uint64_t set, std::uint32_t turn) {
  const std::uint64_t ahead = set & (~std::uint64_t{0} << turn);
  return static_cast<std::uint32_t>(__builtin_ctzll(ahead != 0 ? ahead : set));
}

}  // namespace

void packet_network::visit(std::uint32_t r, tick t) {
  ++visits_;
  router& here = routers_[r];
  const tick end = t + window;
  t = std::max(t, here.due);
  here.due = never;
  while (t < end) {
    next_ = never;
    look(here, r, t);
    if (claims_ != 0) {
      allocate_channels(here, t);
      if (channel_cycles_ == 0) look(here, r, t);  // with those that have got a channel
      next_ = t + 1;                               // for them, and for those that have to ask again
    }
    if (moves_ != 0) {
      if (conflict_) {
        arbitrate(here);
        next_ = t + 1;  // for those left behind
      } else {
        for (std::uint32_t i = 0; i < moves_; ++i) advance_round(here, buffers_[move_[i]]);
      }
      for (std::uint32_t i = 0; i < moves_; ++i) pass(here, move_[i], t);
    }
    t = next_ == never ? never : std::max(next_, t + 1);
  }
  if (t != never) wake_router(r, t);
}

// Who asks for what in this cycle: move_ and claim_.
inline void packet_network::look(const router& here, std::uint32_t r, tick t) {
  const std::uint64_t* const bits = port_bits_.data();
  std::uint32_t* const move = move_.data();
  std::uint32_t moves = 0;
  std::uint64_t seen = 0;
  std::uint64_t conflict = 0;
  tick next = never;
  claims_ = 0;
  for (std::uint32_t w = 0; w < here.words; ++w) {
    const std::uint32_t first = here.first_buffer + w * 64;
    for (std::uint64_t left = active_[here.first_word + w]; left != 0; left &= left - 1) {
      const std::uint32_t b = first + static_cast<std::uint32_t>(__builtin_ctzll(left));
      buffer& x = buffers_[b];
      if (x.ready > t) {
        next = std::min(next, x.ready);
        continue;
      }
      if (x.state != buffer_state::moves) {
        if (x.state == buffer_state::wants_channel) {
          find_channel(here, r, b, t);
          continue;
        }
        settle(here, b, x, t);
        if (x.ready > t) continue;
      }
      const std::uint64_t ports = bits[x.input] | bits[x.output] << 32;
      conflict |= seen & ports;
      seen |= ports;
      move[moves++] = b;
    }
  }
  moves_ = moves;
  conflict_ = conflict != 0;
  next_ = std::min(next_, next);
}

// When the front flit of a packet that has its channel may pass: it must be here and have a slot to go to.
inline void packet_network::settle(const router& here, std::uint32_t b, buffer& x, tick earliest) {
  buffer& next = buffers_[x.next];
  if (x.held != 0 && next.held != slots_) {
    const tick ready = std::max({earliest, stamps_[std::size_t{b} * slots_ + x.read],
                                 stamps_[std::size_t{x.next} * slots_ + next.write]});
    x.state = buffer_state::moves;
    x.ready = ready;
    next_ = std::min(next_, ready);
    return;
  }
  if (x.held == 0)
    x.flags |= wants_flit;
  else
    next.flags |= wants_credit;
  x.state = buffer_state::waits;
  park(here, b);
}

void packet_network::park(const router& here, std::uint32_t b) {
  const std::uint32_t local = b - here.first_buffer;
  buffers_[b].ready = never;
  active_[here.first_word + local / 64] &= ~(std::uint64_t{1} << (local % 64));
}

// The allocator's pointers after a match in its first iteration.
inline void packet_network::advance_round(const router& here, const buffer& x) {
  switch_grant_[here.first_output + x.output] = x.input + 1u;
  switch_accept_[here.first_input + x.input] = x.output + 1u;
}

// A flit passes the switch and is on its way.
inline void packet_network::pass(const router& here, std::uint32_t b, tick t) {
  buffer& x = buffers_[b];
  input_port& input = inputs_[here.first_input + x.input];
  const output_port& output = outputs_[here.first_output + x.output];
  input.vc_turn = vc_of(here, b) + 1;

  const tick credit = t + input.credit_flight;
  stamps_[std::size_t{b} * slots_ + x.read] = credit;
  x.read = next_slot(x.read);
  --x.held;
  if ((x.flags & (wants_credit | at_head)) != 0) {
    if ((x.flags & wants_credit) != 0) {
      if (input.from_terminal)
        wake_source(input.terminal, credit);
      else
        activate(x.owner, credit);
    }
    if ((x.flags & at_head) != 0) head_left(output, b, x, t);
    x.flags &= static_cast<std::uint8_t>(~(wants_credit | at_head));
  }

  const tick arrival = t + output.flight;
  buffer& next = buffers_[x.next];
  tick& stamp = stamps_[std::size_t{x.next} * slots_ + next.write];
  next.write = next_slot(next.write);
  if (!output.ejects) {
    stamp = arrival;
    ++next.held;
    if ((next.flags & wants_flit) != 0) {
      next.flags &= static_cast<std::uint8_t>(~wants_flit);
      activate(x.next, arrival);
    }
  } else if ((next.flags & on_hold) != 0) {
    stamp = arrival;
    ++next.held;
  } else {
    stamp = arrival + output.credit_back;
  }
  if (--x.remaining != 0)
    settle(here, b, x, t + 1);
  else
    tail_left(here, b, x, t);
}

void packet_network::head_left(const output_port& output, std::uint32_t b, const buffer& x, tick t) {
  packet& p = *heads_[std::size_t{b} * slots_ + x.first_packet];
  ++p.hops;
  channel_load& load = loads_[output.channel];
  ++load.packets;
  load.flits += x.remaining;
  if (!output.ejects) enter(x.next, p, x.remaining, t + output.flight);
}

void packet_network::tail_left(const router& here, std::uint32_t b, buffer& x, tick t) {
  output_port& output = outputs_[here.first_output + x.output];
  if (output.ejects) schedule_delivery(*heads_[std::size_t{b} * slots_ + x.first_packet], t + output.flight);
  output.free |= std::uint64_t{1} << (x.next - output.first_next);
  if (output.awaited) wake_waiting(here, output, x.output, t);
  x.first_packet = next_slot(x.first_packet);
  if (--x.packets == 0) {
    x.state = buffer_state::idle;
    park(here, b);
    return;
  }
  x.state = buffer_state::wants_channel;
  x.remaining = heads_[std::size_t{b} * slots_ + x.first_packet]->flits;
  x.ready = std::max(t + 1, stamps_[std::size_t{b} * slots_ + x.read]) + routing_cycles_;
  next_ = std::min(next_, x.ready);
}

void packet_network::wake_waiting(const router& here, output_port& output, std::uint32_t port, tick t) {
  output.awaited = false;
  for (std::uint32_t w = 0; w < here.words; ++w) {
    std::uint64_t& waiting = waiting_[here.first_waiting + port * here.words + w];
    for (std::uint64_t left = waiting; left != 0; left &= left - 1) {
      const auto bit = static_cast<std::uint32_t>(__builtin_ctzll(left));
      buffer& x = buffers_[here.first_buffer + w * 64 + bit];
      if (x.state != buffer_state::parked_for_channel) continue;  // it waited for several outputs
      x.state = buffer_state::wants_channel;
      x.ready = t + 1;
      active_[here.first_word + w] |= std::uint64_t{1} << bit;
      next_ = t + 1;
    }
    waiting = 0;
  }
}

// iSLIP for the switch; leaves in move_ those who may pass.
void packet_network::arbitrate(const router& here) {
  if (here.inputs > 63 || here.outputs > 63 || priorities_) {
    arbitrate_by_priority(here);
    return;
  }
  std::uint32_t* const grant = &switch_grant_[here.first_output];
  std::uint32_t* const accept = &switch_accept_[here.first_input];
  std::uint64_t free_outputs = 0;
  for (std::uint32_t i = 0; i < moves_; ++i) {
    const buffer& x = buffers_[move_[i]];
    asking_[x.output] |= std::uint64_t{1} << x.input;
    free_outputs |= std::uint64_t{1} << x.output;
  }
  const std::uint64_t outputs = free_outputs;
  std::uint64_t free_inputs = ~std::uint64_t{0};
  for (std::uint32_t iteration = 0; iteration < iterations_; ++iteration) {
    std::uint64_t granted = 0;
    for (std::uint64_t left = free_outputs; left != 0; left &= left - 1) {
      const auto output = static_cast<std::uint32_t>(__builtin_ctzll(left));
      const std::uint64_t asking = asking_[output] & free_inputs;
      if (asking == 0) {
        free_outputs &= ~(std::uint64_t{1} << output);
        continue;
      }
      const std::uint32_t input = in_turn(asking, grant[output]);
      granting_[input] |= std::uint64_t{1} << output;
      granted |= std::uint64_t{1} << input;
    }
    free_inputs &= ~granted;
    for (; granted != 0; granted &= granted - 1) {
      const auto input = static_cast<std::uint32_t>(__builtin_ctzll(granted));
      const std::uint32_t output = in_turn(granting_[input], accept[input]);
      granting_[input] = 0;
      match_[input] = output;
      free_outputs &= ~(std::uint64_t{1} << output);
      if (iteration != 0) continue;
      grant[output] = input + 1;
      accept[input] = output + 1;
    }
    if (free_outputs == 0) break;
  }
  for (std::uint64_t left = outputs; left != 0; left &= left - 1) asking_[__builtin_ctzll(left)] = 0;
  // Of the virtual channels of an input that ask for the same output, the next in turn.
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < moves_; ++i) {
    const std::uint32_t b = move_[i];
    const buffer& x = buffers_[b];
    if ((free_inputs >> x.input & 1) != 0 || match_[x.input] != x.output) continue;
    if (count == 0 || buffers_[move_[count - 1]].input != x.input)  // move_ is in the order of inputs
      move_[count++] = b;
    else if (place_in_turn(here, b) < place_in_turn(here, move_[count - 1]))
      move_[count - 1] = b;
  }
  moves_ = count;
}

std::uint32_t packet_network::place_in_turn(const router& here, std::uint32_t b) const {
  const std::uint32_t vc = vc_of(here, b);
  const std::uint32_t turn = inputs_[here.first_input + buffers_[b].input].vc_turn;
  return vc >= turn ? vc - turn : vc + channels_ - turn;
}

// The same for any number of ports, larger priorities first.
void packet_network::arbitrate_by_priority(const router& here) {
  requests_.clear();
  for (std::uint32_t i = 0; i < moves_; ++i) {
    const buffer& x = buffers_[move_[i]];
    const std::uint8_t priority = priority_of(move_[i]);
    bool asks = true;
    for (auto q = requests_.rbegin(); asks && q != requests_.rend() && q->input == x.input; ++q) {
      if (q->output != x.output) continue;
      asks = false;
      const std::uint32_t other = place_in_turn(here, q->label);
      if (priority < q->priority || (priority == q->priority && place_in_turn(here, move_[i]) > other))
        continue;
      q->label = move_[i];
      q->priority = priority;
    }
    if (asks) requests_.push_back({x.input, x.output, move_[i], priority, false});
  }
  switch_allocator_.allocate(requests_, {&switch_grant_[here.first_output], &switch_accept_[here.first_input],
                                         here.inputs, here.outputs});
  moves_ = 0;
  for (const allocation_request& q : requests_)
    if (q.matched) move_[moves_++] = q.label;
}

std::uint8_t packet_network::priority_of(std::uint32_t b) const {
  return priorities_ ? heads_[std::size_t{b} * slots_ + buffers_[b].first_packet]->priority : std::uint8_t{0};
}

}  // namespace mimd::noc
