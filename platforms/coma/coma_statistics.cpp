#include "platforms/coma/coma_machine.h"

namespace mimd {

void coma_machine::register_inside(statistics& all) {
  register_directories(all, {"slots", "attraction"});
  for (unsigned n = 0; n < nodes(); ++n) {
    const std::string p = "node_" + std::to_string(n);
    const node_cache_counters& k = node_cache_of(n).counters();
    all.add(p + ".attraction.masters_replaced", k.masters_replaced,
            "of the lines replaced those brought home");
    all.add(p + ".attraction.taken_over", k.taken_over, "lines injected, whose master it became");
    all.add(p + ".attraction.promoted", k.promoted, "copies of which it became the master");
    all.add(p + ".attraction.dropped", k.dropped, "shared copies that made room for injected lines");
    all.add(
        p + ".attraction.lines", [this, n] { return node_cache_of(n).lines_held(); }, "held at the end");
    const home_counters& h = fabric().home(n).counters();
    all.add(p + ".directory.injections", h.injections, "lines without a master offered to nodes");
    all.add(p + ".directory.unplaced", h.unplaced, "lines that nobody took, and that stayed at home");
    all.add(p + ".directory.slots_used", h.slots_used, "lines without a master at home at a time, at most");
  }
  register_injections(all);
}

// Of all nodes together.
void coma_machine::register_injections(statistics& all) {
  const auto caches = [this](auto get) {
    return [this, get] {
      std::uint64_t sum = 0;
      for (unsigned n = 0; n < nodes(); ++n) sum += get(node_cache_of(n).counters());
      return sum;
    };
  };
  const auto homes = [this](auto get) {
    return [this, get] {
      std::uint64_t sum = 0;
      for (unsigned n = 0; n < nodes(); ++n) sum += get(fabric().home(n).counters());
      return sum;
    };
  };
  using cache = node_cache_counters;
  const auto misses = caches([](const cache& k) { return k.read_misses + k.write_misses; });
  const auto reads = caches([](const cache& k) { return k.reads; });
  const auto lines = [this] {
    std::uint64_t sum = 0;
    for (unsigned n = 0; n < nodes(); ++n) sum += node_cache_of(n).lines_held();
    return sum;
  };
  const auto masters = [this] { return fabric().lines_with_owner(); };
  all.add("attraction.masters_replaced", caches([](const cache& k) { return k.masters_replaced; }),
          "masters replaced, all nodes");
  all.add("attraction.taken_over", caches([](const cache& k) { return k.taken_over; }),
          "lines that moved to another attraction memory when their master was replaced");
  all.add("attraction.promoted", caches([](const cache& k) { return k.promoted; }),
          "copies that became the master when it was replaced");
  all.add("attraction.offers", homes([](const home_counters& k) { return k.injections; }),
          "lines without a master offered to nodes, refused or not");
  all.add("attraction.unplaced", homes([](const home_counters& k) { return k.unplaced; }),
          "lines that every node refused, and that stayed at home");
  all.add("attraction.reads", reads, "lines that processors' caches fetched");
  all.add("attraction.misses", misses, "of them those that the node's attraction memory had to ask for");
  all.add("attraction.upgrades", caches([](const cache& k) { return k.upgrades; }),
          "times that a node asked for the right to write a line that it had");
  all.add_real(
      "attraction.hit_share",
      [misses, reads] { return 1 - static_cast<double>(misses()) / static_cast<double>(reads()); },
      "of the lines fetched those that were in the node's attraction memory");
  all.add("attraction.lines", lines, "copies held at the end, all nodes");
  all.add("attraction.masters", masters, "distinct lines held at the end");
  all.add_real(
      "attraction.copies_per_line",
      [lines, masters] { return static_cast<double>(lines()) / static_cast<double>(masters()); },
      "copies of a line at the end, mean");
  all.add_real(
      "attraction.pressure",
      [this, masters] {
        const attraction_geometry& g = parameters_.geometry();
        const std::uint64_t room = parameters_.ways_of_global_set() * g.sets * g.lines;
        return static_cast<double>(masters()) / static_cast<double>(room);
      },
      "distinct lines at the end among those that all attraction memories can hold");
  if (!parameters_.simple()) return;
  all.add("attraction.allocated", caches([](const cache& k) { return k.allocated; }),
          "pages for which a node took a frame");
  all.add("attraction.pages_replaced", caches([](const cache& k) { return k.blocks_replaced; }),
          "of whose lines one was there");
}

}  // namespace mimd
