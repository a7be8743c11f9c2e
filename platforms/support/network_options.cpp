#include "platforms/support/network_options.h"

#include <stdexcept>

#include "platforms/support/complaint.h"

namespace mimd {

namespace {

constexpr unsigned longest_delay = 1'000'000;
constexpr unsigned most_virtual_channels = 64;

}  // namespace

std::vector<std::uint32_t> radices(const parameter_set& set, const std::string& name,
                                   const std::vector<std::string>& items) {
  std::vector<std::uint32_t> result;
  for (const std::string& item : items) {
    std::size_t from = 0;
    for (;;) {
      const std::size_t x = item.find('x', from);
      std::uint64_t value = 0;
      try {
        value = parse_integer(std::string_view(item).substr(from, x - from));
      } catch (const std::invalid_argument&) {
        throw set.error(name, "is no list of whole numbers, such as 8x8");
      }
      if (value == 0 || value > 1u << 24)
        throw set.error(name, "has a number that is not from 1 to 16777216");
      result.push_back(static_cast<std::uint32_t>(value));
      if (x == std::string::npos) break;
      from = x + 1;
    }
  }
  return result;
}

std::uint64_t whole_item(const parameter_set& set, const std::string& name, const std::string& text,
                         std::uint64_t low, std::uint64_t high) {
  std::uint64_t value = 0;
  try {
    value = parse_integer(text);
  } catch (const std::invalid_argument&) {
    throw set.error(name, "is no list of whole numbers");
  }
  if (value < low || value > high) {
    throw set.error(name,
                    "has a number that is not from " + std::to_string(low) + " to " + std::to_string(high));
  }
  return value;
}

void network_options::declare_shape(parameter_set& set) {
  shape.dims.clear();
  set.add_choice("noc.topology", shape.family, noc::topology_names(), "how routers and terminals are joined");
  set.add("noc.dims", dims, any,
          "numbers of the topology: radix of each dimension of a mesh, k and n of a tree");
  set.add("noc.concentration", shape.concentration, between(1, 1024), "terminals a router");
  set.add("noc.terminal_block", terminal_block, any,
          "how the terminals of a router lie, in each dimension: 2x2");
  set.add("noc.topology_file", shape.file, any, "the graph, of topology file");
  std::vector<std::string> routings = noc::routing_names();
  routings.insert(routings.begin(), "");
  set.add_choice("noc.routing", routing, routings, "which way packets take; \"\": the topology's default");
}

void network_options::declare_clock(parameter_set& set) {
  set.add("noc.clock", clock, any, "clock of the network");
}

void network_options::declare_routers(parameter_set& set) {
  set.add("noc.vcs", network.vcs, between(1, most_virtual_channels),
          "virtual channels of each virtual network");
  set.add("noc.buffer_flits", network.buffer_flits, between(1, 65535),
          "buffer of each virtual channel at each router input");
  set.add("noc.router_cycles", network.router_cycles, between(1, 1000),
          "a head flit's way through an idle router");
  set.add("noc.link_cycles", shape.link_cycles, between(1, longest_delay), "flight time between routers");
  set.add("noc.terminal_cycles", shape.terminal_cycles, between(1, longest_delay),
          "flight time between router and terminal");
  set.add("noc.length_cycles", shape.length_cycles, between(0, longest_delay),
          "more for longer channels (flattened butterfly, dragonfly)");
  set.add("noc.credit_cycles", network.credit_cycles, between(1, longest_delay), "flight time of a credit");
  set.add("noc.allocator_iterations", network.allocator_iterations, between(1, 16),
          "of the separable allocators (flit fidelity)");
}

void network_options::resolve(const parameter_set& set, std::uint64_t seed) {
  period = clock.period_ps();
  network.seed = seed;
  shape.dims = radices(set, "noc.dims", dims);
  shape.terminal_block = radices(set, "noc.terminal_block", terminal_block);
  if (shape.family == "file" && shape.file.empty())
    throw set.error("noc.topology", "needs the graph in noc.topology_file");
  if (shape.family != "file" && !shape.file.empty())
    throw set.error("noc.topology_file", "is read for noc.topology=file only");
  if (shape.family == "file" && !dims.empty())
    refuse_without_effect(set, {"noc.dims"}, "the graph comes from a file");
  if (shape.family != "flattened-butterfly" && shape.family != "dragonfly")
    refuse_without_effect(set, {"noc.length_cycles"},
                          "no channels of topology " + shape.family + " are longer");
}

}  // namespace mimd
