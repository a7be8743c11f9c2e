#include "platforms/noc/noc_parameters.h"

#include <limits>
#include <stdexcept>

#include "noc/deadlock_check.h"
#include "platforms/support/complaint.h"

namespace mimd {

namespace {

double real_item(const parameter_set& set, const std::string& name, const std::string& text) {
  try {
    return parse_real(text);
  } catch (const std::invalid_argument&) {
    throw set.error(name, "is no list of numbers");
  }
}

// "27" or "27:2.5": a terminal and its weight.
tb::hot_spot hot_spot_item(const parameter_set& set, const std::string& text) {
  const std::size_t colon = text.find(':');
  tb::hot_spot h;
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  h.terminal =
      static_cast<std::uint32_t>(whole_item(set, "traffic.hot_spots", text.substr(0, colon), 0, most));
  if (colon != std::string::npos) h.weight = real_item(set, "traffic.hot_spots", text.substr(colon + 1));
  return h;
}

// The list has an item for each kind of packet, or one for all, or none: the default.
const std::string& item_of(const parameter_set& set, const std::string& name,
                           const std::vector<std::string>& items, std::size_t kind, std::size_t kinds,
                           const std::string& otherwise) {
  if (items.empty()) return otherwise;
  if (items.size() == 1) return items.front();
  if (items.size() != kinds) {
    throw set.error(name, "must have as many items as traffic.packet_flits, " + std::to_string(kinds));
  }
  return items[kind];
}

}  // namespace

void noc_parameters::declare(parameter_set& set) {
  declare_shape(set);
  set.add_choice("noc.fidelity", fidelity, {{"packet", noc::fidelity::packet}, {"flit", noc::fidelity::flit}},
                 "packet: event-driven; flit: every flit, credit and allocator, cycle by cycle");
  declare_clock(set);
  set.add("noc.virtual_networks", network.virtual_networks, between(1, 16),
          "virtual networks, each with its own virtual channels");
  set.add("noc.ordered", ordered, any,
          "virtual networks that keep packets of a source and destination in order");
  declare_routers(set);
  set.add("noc.flit_bytes", flit_bytes, between(1, 4096), "bytes that a link moves in a cycle");

  set.add_choice("traffic.pattern", pattern.name, tb::traffic_pattern::names(), "who sends to whom");
  set.add("traffic.load", open_loop.injection.load, between(1e-9, 1.0), "offered flits a terminal and cycle");
  set.add_choice("traffic.process", open_loop.injection.process,
                 {{"bernoulli", tb::injection_process::bernoulli},
                  {"periodic", tb::injection_process::periodic},
                  {"bursty", tb::injection_process::bursty}},
                 "when a source creates packets");
  set.add("traffic.burst_cycles", open_loop.injection.burst_cycles, between(1.0, 1e9),
          "mean length of a burst (bursty)");
  set.add("traffic.burst_rate", open_loop.injection.burst_rate, between(1e-9, 1.0),
          "flits a cycle within a burst (bursty)");
  set.add("traffic.packet_flits", packet_flits, any, "length of a packet; a list: of each kind of packet");
  set.add("traffic.packet_shares", packet_shares, any, "share of each kind; none given: equal");
  set.add("traffic.virtual_networks", virtual_networks, any, "virtual network of each kind; none given: 0");
  set.add("traffic.priorities", priorities, any, "priority of each kind, the larger first; none given: 0");
  set.add("traffic.to_self", pattern.to_self, any, "terminals may send to themselves");
  set.add("traffic.hot_spots", hot_spots, any, "terminals with weights, 27:2,36:1 (pattern hotspot)");
  set.add("traffic.hotspot_share", pattern.hotspot_share, between(0.0, 1.0),
          "share of packets that go to hot spots; the others are uniform");
  set.add("traffic.permutation_file", pattern.file, any, "lines 'source destination' (pattern permutation)");

  set.add("measure.warm_up", open_loop.warm_up, between(0, 1'000'000'000'000), "cycles before the window");
  set.add("measure.cycles", open_loop.measure, between(1, 1'000'000'000'000), "cycles of the window");
  set.add("measure.drain_limit", open_loop.drain_limit, between(0, 1'000'000'000'000),
          "cycles after the window at most, while its packets arrive");
  set.add("sweep.loads", sweep_loads, any, "offered loads to measure; none given: up to saturation");
  set.add("sweep.points", points, between(2, 1000), "number of loads, if sweep.loads gives none");
  set.add("saturation.latency_factor", saturation.latency_factor, between(1.0, 1e6),
          "mean latency may be so many times that of the empty network");
  set.add("saturation.accepted_share", saturation.accepted_share, between(0.0, 1.0),
          "share of the offered flits that must be accepted");
  set.add("saturation.resolution", saturation.resolution, between(1e-6, 0.5), "of the load found");
  set.add("batch.packets", batch.packets, between(1, 1'000'000'000'000), "packets of each terminal");
  set.add("batch.window", batch.window, between(1, 1'000'000'000'000), "of them on the way at most");

  const auto pj = between(0.0, 1e9);
  set.add("energy.buffer_write_pj", energy.buffer_write, pj, "picojoules to write a flit into a buffer");
  set.add("energy.buffer_read_pj", energy.buffer_read, pj, "to read it");
  set.add("energy.crossbar_pj", energy.crossbar, pj, "to move it through a crossbar");
  set.add("energy.allocation_pj", energy.allocation, pj, "to allocate the switch for it");
  set.add("energy.route_pj", energy.route, pj, "to route a packet's head in a router");
  set.add("energy.link_pj", energy.link, pj, "to move a flit along a link, for each cycle of length");
  set.add("energy.router_static_mw", energy.router_static, pj, "static power of a router, milliwatts");
}

void noc_parameters::resolve(const parameter_set& set, std::uint64_t seed) {
  network_options::resolve(set, seed);
  pattern.seed = seed;
  open_loop.seed = seed;
  batch.seed = seed;

  network.ordered.assign(network.virtual_networks, false);
  for (const std::string& item : ordered)
    network.ordered[whole_item(set, "noc.ordered", item, 0, network.virtual_networks - 1)] = true;

  pattern.hot_spots.clear();
  for (const std::string& item : hot_spots) pattern.hot_spots.push_back(hot_spot_item(set, item));
  if (pattern.name == "hotspot" && hot_spots.empty())
    throw set.error("traffic.pattern", "needs terminals in traffic.hot_spots");
  if (pattern.name == "permutation" && pattern.file.empty())
    throw set.error("traffic.pattern", "needs a file in traffic.permutation_file");

  if (packet_flits.empty()) throw set.error("traffic.packet_flits", "must have an item");
  if (packet_flits.size() > 255) throw set.error("traffic.packet_flits", "has more than 255 items");
  kinds.clear();
  for (std::size_t i = 0; i < packet_flits.size(); ++i) {
    const auto item = [&](const std::string& name, const std::vector<std::string>& items,
                          const std::string& otherwise) {
      return item_of(set, name, items, i, packet_flits.size(), otherwise);
    };
    tb::packet_kind k;
    k.flits = static_cast<std::uint32_t>(whole_item(set, "traffic.packet_flits", packet_flits[i], 1, 65536));
    k.share = real_item(set, "traffic.packet_shares", item("traffic.packet_shares", packet_shares, "1"));
    k.virtual_network = static_cast<std::uint8_t>(
        whole_item(set, "traffic.virtual_networks", item("traffic.virtual_networks", virtual_networks, "0"),
                   0, network.virtual_networks - 1));
    k.priority = static_cast<std::uint8_t>(
        whole_item(set, "traffic.priorities", item("traffic.priorities", priorities, "0"), 0, 255));
    kinds.push_back(k);
  }

  loads.clear();
  for (const std::string& item : sweep_loads) {
    loads.push_back(real_item(set, "sweep.loads", item));
    if (!(loads.back() >= 1e-9 && loads.back() <= 1))
      throw set.error("sweep.loads", "has a load that is not from 1e-9 to 1");
  }
  saturation.lowest = saturation.resolution;
}

void noc_parameters::refuse_what_has_no_effect(const parameter_set& set, const std::string& workload,
                                               bool trace) const {
  if (trace) refuse_without_effect(set, {"traffic."}, "a trace tells the traffic");
  if (!trace && workload != "open-loop")
    refuse_without_effect(set, {"traffic.load"}, "workload " + workload + " chooses its loads itself");
  if (workload == "batch")
    refuse_without_effect(set, {"traffic.process", "traffic.burst_cycles", "traffic.burst_rate"},
                          "workload batch sends as its window permits");
  if (open_loop.injection.process != tb::injection_process::bursty)
    refuse_without_effect(set, {"traffic.burst_cycles", "traffic.burst_rate"},
                          "traffic.process is not bursty");
  if (pattern.name != "hotspot")
    refuse_without_effect(set, {"traffic.hot_spots", "traffic.hotspot_share"},
                          "traffic.pattern is not hotspot");
  if (pattern.name != "permutation")
    refuse_without_effect(set, {"traffic.permutation_file"}, "traffic.pattern is not permutation");
  if (fidelity == noc::fidelity::packet)
    refuse_without_effect(set, {"noc.allocator_iterations"}, "noc.fidelity is packet");
  if (packet_flits.size() == 1)
    refuse_without_effect(set, {"traffic.packet_shares"}, "there is one kind of packet");
}

noc_structure noc_parameters::build(const parameter_set& set) const {
  const auto about = [&set](const std::vector<const char*>& names, const auto& make) {
    complain_about(set, names, make);
  };
  noc_structure s;
  about({"noc.dims", "noc.topology_file", "noc.topology", "noc.terminal_block", "noc.concentration"}, [&] {
    s.shape = std::make_unique<noc::topology>(noc::make_topology(shape));
    s.shape->check_connected();
  });
  s.routing_name = routing.empty() ? noc::default_routing(*s.shape) : routing;
  about({"noc.routing", "noc.vcs", "noc.topology", "noc.dims"}, [&] {
    s.way = noc::make_routing(s.routing_name, *s.shape, network.vcs);
    noc::check_deadlock_free(*s.way);
  });
  about({"noc.ordered"}, [&] { noc::check_ordered(*s.way, network.ordered); });
  about({"noc.vcs", "noc.virtual_networks"}, [&] { make_network(s); });
  about({pattern.name == "hotspot" ? "traffic.hot_spots" : "traffic.pattern", "noc.dims", "noc.topology"},
        [&] {
          tb::pattern_parameters p = pattern;
          p.dims = shape.dims;
          p.concentration = shape.concentration;
          // Terminals laid out as a finer grid have coordinates of their own.
          for (std::size_t d = 0; d < shape.terminal_block.size() && d < p.dims.size(); ++d) {
            p.dims[d] *= shape.terminal_block[d];
            p.concentration = 1;
          }
          s.pattern = std::make_unique<tb::traffic_pattern>(p, s.shape->terminals());
        });
  about({"traffic.packet_shares"}, [&] { s.mix = std::make_unique<tb::packet_mix>(kinds); });
  tb::injection_parameters injection = open_loop.injection;
  const double possible = tb::highest_load(injection, s.mix->mean_flits());
  if (chooses_loads) injection.load = possible;
  about({"traffic.load", "traffic.burst_rate", "traffic.burst_cycles", "traffic.process"},
        [&] { tb::injection_schedule(injection, s.mix->mean_flits(), 1); });
  about({"saturation.resolution"}, [&] {
    if (chooses_loads && possible < saturation.lowest) {
      throw std::invalid_argument("exceeds the highest load that sources can offer, " +
                                  std::to_string(possible));
    }
  });
  about({"sweep.loads"}, [&] {
    for (const double load : loads) {
      injection.load = load;
      tb::injection_schedule(injection, s.mix->mean_flits(), 1);
    }
  });
  return s;
}

std::unique_ptr<noc::network> noc_parameters::make_network(const noc_structure& s) const {
  return noc::make_network(fidelity, *s.shape, *s.way, network);
}

}  // namespace mimd
