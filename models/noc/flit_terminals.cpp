#include "noc/flit_terminals.h"

#include <stdexcept>
#include <string>

namespace mimd::noc {

namespace {

bool set_bit(std::vector<std::uint64_t>& bits, std::uint32_t i) {
  const auto bit = std::uint64_t{1} << (i % 64);
  if (bits[i / 64] & bit) return false;
  bits[i / 64] |= bit;
  return true;
}

void clear_bit(std::vector<std::uint64_t>& bits, std::uint32_t i) {
  bits[i / 64] &= ~(std::uint64_t{1} << (i % 64));
}

}  // namespace

flit_terminals::flit_terminals(const topology& t, const routing& r, const flit_layout& layout,
                               flit_routers& routers, flit_wires& wires, std::vector<channel_load>& loads,
                               random_generator& random)
    : topology_(t),
      routing_(r),
      layout_(layout),
      routers_(routers),
      wires_(wires),
      loads_(loads),
      random_(random),
      lanes_(std::size_t{t.terminals()} * layout.virtual_networks),
      credits_(std::size_t{t.terminals()} * layout.all_vcs, layout.depth),
      arrivals_(credits_.size()),
      sending_((t.terminals() + 63) / 64, 0),
      ejecting_(sending_.size(), 0) {
  for (std::uint32_t i = 0; i < t.terminals(); ++i) {
    terminal x;
    x.injection = t.injection(i);
    x.ejection = t.ejection(i);
    x.to = routers.first_input(x.injection);
    x.credit_to = routers.first_output(x.ejection);
    x.injection_delay = t.channels()[x.injection].cycles + 1;
    x.credit_delay = t.channels()[x.ejection].cycles + 1 + layout.credit_cycles;
    terminals_.push_back(x);
  }
}

void flit_terminals::set_sending(std::uint32_t t) {
  if (set_bit(sending_, t)) ++sending_count_;
}

void flit_terminals::set_ejecting(std::uint32_t t) {
  if (set_bit(ejecting_, t)) ++ejecting_count_;
}

void flit_terminals::send(packet& p, cycle now) {
  if (p.source >= terminals_.size() || p.destination >= terminals_.size() || p.flits == 0 ||
      p.virtual_network >= layout_.virtual_networks)
    throw std::invalid_argument(
        "a packet of " + std::to_string(p.flits) + " flits from terminal " + std::to_string(p.source) +
        " to " + std::to_string(p.destination) + " on virtual network " + std::to_string(p.virtual_network) +
        " does not fit a network of " + std::to_string(terminals_.size()) + " terminals and " +
        std::to_string(layout_.virtual_networks) + " virtual networks");
  if (p.companions != nullptr) routers_.check_multicast(p);
  for (packet* m = &p; m != nullptr; m = m->companions) {
    m->created = now;
    m->hops = 0;
    ++packets_inside_;
  }
  p.next = nullptr;
  auto& l = lanes_[p.source * layout_.virtual_networks + p.virtual_network];
  if (l.first) {
    l.last->next = &p;
    l.last = &p;
    return;
  }
  l.first = l.last = &p;
  set_sending(p.source);
  if (terminals_[p.source].injected != now) new_.push_back(p.source);
}

void flit_terminals::credit(flit_place at) {
  ++credits_[at];
  const auto t = at / layout_.all_vcs;
  for (std::uint32_t n = 0; n < layout_.virtual_networks; ++n)
    if (lanes_[t * layout_.virtual_networks + n].first) set_sending(t);
}

void flit_terminals::prepare(lane& l, std::uint32_t virtual_network) {
  packet& p = *l.first;
  route_candidate range;
  if (layout_.ordered[virtual_network]) {  // the same way for every packet of the flow
    p.route = routing_.begin_flow(p.source, p.destination);
    range = routing_.injection(p.source, p.destination, p.route);
    range.first_vc = flow_vc(range, flow_hash(p.source, p.destination));
    range.vcs = 1;
  } else if (p.companions != nullptr) {
    for (packet* m = &p; m != nullptr; m = m->companions)
      m->route = routing_.begin_flow(m->source, m->destination);
    range = routing_.injection(p.source, p.destination, p.route);
  } else {
    p.route = routing_.begin(p.source, p.destination, random_);
    range = routing_.injection(p.source, p.destination, p.route);
  }
  l.first_vc = virtual_network * layout_.vcs + range.first_vc;
  l.vcs = range.vcs;
}

void flit_terminals::choose_vc(std::uint32_t t, lane& l) {
  const auto* credits = credits_.data() + std::size_t{t} * layout_.all_vcs;
  // A range that does not contain the last one used starts at its first, and stays there until that is free.
  if (l.last_vc < l.first_vc || l.last_vc >= l.first_vc + l.vcs) {
    if (credits[l.first_vc] > 0) l.vc = l.first_vc;
    return;
  }
  for (std::uint32_t i = 1; i <= l.vcs; ++i) {
    const auto vc = l.first_vc + (l.last_vc - l.first_vc + i) % l.vcs;
    if (credits[vc] == 0) continue;
    l.vc = vc;
    return;
  }
}

bool flit_terminals::inject(std::uint32_t t, cycle now) {
  auto& x = terminals_[t];
  const auto networks = layout_.virtual_networks;
  auto* const lanes = lanes_.data() + std::size_t{t} * networks;
  auto* const credits = credits_.data() + std::size_t{t} * layout_.all_vcs;
  lane* chosen = nullptr;
  for (std::uint32_t i = 1; i <= networks; ++i) {
    const auto n = x.turn + i >= networks ? x.turn + i - networks : x.turn + i;
    auto& l = lanes[n];
    if (!l.first || (chosen && chosen->first->priority >= l.first->priority)) continue;
    if (l.vcs == 0) prepare(l, n);
    if (l.vc == no_vc) choose_vc(t, l);
    if (l.vc != no_vc && credits[l.vc] > 0) chosen = &l;
  }
  if (!chosen) return false;

  auto& l = *chosen;
  packet& p = *l.first;
  const bool head = l.sent == 0;
  const bool tail = ++l.sent == p.flits;
  wires_.flits.put(now + x.injection_delay,
                   {flit(p, head, tail), x.to + l.vc, head ? routers_.look_ahead(x.to + l.vc, p) : 0});
  --credits[l.vc];
  x.turn = p.virtual_network;
  x.injected = now;
  auto& load = loads_[x.injection];
  ++load.flits;
  if (head) {
    p.injected = now;
    p.flit_cycles = 0;
    p.flit_latencies = nullptr;
    if (!tail) times_.take(p);
    l.last_vc = l.vc;
  }
  p.flit_cycles -= now;  // and plus the cycle in which it arrives
  if (p.flit_latencies) p.flit_latencies[l.sent - 1] = static_cast<std::uint32_t>(now);
  if (tail) {
    ++load.packets;
    l.first = p.next;
    l.sent = 0;
    l.vc = no_vc;
    l.vcs = 0;
    p.next = nullptr;
    if (!l.first) {
      for (std::uint32_t n = 0; n < networks; ++n)
        if (lanes[n].first) return true;
      return false;
    }
  }
  return true;
}

void flit_terminals::inject(cycle now) {
  for (std::size_t w = 0; w < sending_.size(); ++w)
    for (auto bits = sending_[w]; bits; bits &= bits - 1) {
      const auto t = static_cast<std::uint32_t>(w * 64) + static_cast<std::uint32_t>(__builtin_ctzll(bits));
      if (!inject(t, now)) {
        clear_bit(sending_, t);
        --sending_count_;
      }
    }
  new_.clear();
}

void flit_terminals::inject_new(cycle now) {
  for (const auto t : new_) {
    if (terminals_[t].injected == now) continue;
    if (!inject(t, now)) {
      clear_bit(sending_, t);
      --sending_count_;
    }
  }
  new_.clear();
}

void flit_terminals::take(std::uint32_t t, std::uint32_t vc, flit f, cycle now) {
  wires_.credits.put(now + terminals_[t].credit_delay, terminals_[t].credit_to + vc);
  packet& p = f.owner();
  auto& a = arrivals_[std::size_t{t} * layout_.all_vcs + vc];
  if (f.head() && !a.what) a.what = &p;
  if (a.what != &p || f.head() != (a.flits == 0) || f.tail() != (++a.flits == p.flits) || p.destination != t)
    throw std::logic_error("flits of packet " + std::to_string(p.id) + " are out of order at terminal t" +
                           std::to_string(t));
  p.flit_cycles += now;
  if (f.head() && !f.tail() && !p.flit_latencies) {  // a copy of a multicast
    times_.take(p);
    for (std::uint32_t i = 0; i < p.flits; ++i)
      p.flit_latencies[i] = static_cast<std::uint32_t>(p.injected + i);
  }
  if (p.flit_latencies) {
    auto& latency = p.flit_latencies[a.flits - 1];
    latency = static_cast<std::uint32_t>(now) - latency;
  }
  if (!f.tail()) return;
  a = arrival();
  p.arrived = now;
  --packets_inside_;
  const auto room = p.flit_latencies;  // the receiver may send p again
  const auto flits = p.flits;
  if (receiver_) receiver_->packet_arrived(p);
  if (room) times_.give_back(room, flits);
}

void flit_terminals::receive(flit_place at, flit f, cycle now) {
  const auto t = at / layout_.all_vcs;
  const auto vc = at % layout_.all_vcs;
  if (backlogs_.empty() ||
      (backlogs_[t].flits == 0 && !held_[t * layout_.virtual_networks + vc / layout_.vcs])) {
    take(t, vc, f, now);
    return;
  }
  auto& b = backlogs_[t];
  b.buffers[vc * layout_.depth + (b.first[vc] + b.count[vc]) % layout_.depth] = f;
  ++b.count[vc];
  ++b.flits;
  if (!held_[t * layout_.virtual_networks + vc / layout_.vcs]) set_ejecting(t);
}

void flit_terminals::eject(std::uint32_t t, cycle now) {
  auto& b = backlogs_[t];
  for (std::uint32_t i = 1; i <= layout_.all_vcs; ++i) {
    const auto vc = (b.turn + i) % layout_.all_vcs;
    if (b.count[vc] == 0 || held_[t * layout_.virtual_networks + vc / layout_.vcs]) continue;
    const auto f = b.buffers[vc * layout_.depth + b.first[vc]];
    b.first[vc] = (b.first[vc] + 1) % layout_.depth;
    --b.count[vc];
    --b.flits;
    b.turn = vc;
    take(t, vc, f, now);
    return;
  }
  clear_bit(ejecting_, t);
  --ejecting_count_;
}

void flit_terminals::eject(cycle now) {
  if (ejecting_count_ == 0) return;
  for (std::size_t w = 0; w < ejecting_.size(); ++w)
    for (auto bits = ejecting_[w]; bits; bits &= bits - 1)
      eject(static_cast<std::uint32_t>(w * 64) + static_cast<std::uint32_t>(__builtin_ctzll(bits)), now);
}

void flit_terminals::hold(std::uint32_t t, std::uint32_t virtual_network) {
  if (backlogs_.empty()) {
    held_.resize(lanes_.size(), false);
    backlogs_.resize(terminals_.size());
    for (auto& b : backlogs_) {
      b.buffers.resize(std::size_t{layout_.all_vcs} * layout_.depth);
      b.first.resize(layout_.all_vcs, 0);
      b.count.resize(layout_.all_vcs, 0);
    }
  }
  held_.at(std::size_t{t} * layout_.virtual_networks + virtual_network) = true;
}

void flit_terminals::release(std::uint32_t t, std::uint32_t virtual_network) {
  if (backlogs_.empty()) return;
  held_.at(std::size_t{t} * layout_.virtual_networks + virtual_network) = false;
  if (backlogs_[t].flits > 0) set_ejecting(t);
}

void flit_terminals::check_drained() const {
  for (std::uint32_t t = 0; t < terminals_.size(); ++t) {
    const auto name = "terminal t" + std::to_string(t);
    for (std::uint32_t n = 0; n < layout_.virtual_networks; ++n)
      if (lanes_[t * layout_.virtual_networks + n].first)
        throw std::logic_error(name + ": packets left in the source queue of virtual network " +
                               std::to_string(n));
    for (std::uint32_t vc = 0; vc < layout_.all_vcs; ++vc)
      if (credits_[t * layout_.all_vcs + vc] != layout_.depth)
        throw std::logic_error(name + ", virtual channel " + std::to_string(vc) + ": " +
                               std::to_string(credits_[t * layout_.all_vcs + vc]) + " of " +
                               std::to_string(layout_.depth) + " credits at home");
    if (!backlogs_.empty() && backlogs_[t].flits > 0)
      throw std::logic_error(name + ": " + std::to_string(backlogs_[t].flits) + " flits not taken");
  }
  if (packets_inside_ != 0)
    throw std::logic_error(std::to_string(packets_inside_) + " packets still inside the network");
}

}  // namespace mimd::noc
