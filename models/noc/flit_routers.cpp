#include "noc/flit_routers.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace mimd::noc {

namespace {

std::uint32_t replicas_of(const multicast& m, const topology& t, std::uint32_t router) {
  return m.replicas(static_cast<std::uint32_t>(t.outputs(router).size()));
}

std::uint32_t most_inputs(const multicast& m, const topology& t) {
  std::size_t result = 1;
  for (std::uint32_t r = 0; r < t.routers(); ++r)
    result = std::max(result, t.inputs(r).size() * (1 + replicas_of(m, t, r)));
  return static_cast<std::uint32_t>(result);
}

std::uint32_t most_outputs(const topology& t) {
  std::size_t result = 1;
  for (std::uint32_t r = 0; r < t.routers(); ++r) result = std::max(result, t.outputs(r).size());
  return static_cast<std::uint32_t>(result);
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
      multicast_(t, r, parameters),
      all_candidates_(!r.escape_vcs().empty()),
      looks_ahead_(!all_candidates_ && !r.deterministic() && parameters.router_cycles <= 3),
      routing_cycles_(parameters.router_cycles > 3 ? parameters.router_cycles - 3 : 0),
      allocations_in_one_cycle_(parameters.router_cycles < 3),
      first_input_(t.channels().size(), 0),
      first_output_(t.channels().size(), 0),
      active_((t.routers() + 63) / 64, 0),
      vc_allocator_(most_inputs(multicast_, t) * layout.all_vcs, most_outputs(t) * layout.all_vcs,
                    parameters.allocator_iterations),
      switch_allocator_(most_inputs(multicast_, t), most_outputs(t), parameters.allocator_iterations) {
  const auto vcs = layout_.all_vcs;
  const std::uint32_t traversal = parameters.router_cycles > 1 ? 1 : 0;
  const auto all = vcs == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << vcs) - 1;
  for (std::uint32_t i = 0; i < t.routers(); ++i) {
    if (routing_cycles_ > 0) routing_units_.emplace_back();
    router now;
    now.first_input = static_cast<flit_place>(inputs_.size());
    now.first_output = static_cast<flit_place>(output_vcs_.size());
    now.first_input_port = static_cast<std::uint32_t>(vc_round_.size());
    now.first_output_port = static_cast<std::uint32_t>(outputs_.size());
    const auto links = static_cast<std::uint32_t>(t.inputs(i).size());
    now.replicas = replicas_of(multicast_, t, i);
    now.inputs = links * (1 + now.replicas);
    now.outputs = static_cast<std::uint32_t>(t.outputs(i).size());
    now.first_word = static_cast<std::uint32_t>(ready_.size());
    now.words = (now.inputs * vcs + 63) / 64;
    for (std::uint32_t port = 0; port < now.inputs; ++port) {
      if (port < links) first_input_[t.inputs(i)[port]] = static_cast<flit_place>(inputs_.size());
      for (std::uint32_t vc = 0; vc < vcs; ++vc) {
        input_vc v;
        v.router = i;
        v.port = static_cast<std::uint16_t>(port);
        v.vc = static_cast<std::uint8_t>(vc);
        v.credit_to = nobody;
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
      for (std::uint32_t vc = 0; vc < vcs; ++vc) output_vcs_.push_back({nobody, layout_.depth, i});
    }
    ready_.resize(ready_.size() + now.words, 0);
    routers_.push_back(now);
  }
  waiting_.resize(ready_.size(), 0);
  buffers_.resize(inputs_.size() * layout_.depth);
  if (looks_ahead_) choices_.resize(buffers_.size(), 0);
  if (all_candidates_) alternatives_.resize(inputs_.size());
  if (multicast_.allowed()) {
    forks_.resize(inputs_.size());
    leaders_.resize(inputs_.size());
    for (flit_place input = 0; input < inputs_.size(); ++input) {
      const auto& v = inputs_[input];
      const auto& here = routers_[v.router];
      const auto links = here.inputs / (1 + here.replicas);
      parents_.push_back(v.port < links ? input
                                        : here.first_input + (v.port - links) / here.replicas * vcs + v.vc);
    }
  }
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
      inputs_[first_input_[c] + vc].credit_delay = delay;
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

void flit_routers::receive(flit_place input, flit f, std::uint32_t choice, cycle now) {
  auto& v = inputs_[input];
  auto at = v.first + v.count;
  if (at >= layout_.depth) at -= layout_.depth;
  buffers_[std::size_t{input} * layout_.depth + at] = f;
  if (looks_ahead_) choices_[std::size_t{input} * layout_.depth + at] = choice;
  ++v.count;
  if (!forks_.empty() && forks_[input].flits != 0) feed(input, f);
  if (v.phase == state::idle && (forks_.empty() || forks_[input].open == 0))
    start(input, now);
  else if (v.phase == state::active && v.count == 1 && output_vcs_[v.taken].credits > 0)
    set_ready(input);
}

void flit_routers::credit(flit_place of) {
  auto& o = output_vcs_[of];
  if (o.credits++ != 0) return;
  if (o.owner == nobody) {
    if (!all_candidates_) return;
    routers_[o.router].stalled = false;
    activate(o.router);
  } else if (inputs_[o.owner].count > 0) {
    set_ready(o.owner);
  }
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
  if (p.companions != nullptr)
    fork_set(input, p, from);
  else
    choose(v, input, p);
  route_or_wait(input, from);
}

void flit_routers::route_or_wait(flit_place input, cycle from) {
  if (routing_cycles_ > 0)
    wires_.routed.put(routing_units_[inputs_[input].router].routed(from, routing_cycles_), input);
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
      const auto wanted = wanted_vcs(p, c);
      const auto with_credit = c.rank != 0 ? wanted : 0;
      if (same == list.end()) {
        list.push_back({first + c.output, wanted, with_credit});
      } else {
        same->wanted |= wanted;
        same->with_credit |= with_credit;
      }
    }
    v.output = list.front().output;
    v.wanted = list.front().wanted;
    return;
  }
  const auto best = candidates_.size() == 1 ? 0
                    : looks_ahead_          ? choices_[std::size_t{input} * layout_.depth + v.first]
                                            : least_loaded(v, p);
  v.output = first + candidates_[best].output;
  v.wanted = wanted_vcs(p, candidates_[best]);
}

// The candidate of the highest rank whose virtual channels have the most credits, or the first asked among
// equals. Of more than two only two drawn ones are asked: were all to see the same best output, the heads
// that come in together would all crowd into it.
std::uint32_t flit_routers::least_loaded(const input_vc& v, const packet& p) {
  std::uint32_t highest = 0;
  for (const auto& c : candidates_) highest = std::max(highest, c.rank);
  std::uint32_t count = 0;
  for (const auto& c : candidates_)
    if (c.rank == highest) ++count;
  const auto credits = [&](const route_candidate& c) {
    const auto base = routers_[v.router].first_output + c.output * layout_.all_vcs +
                      p.virtual_network * layout_.vcs + c.first_vc;
    std::uint64_t sum = 0;
    for (std::uint32_t vc = 0; vc < c.vcs; ++vc) sum += output_vcs_[base + vc].credits;
    return sum;
  };
  const auto nth = [&](std::uint64_t n) {
    std::uint32_t i = 0;
    while (candidates_[i].rank != highest || n-- > 0) ++i;
    return i;
  };
  const auto first = nth(random_.below(count));
  const auto second = nth(count == 2 ? (first == nth(0) ? 1 : 0) : random_.below(count));
  return credits(candidates_[second]) > credits(candidates_[first]) ? second : first;
}

std::uint32_t flit_routers::look_ahead(flit_place input, packet& p) {
  if (!looks_ahead_) return 0;
  const auto& v = inputs_[input];
  routing_.candidates({v.router, v.port, v.vc % layout_.vcs, p.destination}, p.route, candidates_);
  return candidates_.size() == 1 ? 0 : least_loaded(v, p);
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

}  // namespace mimd::noc
