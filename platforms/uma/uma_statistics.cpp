#include <algorithm>

#include "platforms/shared_memory/component_statistics.h"
#include "platforms/uma/uma_machine.h"
#include "tb/model_checker/reachable_rows.h"

namespace mimd {

void uma_machine::register_inside(statistics& all) {
  register_bus(all, "bus", bus_, parameters_.bus, [this] { return finish_time(); });
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
  devices_->register_statistics(all);
}

}  // namespace mimd
