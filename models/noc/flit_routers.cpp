#include "noc/flit_routers.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace mimd::noc {

namespace {

constexpr flit_place nobody = 0xffffffffu;

std::uint32_t largest_ports(const topology& t, bool inputs) {
  std::size_t result = 1;
  for (std::uint32_t r = 0; r < t.routers(); ++r)
    result = std::max(result, inputs ? t.inputs(r).size() : t.outputs(r).size());
  return static_cast<std::uint32_t>(result);
}

std::uint32_t lowest(std::uint64_t bits) {
  return static_cast<std::uint32_t>(__builtin_ctzll(bits));
}

}  // namespace

flit_routers::flit_routers(const topology& t, const routing& r, const network_parameters& parameters,
                           const flit_layout& layout, flit_wires& wires, std::vector<channel_load>& loads,
                           random_generator& random)
    : topology_(t),
      routing_(r),
      layout_(layout),
      wires_(wires),
      loads_(loads),
      random_(random),
      all_candidates_(!r.escape_vcs().empty()),
      routing_cycles_(parameters.router_cycles > 3 ? parameters.router_cycles - 3 : 0),
      allocations_in_one_cycle_(parameters.router_cycles < 3),
      first_input_(t.channels().size(), 0),
      first_output_(t.channels().size(), 0),
      active_((t.routers() + 63) / 64, 0),
      vc_allocator_(largest_ports(t, true) * layout.all_vcs, largest_ports(t, false) * layout.all_vcs,
                    parameters.allocator_iterations),
      switch_allocator_(largest_ports(t, true), largest_ports(t, false), parameters.allocator_iterations) {
  const auto vcs = layout_.all_vcs;
  const std::uint32_t traversal = parameters.router_cycles > 1 ? 1 : 0;
  const auto all = vcs == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << vcs) - 1;
  for (std::uint32_t i = 0; i < t.routers(); ++i) {
    router now;
    now.first_input = static_cast<flit_place>(inputs_.size());
    now.first_output = static_cast<flit_place>(output_vcs_.size());
    now.first_input_port = static_cast<std::uint32_t>(vc_round_.size());
    now.first_output_port = static_cast<std::uint32_t>(outputs_.size());
    now.inputs = static_cast<std::uint32_t>(t.inputs(i).size());
    now.outputs = static_cast<std::uint32_t>(t.outputs(i).size());
    now.first_word = static_cast<std::uint32_t>(ready_.size());
    now.words = (now.inputs * vcs + 63) / 64;
    for (std::uint32_t port = 0; port < now.inputs; ++port) {
      first_input_[t.inputs(i)[port]] = static_cast<flit_place>(inputs_.size());
      for (std::uint32_t vc = 0; vc < vcs; ++vc) {
        input_vc v;
        v.router = i;
        v.port = static_cast<std::uint16_t>(port);
        v.vc = static_cast<std::uint8_t>(vc);
        inputs_.push_back(v);
      }
      vc_round_.push_back(0);
    }
    for (const auto c : t.outputs(i)) {
      output o;
      first_output_[c] = static_cast<flit_place>(output_vcs_.size());
      o.free = all;
      o.channel = c;
      o.delay = traversal + t.channels()[c].cycles + 1;
      o.port = static_cast<std::uint32_t>(outputs_.size()) - now.first_output_port;
      outputs_.push_back(o);
      for (std::uint32_t vc = 0; vc < vcs; ++vc) output_vcs_.push_back({nobody, layout_.depth});
    }
    ready_.resize(ready_.size() + now.words, 0);
    routers_.push_back(now);
  }
  waiting_.resize(ready_.size(), 0);
  buffers_.resize(inputs_.size() * layout_.depth);
  if (all_candidates_) alternatives_.resize(inputs_.size());
  vc_grant_.resize(output_vcs_.size(), 0);
  vc_accept_.resize(inputs_.size(), 0);
  port_grant_.resize(outputs_.size(), 0);
  port_accept_.resize(vc_round_.size(), 0);

  for (auto& o : outputs_) {
    const auto& to = t.channels()[o.channel].to;
    o.to = to.is_terminal ? flit_terminal | (to.index * vcs) : first_input_[o.channel];
  }
  for (std::uint32_t c = 0; c < t.channels().size(); ++c) {
    const auto& line = t.channels()[c];
    if (line.to.is_terminal) continue;
    const auto back = line.from.is_terminal ? flit_terminal | (line.from.index * vcs) : first_output_[c];
    const auto delay = line.cycles + 1 + (line.from.is_terminal ? 0 : layout_.credit_cycles);
    for (std::uint32_t vc = 0; vc < vcs; ++vc) {
      inputs_[first_input_[c] + vc].credit_to = back + vc;
      inputs_[first_input_[c] + vc].credit_delay = static_cast<std::uint16_t>(delay);
    }
  }
}

void flit_routers::activate(std::uint32_t r) {
  auto& word = active_[r / 64];
  const auto bit = std::uint64_t{1} << (r % 64);
  if (!(word & bit)) {
    word |= bit;
    ++active_routers_;
  }
}

void flit_routers::set_ready(flit_place input) {
  const auto& v = inputs_[input];
  const auto& r = routers_[v.router];
  const auto local = input - r.first_input;
  ready_[r.first_word + local / 64] |= std::uint64_t{1} << (local % 64);
  activate(v.router);
}

void flit_routers::clear_ready(flit_place input) {
  const auto& r = routers_[inputs_[input].router];
  const auto local = input - r.first_input;
  ready_[r.first_word + local / 64] &= ~(std::uint64_t{1} << (local % 64));
}

void flit_routers::wait(flit_place input) {
  const auto& v = inputs_[input];
  auto& r = routers_[v.router];
  const auto local = input - r.first_input;
  waiting_[r.first_word + local / 64] |= std::uint64_t{1} << (local % 64);
  r.stalled = false;
  activate(v.router);
}

void flit_routers::receive(flit_place input, flit f, cycle now) {
  auto& v = inputs_[input];
  auto at = v.first + v.count;
  if (at >= layout_.depth) at -= layout_.depth;
  buffers_[std::size_t{input} * layout_.depth + at] = f;
  ++v.count;
  if (v.phase == state::idle)
    start(input, now);
  else if (v.phase == state::active && v.count == 1 && output_vcs_[v.taken].credits > 0)
    set_ready(input);
}

void flit_routers::credit(flit_place of) {
  auto& o = output_vcs_[of];
  if (o.credits++ == 0 && o.owner != nobody && inputs_[o.owner].count > 0) set_ready(o.owner);
}

std::uint64_t flit_routers::wanted_vcs(const packet& p, const route_candidate& c) const {
  const auto first = p.virtual_network * layout_.vcs + c.first_vc;
  if (layout_.ordered[p.virtual_network])
    return std::uint64_t{1} << (first - c.first_vc + flow_vc(c, flow_hash(p.source, p.destination)));
  return (c.vcs == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << c.vcs) - 1) << first;
}

void flit_routers::start(flit_place input, cycle from) {
  auto& v = inputs_[input];
  packet& p = buffers_[std::size_t{input} * layout_.depth + v.first].owner();
  v.phase = state::waiting;
  v.priority = p.priority;
  ++p.hops;
  choose(v, input, p);
  if (routing_cycles_ > 0)
    wires_.routed.put(from + routing_cycles_, input);
  else
    wait(input);
}

void flit_routers::choose(input_vc& v, flit_place input, packet& p) {
  routing_.candidates({v.router, v.port, v.vc % layout_.vcs, p.destination}, p.route, candidates_);
  const auto first = routers_[v.router].first_output_port;
  if (all_candidates_) {
    auto& list = alternatives_[input];
    list.clear();
    for (const auto& c : candidates_) {
      const auto same = std::find_if(list.begin(), list.end(),
                                     [&](const alternative& a) { return a.output == first + c.output; });
      if (same == list.end())
        list.push_back({first + c.output, wanted_vcs(p, c)});
      else
        same->wanted |= wanted_vcs(p, c);
    }
    v.output = list.front().output;
    v.wanted = list.front().wanted;
    return;
  }
  std::uint32_t best = 0;
  if (candidates_.size() > 1) {
    {
      std::uint64_t best_value = 0;
      std::uint32_t equals = 0;
      for (std::uint32_t i = 0; i < candidates_.size(); ++i) {
        const auto& c = candidates_[i];
        const auto base = routers_[v.router].first_output + c.output * layout_.all_vcs +
                          p.virtual_network * layout_.vcs + c.first_vc;
        std::uint64_t credits = 0;
        for (std::uint32_t vc = 0; vc < c.vcs; ++vc) credits += output_vcs_[base + vc].credits;
        const auto value = (std::uint64_t{c.rank} << 32) + credits;
        if (i == 0 || value > best_value) {
          best = i;
          best_value = value;
          equals = 1;
        } else if (value == best_value && random_.below(++equals) == 0) {
          best = i;
        }
      }
    }
  }
  v.output = first + candidates_[best].output;
  v.wanted = wanted_vcs(p, candidates_[best]);
}

void flit_routers::check_drained() const {
  const auto say = [](const std::string& what, const input_vc& v) {
    throw std::logic_error("router r" + std::to_string(v.router) + ", input " + std::to_string(v.port) +
                           ", virtual channel " + std::to_string(v.vc) + ": " + what);
  };
  for (const auto& v : inputs_) {
    if (v.count != 0) say(std::to_string(v.count) + " flits left in the buffer", v);
    if (v.phase != state::idle) say("still holds a virtual channel", v);
  }
  for (std::uint32_t o = 0; o < outputs_.size(); ++o)
    for (std::uint32_t vc = 0; vc < layout_.all_vcs; ++vc) {
      const auto& state_of = output_vcs_[std::size_t{o} * layout_.all_vcs + vc];
      if (state_of.credits != layout_.depth || state_of.owner != nobody || !(outputs_[o].free >> vc & 1))
        throw std::logic_error("channel " + topology_.name(topology_.channels()[outputs_[o].channel]) +
                               ", virtual channel " + std::to_string(vc) + ": " +
                               std::to_string(state_of.credits) + " of " + std::to_string(layout_.depth) +
                               " credits at home");
    }
}

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
      const auto ask = [&](std::uint32_t port, std::uint64_t wanted) {
        const auto& o = outputs_[port];
        for (auto free = wanted & o.free; free; free &= free - 1)
          vc_requests_.push_back({local, o.port * layout_.all_vcs + lowest(free), 0, v.priority, false});
      };
      if (all_candidates_)
        for (const auto& a : alternatives_[input]) ask(a.output, a.wanted);
      else
        ask(v.output, v.wanted);
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
  wires_.credits.put(now + v.credit_delay, v.credit_to);

  auto& o = outputs_[v.output];
  auto& taken = output_vcs_[v.taken];
  const auto vc = v.taken - r.first_output - v.output_port * layout_.all_vcs;
  --taken.credits;
  wires_.flits.put(now + o.delay, {f, o.to + vc});
  auto& load = loads_[o.channel];
  ++load.flits;
  if (f.tail()) {
    ++load.packets;
    taken.owner = nobody;
    o.free |= std::uint64_t{1} << vc;
    r.stalled = false;
    v.phase = state::idle;
    clear_ready(input);
    if (v.count > 0) start(input, now + 1);
  } else if (v.count == 0 || taken.credits == 0) {
    clear_ready(input);
  }
}

}  // namespace mimd::noc
