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
  set.add("attraction.allocation", allocation, between(byte_count{0}, byte_count{4096}).power_of_two(),
          "unit in which a node allocates it: a page, of which lines are fetched one by one (Simple COMA); "
          "0: a line");
  set.add("attraction.allocation_time", allocation_time, ranges::latency,
          "of a page fault: a miss in a page for which a node has no frame");
  set.add("attraction.pressure", pressure, between(0.001, 1.0),
          "share of the ways of all nodes that may hold distinct lines; one way of each set stays free");
  set.add(
      "attraction.page", page, between(byte_count{16}, byte_count{1u << 30}).power_of_two(),
      "unit in which memory is placed in sets, and swapped; replayed traces, whose addresses have gaps, and "
      "attraction.swap only");
  set.add("attraction.swap", swap, any,
          "room on disk for pages that find none in their sets, for which others go out; 0: such a page is "
          "refused");
  set.add("attraction.swap_time", swap_time, ranges::latency, "of a page, to disk or back; one at a time");
  directory.declare_home(set, false);
  set.add("directory.slot_time", slot_time, ranges::latency,
          "of a home's slots for lines without a master, and of lines never touched");
  caches.declare(set);
  directory.declare_node(set);
  bus.declare(set);
  interconnect.declare(set);
  devices.declare(set, "on node 0");
  hierarchy.declare(set);
  programs.declare_workloads(set);
  programs.declare_traces(set);
}

void coma_parameters::resolve(const parameter_set& set, timing_mode timing, std::uint64_t seed) {
  refuse_other_family(set);
  directory.form.swaps = swaps() && !hierarchical();
  resolve_processors(set, timing);
  resolve_coherence(set);
  if (hierarchical()) view = cache_view_of(ddm_protocol());
  node_cache.latency = attraction_latency.ps;
  node_cache.geometry.size = attraction_size.value;
  resolve_allocation(set);
  resolve_node_bus(set, "attraction.size", "attraction.ways");
  const cache_geometry blocks = node_cache.blocks();
  fabric.attraction = {blocks.sets(), blocks.ways, blocks.line, blocks.line / caches.line()};
  fabric.page = home_unit();
  resolve_size(set);
  memory.access_time = memory.cycle_time = slot_time;
  memory.resolve(set, 1);
  fabric.memory_size = memory.model.size;
  programs.resolve(processors, caches, seed, 1);
  if (!hierarchical()) {
    resolve_interconnect(set, seed);
    return;
  }
  hierarchy.fabric.memory_size = memory.model.size;
  hierarchy.resolve(set, nodes, caches.line(), attraction_latency.ps);
}

// Of memory without gaps, every global set has as many lines.
void coma_parameters::resolve_size(const parameter_set& set) {
  const bool gaps = memory.size.value == memory_contents::largest;
  if (!swaps()) {
    refuse_without_effect(set, {"attraction.swap_time"}, "attraction.swap is 0");
    if (gaps) return;
    // A file may be the dump of a preset, which names its page for the runs that need it.
    if (set.origin("attraction.page") == "--set")
      refuse_without_effect(set, {"attraction.page"}, "no trace is replayed, and attraction.swap is 0");
    memory.size.value = lines_of_global_set() * bytes_of_set_round();
    return;
  }
  const page_swapping_parameters s = swapping();
  if (hierarchical() && page.value < caches.line()) {
    throw set.error("attraction.page", "must not be below l1.line");
  }
  if (!hierarchical() && page.value < home_unit()) {
    throw set.error("attraction.page", "must not be below " + std::to_string(home_unit()) +
                                           " bytes, which have one home, where pages are swapped");
  }
  if (s.pages_of_colour == 0) {
    throw set.error("attraction.page", "has more lines in each set than the " +
                                           std::to_string(lines_of_global_set()) +
                                           " that may be placed there");
  }
  if (swap.value % page.value != 0)
    throw set.error("attraction.swap", "must be whole pages (attraction.page)");
  if (!gaps) memory.size.value = s.colours * s.pages_of_colour * page.value + swap.value;
}

page_swapping_parameters coma_parameters::swapping() const {
  const std::uint64_t round = bytes_of_set_round();
  const std::uint64_t lines_of_page = std::max<std::uint64_t>(1, page.value / round);  // in each of its sets
  return {std::max<std::uint64_t>(1, round / page.value), lines_of_global_set() / lines_of_page,
          swap.value / page.value};
}

void coma_parameters::refuse_other_family(const parameter_set& set) const {
  if (hierarchical()) {
    refuse_without_effect(
        set,
        {"directory.", "node.local_time", "node.request_time", "node.entry_time", "node.exit_time",
         "node.reply_exit_time", "node.fill_time", "noc.", "attraction.allocation"},
        "coma.family is hierarchical");
  } else {
    refuse_without_effect(set, {"hierarchy."}, "coma.family is flat");
  }
}

void coma_parameters::resolve_allocation(const parameter_set& set) {
  if (allocation.value == 0) {
    refuse_without_effect(set, {"attraction.allocation_time"}, "attraction.allocation is 0");
  } else if (allocation.value < caches.line()) {
    throw set.error("attraction.allocation", "must not be below l1.line");
  } else if (page.value < allocation.value) {
    throw set.error("attraction.page", "must not be below attraction.allocation");
  }
  node_cache.block = static_cast<unsigned>(allocation.value);
  node_cache.allocation_time = allocation_time.ps;
}

std::uint64_t coma_parameters::lines_of_global_set() const {
  const std::uint64_t ways = ways_of_global_set();
  const auto allowed = static_cast<std::uint64_t>(pressure * static_cast<double>(ways));
  return std::max<std::uint64_t>(1, std::min(allowed, ways - 1));
}

std::uint64_t coma_parameters::home_unit() const {
  std::uint64_t unit = bytes_of_set_round();
  for (unsigned homes = 1; homes < nodes && unit > geometry().block; homes *= 2) unit /= 2;
  return std::min<std::uint64_t>(unit, 4096);
}

unsigned coma_parameters::home_of(address_t address) const {
  const std::uint64_t unit = home_unit();
  return static_cast<unsigned>(address / unit % (bytes_of_set_round() / unit) % nodes);
}

}  // namespace mimd
