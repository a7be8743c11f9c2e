// The work of a router in a cycle: virtual-channel allocation, switch allocation, traversal.
#include "noc/flit_routers.h"

namespace mimd::noc {

namespace {

std::uint32_t lowest(std::uint64_t bits) {
  return static_cast<std::uint32_t>(__builtin_ctzll(bits));
}

}  // namespace

void flit_routers::evaluate(cycle now) {
  for (std::size_t w = 0; w < active_.size(); ++w)
    for (auto bits = active_[w]; bits; bits &= bits - 1)
      evaluate(static_cast<std::uint32_t>(w * 64) + lowest(bits), now);
}

void flit_routers::evaluate(std::uint32_t number, cycle now) {
  auto& r = routers_[number];
  if (allocations_in_one_cycle_) {
    if (!r.stalled) allocate_vcs(r);
    allocate_switch(r);
  } else {
    allocate_switch(r);  // before those that win a virtual channel in this cycle ask for it
    if (!r.stalled) allocate_vcs(r);
  }
  for (const auto& s : switch_requests_)
    if (s.matched) traverse(r, s.label, now);

  std::uint64_t work = 0;
  for (std::uint32_t w = 0; w < r.words; ++w)
    work |= ready_[r.first_word + w] | (r.stalled ? 0 : waiting_[r.first_word + w]);
  if (work == 0) {
    active_[number / 64] &= ~(std::uint64_t{1} << (number % 64));
    --active_routers_;
  }
}

void flit_routers::allocate_vcs(router& r) {
  vc_requests_.clear();
  for (std::uint32_t w = 0; w < r.words; ++w)
    for (auto bits = waiting_[r.first_word + w]; bits; bits &= bits - 1) {
      const auto local = w * 64 + lowest(bits);
      const auto input = r.first_input + local;
      const auto& v = inputs_[input];
      const auto ask = [&](std::uint32_t port, std::uint64_t wanted, std::uint64_t with_credit) {
        const auto& o = outputs_[port];
        for (auto free = wanted & o.free; free; free &= free - 1) {
          const auto place = o.port * layout_.all_vcs + lowest(free);
          if ((with_credit >> lowest(free) & 1) != 0 && output_vcs_[r.first_output + place].credits == 0)
            continue;
          vc_requests_.push_back({local, place, 0, v.priority, false});
        }
      };
      if (all_candidates_)
        for (const auto& a : alternatives_[input]) ask(a.output, a.wanted, a.with_credit);
      else
        ask(v.output, v.wanted, 0);
    }
  if (vc_requests_.empty()) {
    r.stalled = true;
    return;
  }
  vc_allocator_.allocate(vc_requests_, {vc_grant_.data() + r.first_output, vc_accept_.data() + r.first_input,
                                        r.inputs * layout_.all_vcs, r.outputs * layout_.all_vcs});
  for (const auto& q : vc_requests_)
    if (q.matched)
      allocate_vc(r, r.first_input + q.input, outputs_[r.first_output_port + q.output / layout_.all_vcs],
                  q.output % layout_.all_vcs);
}

void flit_routers::allocate_vc(router& r, flit_place input, const output& o, std::uint32_t vc) {
  auto& v = inputs_[input];
  const auto local = input - r.first_input;
  waiting_[r.first_word + local / 64] &= ~(std::uint64_t{1} << (local % 64));
  v.phase = state::active;
  v.output = r.first_output_port + o.port;
  v.output_port = static_cast<std::uint16_t>(o.port);
  v.taken = r.first_output + o.port * layout_.all_vcs + vc;
  output_vcs_[v.taken].owner = input;
  outputs_[v.output].free &= ~(std::uint64_t{1} << vc);
  if (output_vcs_[v.taken].credits > 0) set_ready(input);
}

void flit_routers::allocate_switch(const router& r) {
  switch_requests_.clear();
  const auto vcs = layout_.all_vcs;
  for (std::uint32_t w = 0; w < r.words; ++w)
    for (auto bits = ready_[r.first_word + w]; bits; bits &= bits - 1) {
      const auto input = r.first_input + w * 64 + lowest(bits);
      const auto& v = inputs_[input];
      // Of the virtual channels of this port that want the same output, the first in the round.
      auto other = switch_requests_.end();
      for (auto q = switch_requests_.end(); q != switch_requests_.begin() && (--q)->input == v.port;)
        if (q->output == v.output_port) other = q;
      if (other == switch_requests_.end()) {
        switch_requests_.push_back({v.port, v.output_port, input, v.priority, false});
        continue;
      }
      const auto round = vc_round_[r.first_input_port + v.port];
      const auto place_of = [&](std::uint32_t vc) { return vc >= round ? vc - round : vc + vcs - round; };
      if (v.priority > other->priority ||
          (v.priority == other->priority && place_of(v.vc) < place_of(inputs_[other->label].vc))) {
        other->label = input;
        other->priority = v.priority;
      }
    }
  if (switch_requests_.empty()) return;
  switch_allocator_.allocate(
      switch_requests_, {port_grant_.data() + r.first_output_port, port_accept_.data() + r.first_input_port,
                         r.inputs, r.outputs});
}

void flit_routers::traverse(router& r, flit_place input, cycle now) {
  auto& v = inputs_[input];
  const auto f = buffers_[std::size_t{input} * layout_.depth + v.first];
  v.first = v.first + 1 == layout_.depth ? 0 : v.first + 1;
  --v.count;
  vc_round_[r.first_input_port + v.port] = v.vc + 1u == layout_.all_vcs ? 0 : v.vc + 1u;
  if (v.credit_to != nobody) wires_.credits.put(now + v.credit_delay, v.credit_to);

  auto& o = outputs_[v.output];
  auto& taken = output_vcs_[v.taken];
  const auto vc = v.taken - r.first_output - v.output_port * layout_.all_vcs;
  --taken.credits;
  const auto to = o.to + vc;
  const bool routed = f.head() && !(to & flit_terminal);
  wires_.flits.put(now + o.delay, {f, to, routed ? look_ahead(to, f.owner()) : 0});
  auto& load = loads_[o.channel];
  ++load.flits;
  if (f.tail()) {
    ++load.packets;
    taken.owner = nobody;
    o.free |= std::uint64_t{1} << vc;
    r.stalled = false;
    v.phase = state::idle;
    clear_ready(input);
    if (!forks_.empty())
      branch_left(input, now);
    else if (v.count > 0)
      start(input, now + 1);
  } else if (v.count == 0 || taken.credits == 0) {
    clear_ready(input);
  }
}

}  // namespace mimd::noc
