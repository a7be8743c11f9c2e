#include "platforms/coma/coma_parameters.h"

#include <algorithm>

#include "platforms/shared_memory/parameter_ranges.h"
#include "platforms/support/complaint.h"

namespace mimd {

coma_parameters::coma_parameters() {
  node_bus = true;
  node_cache.attraction = true;
  directory.form = all_coma_forms().front();
}

void coma_parameters::declare(parameter_set& set) {
  using policy = replacement_policy;
  set.add_choice(
      "coma.family", family, {{"flat", family_kind::flat}, {"hierarchical", family_kind::hierarchical}},
      "home directories on a network (COMA-F), or directories over a tree of buses or rings (DDM)");
  set.add("node.count", nodes, between(1, 1024), "nodes, each with processors and an attraction memory");
  processors.declare(set, "processors of all nodes together, a multiple of node.count");
  set.add("attraction.size", attraction_size, any, "capacity of a node's attraction memory");
  set.add("attraction.ways", node_cache.geometry.ways, between(1, 64), "its associativity");
  set.add_choice("attraction.replacement", node_cache.geometry.replacement,
                 {{"lru", policy::lru},
                  {"tree-plru", policy::tree_plru},
                  {"fifo", policy::fifo},
                  {"random", policy::random},
                  {"srrip", policy::srrip}},
                 "among its free ways, then its shared copies, then its masters");
  set.add("attraction.latency", attraction_latency, ranges::latency, "of an attraction memory, on its bus");
  set.add("attraction.pressure", pressure, between(0.001, 1.0),
          "share of the ways of all nodes that may hold distinct lines; one way of each set stays free");
  set.add("attraction.page", page, between(byte_count{16}, byte_count{1u << 30}).power_of_two(),
          "unit in which memory is placed in sets; replayed traces only, whose addresses have gaps");
  directory.declare_home(set, false);
  set.add("directory.slot_time", slot_time, ranges::latency,
          "of a home's slots for lines without a master, and of lines never touched");
  caches.declare(set);
  directory.declare_node(set);
  bus.declare(set);
  interconnect.declare(set);
  hierarchy.declare(set);
  programs.declare_workloads(set);
  programs.declare_traces(set);
}

void coma_parameters::resolve(const parameter_set& set, timing_mode timing, std::uint64_t seed) {
  refuse_other_family(set);
  resolve_processors(set, timing);
  resolve_coherence(set);
  if (hierarchical()) view = cache_view_of(ddm_protocol());
  node_cache.latency = attraction_latency.ps;
  node_cache.geometry.size = attraction_size.value;
  resolve_node_bus(set, "attraction.size", "attraction.ways");
  fabric.attraction = {node_cache.geometry.sets(), node_cache.geometry.ways, caches.line()};
  fabric.page = home_unit();
  // Of memory without gaps, every global set has as many lines.
  const std::uint64_t placed = lines_of_global_set() * bytes_of_set_round();
  const bool gaps = memory.size.value == memory_contents::largest;
  if (!gaps) memory.size.value = placed;
  memory.access_time = memory.cycle_time = slot_time;
  memory.resolve(set, 1);
  fabric.memory_size = memory.model.size;
  if (!gaps) refuse_without_effect(set, {"attraction.page"}, "no trace is replayed");
  programs.resolve(processors, caches, seed, 1);
  if (!hierarchical()) {
    resolve_interconnect(set, seed);
    return;
  }
  hierarchy.fabric.memory_size = memory.model.size;
  hierarchy.resolve(set, nodes, caches.line(), attraction_latency.ps);
}

void coma_parameters::refuse_other_family(const parameter_set& set) const {
  if (hierarchical()) {
    refuse_without_effect(set,
                          {"directory.", "node.local_time", "node.request_time", "node.entry_time",
                           "node.exit_time", "node.reply_exit_time", "node.fill_time", "noc."},
                          "coma.family is hierarchical");
  } else {
    refuse_without_effect(set, {"hierarchy."}, "coma.family is flat");
  }
}

std::uint64_t coma_parameters::lines_of_global_set() const {
  const std::uint64_t ways = ways_of_global_set();
  const auto allowed = static_cast<std::uint64_t>(pressure * static_cast<double>(ways));
  return std::max<std::uint64_t>(1, std::min(allowed, ways - 1));
}

std::uint64_t coma_parameters::home_unit() const {
  std::uint64_t unit = bytes_of_set_round();
  for (unsigned homes = 1; homes < nodes && unit > geometry().line; homes *= 2) unit /= 2;
  return std::min<std::uint64_t>(unit, 4096);
}

unsigned coma_parameters::home_of(address_t address) const {
  const std::uint64_t unit = home_unit();
  return static_cast<unsigned>(address / unit % (bytes_of_set_round() / unit) % nodes);
}

}  // namespace mimd
