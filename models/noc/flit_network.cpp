#include "noc/flit_network.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace mimd::noc {

namespace {

void check(bool good, const std::string& message) {
  if (!good) throw std::invalid_argument(message);
}

flit_layout make_layout(const topology& t, const routing& r, const network_parameters& p) {
  check(p.virtual_networks >= 1, "virtual_networks must be at least 1");
  check(p.vcs >= 1 && p.vcs <= 64 && p.virtual_networks * std::uint64_t{p.vcs} <= 64,
        "virtual_networks times vcs must be from 1 to 64, not " +
            std::to_string(p.virtual_networks * std::uint64_t{p.vcs}));
  check(p.vcs == r.vcs(), "the network has " + std::to_string(p.vcs) + " virtual channels, its routing " +
                              std::to_string(r.vcs()));
  check(p.buffer_flits >= 1 && p.buffer_flits <= 65536,
        "buffer_flits must be from 1 to 65536, not " + std::to_string(p.buffer_flits));
  check(p.router_cycles >= 1 && p.router_cycles <= 1000,
        "router_cycles must be from 1 to 1000, not " + std::to_string(p.router_cycles));
  check(p.credit_cycles <= 1000000,
        "credit_cycles must be at most 1000000, not " + std::to_string(p.credit_cycles));
  check(p.allocator_iterations >= 1, "allocator_iterations must be at least 1");
  for (std::uint32_t i = 0; i < t.routers(); ++i)
    check(t.inputs(i).size() <= 65535 && t.outputs(i).size() <= 65535,
          "router r" + std::to_string(i) + " has more than 65535 ports");
  for (const auto& c : t.channels())
    check(c.cycles >= 1 && c.cycles <= 1000000,
          "channel " + t.name(c) + " must take from 1 to 1000000 cycles, not " + std::to_string(c.cycles));
  flit_layout result;
  result.virtual_networks = p.virtual_networks;
  result.vcs = p.vcs;
  result.all_vcs = p.virtual_networks * p.vcs;
  result.depth = p.buffer_flits;
  result.credit_cycles = p.credit_cycles;
  result.ordered = p.ordered;
  result.ordered.resize(p.virtual_networks, false);
  check(r.deterministic() ||
            std::find(result.ordered.begin(), result.ordered.end(), true) == result.ordered.end(),
        "an ordered virtual network needs a deterministic routing");
  return result;
}

// The farthest ahead anything is put on its way.
std::uint32_t horizon(const topology& t, const network_parameters& p) {
  std::uint32_t longest = 1;
  for (const auto& c : t.channels()) longest = std::max(longest, c.cycles);
  return longest + std::max(p.credit_cycles, 2 * p.router_cycles) + 3;
}

}  // namespace

flit_network::flit_network(const topology& t, const routing& r, const network_parameters& parameters)
    : layout_(make_layout(t, r, parameters)),
      random_(parameters.seed),
      loads_(t.channels().size()),
      wires_(horizon(t, parameters)),
      routers_(t, r, parameters, layout_, wires_, loads_, random_),
      terminals_(t, r, layout_, routers_, wires_, loads_, random_) {}

cycle flit_network::next_activity() const {
  if (terminals_.has_new()) return now_;
  if (!routers_.idle() || !terminals_.idle()) return now_ + 1;
  return std::min({wires_.flits.next(now_ + 1), wires_.credits.next(now_ + 1), wires_.routed.next(now_ + 1)});
}

void flit_network::step(cycle c) {
  now_ = c;
  for (const auto to : wires_.credits.due(c)) {
    if (to & flit_terminal)
      terminals_.credit(to & ~flit_terminal);
    else
      routers_.credit(to);
  }
  wires_.credits.done(c);
  for (const auto to : wires_.routed.due(c)) routers_.routed(to);
  wires_.routed.done(c);
  for (const auto& f : wires_.flits.due(c)) {
    if (f.to & flit_terminal)
      terminals_.receive(f.to & ~flit_terminal, f.what, c);
    else
      routers_.receive(f.to, f.what, f.choice, c);
  }
  wires_.flits.done(c);
  terminals_.eject(c);
  routers_.evaluate(c);
  terminals_.inject(c);
}

void flit_network::advance_to(cycle c) {
  if (terminals_.has_new()) terminals_.inject_new(now_);
  for (auto next = next_activity(); next <= c; next = next_activity()) step(next);
  now_ = std::max(now_, c);
}

void flit_network::check_drained() const {
  routers_.check_drained();
  terminals_.check_drained();
  if (!wires_.flits.empty() || !wires_.credits.empty() || !wires_.routed.empty())
    throw std::logic_error("flits or credits are still on their way");
}

}  // namespace mimd::noc
