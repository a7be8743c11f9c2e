#include "platforms/coma/attraction_statistics.h"

namespace mimd {

namespace {

void register_one(statistics& all, const std::string& p, const node_cache_base& cache) {
  const node_cache_counters& k = cache.counters();
  all.add(p + ".attraction.masters_replaced", k.masters_replaced,
          "of the lines replaced those that were masters");
  all.add(p + ".attraction.taken_over", k.taken_over, "lines injected, whose master it became");
  all.add(p + ".attraction.promoted", k.promoted, "copies of which it became the master");
  all.add(p + ".attraction.dropped", k.dropped, "shared copies that made room for injected lines");
  all.add(
      p + ".attraction.lines", [&cache] { return cache.lines_held(); }, "held at the end");
}

}  // namespace

void register_attraction(statistics& all, const attraction_source& from) {
  for (unsigned n = 0; n < from.nodes; ++n) {
    register_one(all, "node_" + std::to_string(n), from.cache_of(n));
  }
  const auto caches = [&from](auto get) {
    return [nodes = from.nodes, cache_of = from.cache_of, get] {
      std::uint64_t sum = 0;
      for (unsigned n = 0; n < nodes; ++n) sum += get(cache_of(n).counters());
      return sum;
    };
  };
  using cache = node_cache_counters;
  const auto misses = caches([](const cache& k) { return k.read_misses + k.write_misses; });
  const auto reads = caches([](const cache& k) { return k.reads; });
  const auto lines = [nodes = from.nodes, cache_of = from.cache_of] {
    std::uint64_t sum = 0;
    for (unsigned n = 0; n < nodes; ++n) sum += cache_of(n).lines_held();
    return sum;
  };
  const auto masters = from.masters;
  all.add("attraction.masters_replaced", caches([](const cache& k) { return k.masters_replaced; }),
          "masters replaced, all nodes");
  all.add("attraction.taken_over", caches([](const cache& k) { return k.taken_over; }),
          "lines that moved to another attraction memory when their master was replaced");
  all.add("attraction.promoted", caches([](const cache& k) { return k.promoted; }),
          "copies that became the master when it was replaced");
  all.add("attraction.offers", from.offers, "lines without a master offered to nodes, refused or not");
  all.add("attraction.unplaced", from.unplaced, "lines that every node refused, and that stayed at home");
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
      [masters, room = from.room] { return static_cast<double>(masters()) / static_cast<double>(room); },
      "distinct lines at the end among those that all attraction memories can hold");
  if (!from.simple) return;
  all.add("attraction.allocated", caches([](const cache& k) { return k.allocated; }),
          "pages for which a node took a frame");
  all.add("attraction.pages_replaced", caches([](const cache& k) { return k.blocks_replaced; }),
          "of whose lines one was there");
}

void register_swapping(statistics& all, const page_swapper_counters& swaps) {
  all.add("attraction.swapped_out", swaps.out, "pages that went to disk");
  all.add("attraction.swapped_in", swaps.in, "pages that came back from disk");
  all.add("attraction.swap_lines_recalled", swaps.lines_recalled, "lines of pages that went, recalled");
  all.add("attraction.swap_unavailable_ps", swaps.unavailable_ps,
          "time from the wish for a page that was not in memory until it was there, summed");
}

}  // namespace mimd
