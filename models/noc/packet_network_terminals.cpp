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
  p.created = now_;
  p.hops = 0;
  p.route = ordered ? routing_.begin_flow(p.source, p.destination)
                    : routing_.begin(p.source, p.destination, random_);
  if (p.priority != 0) priorities_ = true;
  ++inside_;
  source& s = sources_[p.source * virtual_networks_ + p.virtual_network];
  s.queue.push(p);
  wake_source(p.source, present());
}

void packet_network::run_source(std::uint32_t terminal, tick t) {
  if (virtual_networks_ == 1)
    send_alone(terminal, sources_[terminal], t);
  else
    send_in_turn(terminal, t);
}

// With one virtual network nobody can come between the flits of a packet: as many as have credits, or will
// have by a known time, are sent at once.
void packet_network::send_alone(std::uint32_t terminal, source& s, tick t) {
  if (t < s.free_at) {
    wake_source(terminal, s.free_at);
    return;
  }
  tick retry = never;
  if (s.current == nullptr) {
    if (s.queue.first == nullptr) return;
    const std::uint32_t vc = choose_channel(terminal, 0, s, t, retry);
    if (vc == no_channel) {
      if (retry != never) wake_source(terminal, retry);
      return;
    }
    start_packet(terminal, vc, s, t++);
  }
  const tick flight = topology_.channels()[topology_.injection(terminal)].cycles + 1;
  for (; s.remaining != 0; --s.remaining) {
    retry = never;
    if (!has_slot(s.buffer, terminal, t, retry)) {
      if (retry == never) {  // woken by the credit
        s.free_at = t;
        return;
      }
      t = retry;
    }
    put_flit(s.buffer, t++ + flight);
  }
  s.current = nullptr;
  s.free_at = t;
  if (s.queue.first != nullptr) wake_source(terminal, t);
}

// One flit a cycle from the virtual networks in turn, larger priorities first.
void packet_network::send_in_turn(std::uint32_t terminal, tick t) {
  source* const all = &sources_[terminal * virtual_networks_];
  tick retry = never;
  std::uint32_t chosen = no_channel;
  std::uint32_t chosen_vc = no_channel;
  int best = -1;
  for (std::uint32_t i = 1; i <= virtual_networks_; ++i) {
    const std::uint32_t vn = (last_sender_[terminal] + i) % virtual_networks_;
    source& s = all[vn];
    const packet* const p = s.current != nullptr ? s.current : s.queue.first;
    if (p == nullptr || p->priority <= best) continue;
    std::uint32_t vc = no_channel;
    if (s.current != nullptr) {
      if (!has_slot(s.buffer, terminal, t, retry)) continue;
    } else {
      vc = choose_channel(terminal, vn, s, t, retry);
      if (vc == no_channel) continue;
    }
    best = p->priority;
    chosen = vn;
    chosen_vc = vc;
  }
  if (chosen == no_channel) {
    if (retry != never) wake_source(terminal, retry);
    return;
  }
  source& s = all[chosen];
  if (s.current == nullptr) {
    start_packet(terminal, chosen_vc, s, t);
  } else {
    put_flit(s.buffer, t + topology_.channels()[topology_.injection(terminal)].cycles + 1);
    --s.remaining;
  }
  if (s.remaining == 0) s.current = nullptr;
  last_sender_[terminal] = chosen;
  for (std::uint32_t vn = 0; vn < virtual_networks_; ++vn) {
    if (all[vn].current == nullptr && all[vn].queue.first == nullptr) continue;
    wake_source(terminal, t + 1);
    return;
  }
}

// Whether `b` has a slot for a flit sent at t. If not: `retry` is lowered to when it has one, if that is
// known; else its owner will be woken.
bool packet_network::has_slot(std::uint32_t b, std::uint32_t owner, tick t, tick& retry) {
  buffer& x = buffers_[b];
  if (x.held == slots_) {
    x.flags |= wants_credit;
    x.owner = owner;
    return false;
  }
  const tick credit = stamps_[std::size_t{b} * slots_ + x.write];
  if (credit <= t) return true;
  retry = std::min(retry, credit);
  return false;
}

// In turn among those the routing permits; the first with a slot.
std::uint32_t packet_network::choose_channel(std::uint32_t terminal, std::uint32_t vn, const source& s,
                                             tick t, tick& retry) {
  const packet& p = *s.queue.first;
  route_candidate range = routing_.injection(p.source, p.destination, p.route);
  if (ordered_[vn]) {
    range.first_vc = flow_vc(range, flow_hash(p.source, p.destination));
    range.vcs = 1;
  }
  const channel& c = topology_.channels()[topology_.injection(terminal)];
  const std::uint32_t first = routers_[c.to.index].first_buffer + c.to.port * channels_;
  const std::uint32_t low = range.first_vc + vn * vcs_;
  const bool inside = s.last_vc >= low && s.last_vc < low + range.vcs;
  for (std::uint32_t i = 0; i < range.vcs; ++i) {
    const std::uint32_t vc = low + (inside ? (s.last_vc - low + 1 + i) % range.vcs : i);
    if (has_slot(first + vc, terminal, t, retry)) return vc;
  }
  return no_channel;
}

void packet_network::start_packet(std::uint32_t terminal, std::uint32_t vc, source& s, tick t) {
  const std::uint32_t number = topology_.injection(terminal);
  const channel& c = topology_.channels()[number];
  packet& p = *s.queue.pop();
  p.injected = absolute(t);
  s.current = &p;
  s.remaining = p.flits - 1;
  s.buffer = routers_[c.to.index].first_buffer + c.to.port * channels_ + vc;
  s.last_vc = vc;
  ++loads_[number].packets;
  loads_[number].flits += p.flits;
  put_flit(s.buffer, t + c.cycles + 1);
  enter(s.buffer, p, p.flits, t + c.cycles + 1);
}

void packet_network::schedule_delivery(packet& p, tick t) {
  p.arrived = absolute(t);
  const tick slot = std::min(t, present() + wake_ring::slots - 1) % wake_ring::slots;
  deliveries_[slot].push(p);
  deliveries_due_ |= std::uint64_t{1} << slot;
}

void packet_network::deliver(tick t) {
  const std::uint64_t bit = std::uint64_t{1} << (t % wake_ring::slots);
  if ((deliveries_due_ & bit) == 0) return;
  deliveries_due_ &= ~bit;
  fifo due = deliveries_[t % wake_ring::slots];
  deliveries_[t % wake_ring::slots] = {};
  while (due.first != nullptr) {
    packet& p = *due.pop();
    source& s = sources_[p.destination * virtual_networks_ + p.virtual_network];
    if (p.arrived != now_) {  // farther away than the ring is long
      schedule_delivery(p, static_cast<tick>(p.arrived - base_));
    } else if (s.on_hold) {
      s.arrived.push(p);
    } else {
      --inside_;
      p.flit_cycles = p.flits * (p.arrived - p.injected - (p.flits - 1));
      receiver_->packet_arrived(p);
    }
  }
}

void packet_network::hold(std::uint32_t terminal, std::uint32_t vn) {
  sources_[terminal * virtual_networks_ + vn].on_hold = true;
  const std::uint32_t first = first_ejection_ + terminal * channels_ + vn * vcs_;
  for (std::uint32_t b = first; b < first + vcs_; ++b) buffers_[b].flags |= packet_network::on_hold;
}

// What has come in meanwhile is taken at one flit a cycle from the next cycle on.
void packet_network::release(std::uint32_t terminal, std::uint32_t vn) {
  source& s = sources_[terminal * virtual_networks_ + vn];
  if (!s.on_hold) return;
  rebase_if_late();
  s.on_hold = false;
  for (tick t = present() + 1; s.arrived.first != nullptr; ++t) schedule_delivery(*s.arrived.pop(), t);
  const channel& c = topology_.channels()[topology_.ejection(terminal)];
  const tick credit_back = outputs_[routers_[c.from.index].first_output + c.from.port].credit_back;
  const std::uint32_t first = first_ejection_ + terminal * channels_ + vn * vcs_;
  tick turn = present() + 1;
  for (std::uint32_t b = first; b < first + vcs_; ++b) {
    buffer& x = buffers_[b];
    x.flags &= static_cast<std::uint8_t>(~on_hold);
    const std::uint32_t oldest = (x.write + slots_ - x.held) % slots_;
    tick* const stamps = &stamps_[std::size_t{b} * slots_];
    for (std::uint32_t i = 0; i < x.held; ++i, ++turn) {
      tick& stamp = stamps[(oldest + i) % slots_];
      stamp = std::max(stamp, turn) + credit_back;
    }
    x.held = 0;
    if ((x.flags & wants_credit) != 0) {
      x.flags &= static_cast<std::uint8_t>(~wants_credit);
      activate(x.owner, stamps[oldest]);
    }
  }
}

}  // namespace mimd::noc
