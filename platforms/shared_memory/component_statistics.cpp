#include "platforms/shared_memory/component_statistics.h"

#include "cache/miss_classifier.h"

namespace mimd {

void register_cpu(statistics& all, const std::string& p, const cpu_base& c,
                  const cpu_parameters& parameters) {
  const cpu_counters& k = c.counters();
  all.add(p + ".loads", k.loads, "data loads, modifies included");
  all.add(p + ".stores", k.stores, "stores");
  all.add(p + ".fetches", k.fetches, "instruction fetches");
  all.add(p + ".atomics", k.atomics, "atomic operations");
  all.add(p + ".fences", k.fences, "fences");
  all.add(p + ".synchronisation", k.synchronisation, "accesses for synchronisation, not among the above");
  all.add(p + ".prefetches", k.prefetches, "prefetches issued");
  all.add(p + ".prefetches_dropped", k.prefetches_dropped, "prefetches that found no free slot");
  if (parameters.consistency == consistency_model::tso) {
    all.add(p + ".forwarded", k.forwarded, "loads served by the store buffer");
  }
  all.add(p + ".busy_ps", k.busy_ps, "time spent computing and issuing");
  all.add(
      p + ".stall_ps", [&c] { return c.total_ps() - c.counters().busy_ps; }, "time spent waiting");
  all.add(
      p + ".total_ps", [&c] { return c.total_ps(); },
      "busy plus stalled: the time at which its program ended");
}

void register_cache(statistics& all, const std::string& p, const cache_base& c) {
  const private_hierarchy& h = c.levels();
  const auto level = [&all](const std::string& prefix, const cache_level_counters& k) {
    all.add(prefix + ".hits", k.hits, "references that hit");
    all.add(
        prefix + ".misses", [&k] { return k.misses(); }, "references that missed");
    all.add(prefix + ".read_misses", k.read_misses, "reads (and modifies) that missed");
    all.add(prefix + ".write_misses", k.write_misses, "writes and atomics that missed");
    all.add(prefix + ".evictions", k.evictions, "valid lines replaced");
    all.add(prefix + ".write_backs", k.write_backs, "modified lines among them");
  };
  const std::string l1 = p + (h.split() ? ".l1d" : ".l1");
  level(l1, h.l1_counters(private_hierarchy::port::data));
  if (h.split()) level(p + ".l1i", h.l1_counters(private_hierarchy::port::instruction));
  if (h.has_l2()) {
    level(p + ".l2", h.l2_counters());
    all.add(p + ".l2.fetch_misses", h.l2_counters().fetch_misses,
            "of the read misses those of instruction fetches");
  }
  const cache_counters& k = c.counters();
  all.add(l1 + ".upgrades", k.upgrades, "stores that hit but needed a bus transaction");
  all.add(l1 + ".merges", k.merges, "references that waited with a miss of their line");
  all.add(l1 + ".mshr_stalls", k.mshr_stalls, "references that found no free MSHR or write-back entry");
  all.add(l1 + ".uncached", k.uncached, "references to devices, and stores that did not allocate");
  all.add(l1 + ".snoop_hits", k.snoops_hit, "snoops that found the line");
  all.add(l1 + ".supplies", k.supplies, "lines supplied to another cache");
  all.add(l1 + ".invalidations", k.invalidations, "lines invalidated by others");
  all.add(l1 + ".synchronisation.accesses", k.synchronisation_accesses, "synchronisation references");
  all.add(l1 + ".synchronisation.misses", k.synchronisation_misses, "of them misses");
  if (const miss_classifier* classifier = c.classifier()) {
    const miss_classes& m = classifier->classes();
    all.add(l1 + ".misses.cold", m.cold, "misses on lines never held before");
    all.add(l1 + ".misses.capacity", m.capacity, "misses a fully associative cache would have had too");
    all.add(l1 + ".misses.conflict", m.conflict, "misses for lack of associativity");
    all.add(l1 + ".misses.true_sharing", m.true_sharing, "misses on bytes another processor wrote");
    all.add(l1 + ".misses.false_sharing", m.false_sharing, "misses on lines lost to writes of other bytes");
  }
}

void register_memory(statistics& all, const std::string& p, const memory_base& memory,
                     const memory_parameters& parameters) {
  const memory_counters& m = memory.counters();
  all.add(p + ".reads", m.reads, "read accesses");
  all.add(p + ".writes", m.writes, "write accesses");
  all.add(p + ".bytes_read", m.bytes_read, "bytes read");
  all.add(p + ".bytes_written", m.bytes_written, "bytes written");
  all.add(p + ".busy_ps", m.busy_ps, "time banks were busy, summed over banks");
  all.add(p + ".wait_ps", m.wait_ps, "time requests waited for their bank");
  if (parameters.timing.page_mode) {
    all.add(p + ".row_hits", m.row_hits, "accesses to an open row");
    all.add(p + ".row_empty", m.row_empty, "accesses to a closed bank");
    all.add(p + ".row_conflicts", m.row_conflicts, "accesses that had to close another row");
  }
}

}  // namespace mimd
