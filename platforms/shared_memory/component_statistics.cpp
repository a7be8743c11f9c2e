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

void register_bus(statistics& all, const std::string& p, const snooping_bus_base& bus,
                  const bus_parameters& parameters, const std::function<time_ps()>& finish_time) {
  const bus_counters& b = bus.counters();
  all.add(p + ".busy_ps", b.busy_ps,
          parameters.split ? "time the data bus was busy" : "time the bus was held");
  if (parameters.split) all.add(p + ".address_busy_ps", b.address_busy_ps, "time the address bus was busy");
  all.add_real(
      p + ".utilisation",
      [&b, finish_time] { return static_cast<double>(b.busy_ps) / static_cast<double>(finish_time()); },
      "share of the time it was busy");
  all.add(p + ".bytes", b.bytes, "bytes moved in data phases");
  all.add(p + ".cache_supplies", b.cache_supplies, "lines supplied by a cache");
  all.add(p + ".shared_responses", b.shared_responses, "transactions answered as shared");
  all.add(p + ".retries", b.retries, "requests refused because their line was in flight");
  for (unsigned t = 1; t < bus_transaction_count; ++t) {
    const std::string type = to_string(static_cast<bus_transaction>(t));
    all.add(p + ".transactions." + type, b.by_type[t].transactions, "transactions of this type");
    all.add(p + ".wait_ps." + type, b.by_type[t].wait_ps, "from request to grant");
    all.add(p + ".service_ps." + type, b.by_type[t].service_ps, "from grant to completion");
    all.add(p + ".synchronisation.transactions." + type, b.synchronisation_by_type[t],
            "for synchronisation, not among the above");
  }
  for (unsigned m = 0; m < bus.masters(); ++m) {
    const std::string master = p + ".master." + bus.master_name(m);
    all.add(master + ".transactions", b.by_master[m].transactions, "transactions of this master, all types");
    all.add(master + ".wait_ps", b.by_master[m].wait_ps, "from request to grant");
    all.add(master + ".service_ps", b.by_master[m].service_ps, "from grant to completion");
  }
}

void register_node_cache(statistics& all, const std::string& p, const node_cache_base& cache) {
  const node_cache_counters& k = cache.counters();
  all.add(p + ".reads", k.reads, "lines that the bus read in it");
  all.add(p + ".writes", k.writes, "lines and words that the bus wrote to it");
  all.add(p + ".read_misses", k.read_misses, "lines fetched to be read");
  all.add(p + ".write_misses", k.write_misses, "lines fetched to be written");
  all.add(p + ".upgrades", k.upgrades, "writes of lines that it had to be read");
  all.add(p + ".evictions", k.evictions, "lines replaced");
  all.add(p + ".write_backs", k.write_backs, "modified lines among them");
  all.add(p + ".snoops", k.snoops, "forwards of the directory for lines that it had");
}

}  // namespace mimd
