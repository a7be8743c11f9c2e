// placement.*: on which node the pages of memory live.
#ifndef MIMD_PLATFORMS_NUMA_PLACEMENT_PARAMETERS_H
#define MIMD_PLATFORMS_NUMA_PLACEMENT_PARAMETERS_H

#include "infrastructure/parameters.h"
#include "memory/page_migration.h"
#include "memory/page_placement.h"

namespace mimd {

struct placement_parameters {
  page_placement_parameters model;
  byte_count page{4096};
  byte_count interleave{0};
  page_migration_parameters migration;  // thresholds 0: pages stay where they are, and are not replicated
  duration move_time{20'000'000};
  duration shootdown_time{10'000'000};
  duration mark_interval{0};
  duration count_interval{0};

  void declare(parameter_set& set);
  // Of so much memory, in lines of that size, on so many nodes; throws set.error(...).
  void resolve(const parameter_set& set, unsigned nodes, std::uint64_t size, unsigned line);

  bool replicates() const { return migration.replication_threshold != 0; }
  bool counts() const { return migration.migration_threshold != 0 || replicates(); }
  bool moves() const { return counts() || model.policy == placement_policy::next_touch; }
  // The parameter that makes pages move.
  const char* reason_to_move() const {
    return migration.migration_threshold != 0 ? "placement.migration_threshold"
           : replicates()                     ? "placement.replication_threshold"
                                              : "placement.policy";
  }
  // What goes to one node as a whole.
  std::uint64_t unit() const {
    return model.policy == placement_policy::interleaved ? model.interleave : model.page;
  }
};

}  // namespace mimd

#endif
