// Sources, ejection and hold/release of the network in packet fidelity.
#include <algorithm>
#include <stdexcept>
#include <string>

#include "noc/packet_network.h"

namespace mimd::noc {

void packet_network::send(packet& p) {
  if (p.source >= topology_.terminals() || p.destination >= topology_.terminals())
    throw std::invalid_argument("a packet from terminal " + std::to_string(p.source) + " to " +
                                std::to_string(p.destination) + ", of " +
                                std::to_string(topology_.terminals()));
  if (p.flits == 0) throw std::invalid_argument("a packet has at least 1 flit");
  if (p.virtual_network >= virtual_networks_)
    throw std::invalid_argument("virtual network " + std::to_string(p.virtual_network) + " of " +
                                std::to_string(virtual_networks_));
  const bool ordered = ordered_[p.virtual_network];
  rebase_if_late();
  if (p.companions != nullptr) {
    multicast_.check(p);
    for (packet* m = p.companions; m != nullptr; m = m->companions) {
      m->created = now_;
      m->hops = 0;
      m->route = routing_.begin_flow(m->source, m->destination);
      ++inside_;
    }
  }
  p.created = now_;
  p.hops = 0;
  p.route = ordered || p.companions != nullptr ? routing_.begin_flow(p.source, p.destination)
                                               : routing_.begin(p.source, p.destination, random_);
  if (p.priority != 0) priorities_ = true;
  ++inside_;
  source& s = sources_[p.source * virtual_networks_ + p.virtual_network];
  s.queue.push(p);
  wake_source(p.source, present());
}

// One flit a cycle from the virtual networks in turn, larger priorities first; as many flits of one at a time
// as have slots, unless another has something to send too.
void packet_network::run_source(std::uint32_t number, tick t) {
  terminal_state& x = terminals_[number];
  if (t < x.free_at) {
    wake_source(number, x.free_at);
    return;
  }
  source* const all = &sources_[number * virtual_networks_];
  tick retry = never;
  std::uint32_t chosen = no_channel;
  std::uint32_t chosen_vc = no_channel;
  std::uint32_t sending = 0;
  int best = -1;
  for (std::uint32_t i = 1; i <= virtual_networks_; ++i) {
    const std::uint32_t turn = x.last_sender + i;
    const std::uint32_t vn = turn < virtual_networks_ ? turn : turn - virtual_networks_;
    source& s = all[vn];
    const packet* const p = s.current != nullptr ? s.current : s.queue.first;
    if (p == nullptr) continue;
    ++sending;
    if (p->priority <= best) continue;
    std::uint32_t vc = no_channel;
    if (s.current != nullptr) {
      if (!has_slot(s.buffer, t, retry)) continue;
    } else {
      vc = choose_channel(x, vn, s, t, retry);
      if (vc == no_channel) continue;
    }
    best = p->priority;
    chosen = vn;
    chosen_vc = vc;
  }
  if (chosen == no_channel) {
    if (retry != never) wake_source(number, retry);
    return;
  }
  source& s = all[chosen];
  x.last_sender = chosen;
  if (s.current == nullptr) start_packet(x, chosen_vc, s, t);
  const std::uint32_t most =
      sending == 1 ? (virtual_networks_ == 1 ? s.remaining : std::min(s.remaining, 8u)) : 1;
  const std::uint32_t sent = send_flits(x, s, most, t);
  x.free_at = t + sent;
  if (s.remaining == 0) s.current = nullptr;
  if (s.current != nullptr || s.queue.first != nullptr || sending > 1) wake_source(number, x.free_at);
}

// Sends up to that many flits, one a cycle, as long as they have slots.
std::uint32_t packet_network::send_flits(terminal_state& x, source& s, std::uint32_t most, tick t) {
  buffer& y = at(s.buffer);
  most = std::min(most, slots_ - y.held);
  const tick first = t + x.flight;
  tick* const there = stamps(y);
  const std::uint32_t mask = ring_mask_;
  const std::uint32_t to = y.write;
  const std::uint32_t freed = to - slots_;
  // Stamps grow by one a flit at least: if the last is not too late, none is.
  std::uint32_t n = most;
  if (most != 0 && there[(freed + most - 1) & mask] >= t + most)
    for (n = 0; there[(freed + n) & mask] <= t + n;) ++n;
  for (std::uint32_t i = 0; i < n; ++i) there[(to + i) & mask] = first + i;
  y.write = static_cast<std::uint16_t>(y.write + n);
  y.held = static_cast<std::uint16_t>(y.held + n);
  s.remaining -= n;
  x.flits += n;
  if (n != 0 && (y.flags & wants_flit) != 0) {
    y.flags &= static_cast<std::uint8_t>(~wants_flit);
    put({x.router, s.buffer, {}}, first);
  }
  return n;
}

// Whether `b` has a slot for a flit sent at t. If not: `retry` is lowered to when it has one, if that is
// known; else its owner will be woken.
bool packet_network::has_slot(std::uint32_t b, tick t, tick& retry) {
  buffer& x = at(b);
  if (x.held == slots_) {
    x.flags |= wants_credit;
    return false;
  }
  const tick credit = stamp(x, x.write - slots_);
  if (credit <= t) return true;
  retry = std::min(retry, credit);
  return false;
}

// In turn among those the routing permits; the first with a slot.
std::uint32_t packet_network::choose_channel(const terminal_state& x, std::uint32_t vn, const source& s,
                                             tick t, tick& retry) {
  const packet& p = *s.queue.first;
  route_candidate range = routing_.injection(p.source, p.destination, p.route);
  if (ordered_[vn]) {
    range.first_vc = flow_vc(range, flow_hash(p.source, p.destination));
    range.vcs = 1;
  }
  const std::uint32_t low = range.first_vc + vn * vcs_;
  std::uint32_t vc = s.last_vc;
  if (vc < low || vc >= low + range.vcs) vc = low + range.vcs - 1;
  for (std::uint32_t i = 0; i < range.vcs; ++i) {
    if (++vc == low + range.vcs) vc = low;
    if (has_slot(x.first_buffer + vc, t, retry)) return vc;
  }
  return no_channel;
}

void packet_network::start_packet(terminal_state& x, std::uint32_t vc, source& s, tick t) {
  packet& p = *s.queue.pop();
  p.injected = absolute(t);
  s.current = &p;
  s.remaining = p.flits;
  s.buffer = x.first_buffer + vc;
  s.last_vc = vc;
  ++x.packets;
  enter(x.router, s.buffer, p, at(s.buffer).write, t, t + x.flight);
}

// It arrives at t; flits that others give way to may come earlier, at `soonest` at best.
void packet_network::schedule_delivery(packet& p, tick t, tick soonest) {
  p.arrived = absolute(t);
  const tick slot = std::min(soonest, present() + delivery_slots - 1) % delivery_slots;
  deliveries_[slot].push(p);
  deliveries_due_ |= std::uint64_t{1} << slot;
}

void packet_network::deliver(tick t) {
  const std::uint64_t bit = std::uint64_t{1} << (t % delivery_slots);
  if ((deliveries_due_ & bit) == 0) return;
  deliveries_due_ &= ~bit;
  fifo due = deliveries_[t % delivery_slots];
  deliveries_[t % delivery_slots] = {};
  while (due.first != nullptr) {
    packet& p = *due.pop();
    source& s = sources_[p.destination * virtual_networks_ + p.virtual_network];
    if (p.arrived > now_) {  // later than it might have been: who gives way may do so in any cycle
      schedule_delivery(p, static_cast<tick>(p.arrived - base_), t + 1);
    } else if (s.on_hold || s.arrived.first != nullptr) {
      s.arrived.push(p);
    } else {
      hand_over(p);
    }
  }
}

void packet_network::hand_over(packet& p) {
  --inside_;
  p.arrived = now_;
  p.flit_cycles = p.flits * (p.arrived - p.injected - (p.flits - 1));
  receiver_->packet_arrived(p);
}

// Of what had to wait, the first packet of each virtual network.
void packet_network::take_waiting(std::uint32_t number, tick t) {
  bool more = false;
  for (std::uint32_t vn = 0; vn < virtual_networks_; ++vn) {
    source& s = sources_[number * virtual_networks_ + vn];
    if (s.on_hold || s.arrived.first == nullptr) continue;
    hand_over(*s.arrived.pop());
    more = more || s.arrived.first != nullptr;
  }
  if (more) set(terminals_[number].takes, {at_terminal, number, {ejection, 0, 0}}, t + 1);
}

// What has not come in yet stays in the buffers.
void packet_network::hold(std::uint32_t terminal, std::uint32_t vn) {
  source& s = sources_[terminal * virtual_networks_ + vn];
  if (s.on_hold) return;
  rebase_if_late();
  s.on_hold = true;
  const output_port& output = ejection_of(terminal);
  const tick back = output.stamp_flight - output.flight;
  const std::uint32_t first = first_ejection_ + terminal * channels_ + vn * vcs_;
  for (std::uint32_t b = first; b < first + vcs_; ++b) {
    buffer& x = at(b);
    x.flags |= packet_network::on_hold;
    for (; x.held < slots_; ++x.held) {
      tick& taken = stamp(x, x.write - x.held - 1u);
      if (taken <= present() + back) break;
      taken -= back;
    }
  }
}

// What has come in meanwhile is taken from the next cycle on: one flit a cycle, and one packet.
void packet_network::release(std::uint32_t terminal, std::uint32_t vn) {
  source& s = sources_[terminal * virtual_networks_ + vn];
  if (!s.on_hold) return;
  rebase_if_late();
  s.on_hold = false;
  if (s.arrived.first != nullptr)
    set(terminals_[terminal].takes, {at_terminal, terminal, {ejection, 0, 0}}, present() + 1);
  const output_port& output = ejection_of(terminal);
  const tick back = output.stamp_flight - output.flight;
  const std::uint32_t first = first_ejection_ + terminal * channels_ + vn * vcs_;
  tick turn = present() + 1;
  for (std::uint32_t b = first; b < first + vcs_; ++b) {
    buffer& x = at(b);
    x.flags &= static_cast<std::uint8_t>(~packet_network::on_hold);
    const std::uint32_t oldest = x.write - x.held;
    for (; x.held != 0; --x.held) {
      tick& taken = stamp(x, x.write - x.held);
      taken = std::max(taken, turn++) + back;
    }
    if ((x.flags & wants_credit) != 0) {
      x.flags &= static_cast<std::uint8_t>(~wants_credit);
      wake_owner(topology_.destination_router(terminal), topology_.ejection_port(terminal),
                 b - output.first_next, stamp(x, oldest));
    }
  }
}

}  // namespace mimd::noc
