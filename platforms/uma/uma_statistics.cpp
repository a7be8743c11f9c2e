#include <algorithm>

#include "platforms/shared_memory/component_statistics.h"
#include "platforms/uma/uma_machine.h"
#include "tb/model_checker/reachable_rows.h"

namespace mimd {

void uma_machine::register_inside(statistics& all) {
  register_bus(all);
  register_memory(all, "memory", memory_, parameters_.memory.model);
  if (checker()) {
    const unsigned caches = std::min(processors(), 4u);  // more reach no other row
    all.add(
        "coherence.rows_reachable",
        [this, caches] {
          return std::uint64_t{tb::reachable_rows(parameters_.coherence(), caches).exercised()};
        },
        "of the rows that can happen; coherence.rows_exercised is counted as they are");
  }
  if (disk_) disk_->register_statistics(all, "disk");
  if (tape_) tape_->register_statistics(all, "tape");
  if (dma_) dma_->register_statistics(all, "dma");
}

void uma_machine::register_bus(statistics& all) {
  const bus_counters& b = bus_.counters();
  all.add("bus.busy_ps", b.busy_ps,
          parameters_.bus.split ? "time the data bus was busy" : "time the bus was held");
  if (parameters_.bus.split)
    all.add("bus.address_busy_ps", b.address_busy_ps, "time the address bus was busy");
  all.add_real(
      "bus.utilisation",
      [this, &b] { return static_cast<double>(b.busy_ps) / static_cast<double>(finish_time()); },
      "share of the time it was busy");
  all.add("bus.bytes", b.bytes, "bytes moved in data phases");
  all.add("bus.cache_supplies", b.cache_supplies, "lines supplied by a cache");
  all.add("bus.shared_responses", b.shared_responses, "transactions answered as shared");
  all.add("bus.retries", b.retries, "requests refused because their line was in flight");
  for (unsigned t = 1; t < bus_transaction_count; ++t) {
    const std::string type = to_string(static_cast<bus_transaction>(t));
    all.add("bus.transactions." + type, b.by_type[t].transactions, "transactions of this type");
    all.add("bus.wait_ps." + type, b.by_type[t].wait_ps, "from request to grant");
    all.add("bus.service_ps." + type, b.by_type[t].service_ps, "from grant to completion");
    all.add("bus.synchronisation.transactions." + type, b.synchronisation_by_type[t],
            "for synchronisation, not among the above");
  }
  for (unsigned m = 0; m < bus_.masters(); ++m) {
    const std::string p = "bus.master." + bus_.master_name(m);
    all.add(p + ".transactions", b.by_master[m].transactions, "transactions of this master, all types");
    all.add(p + ".wait_ps", b.by_master[m].wait_ps, "from request to grant");
    all.add(p + ".service_ps", b.by_master[m].service_ps, "from grant to completion");
  }
}

}  // namespace mimd
