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
  page_migration_parameters migration;  // threshold 0: pages stay where they are
  duration move_time{20'000'000};
  duration mark_interval{0};

  void declare(parameter_set& set);
  // Of so much memory, in lines of that size, on so many nodes; throws set.error(...).
  void resolve(const parameter_set& set, unsigned nodes, std::uint64_t size, unsigned line);

  bool moves() const {
    return migration.migration_threshold != 0 || model.policy == placement_policy::next_touch;
  }
  // What goes to one node as a whole.
  std::uint64_t unit() const {
    return model.policy == placement_policy::interleaved ? model.interleave : model.page;
  }
};

}  // namespace mimd

#endif
