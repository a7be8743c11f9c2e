// placement.*: on which node the pages of memory live.
#ifndef MIMD_PLATFORMS_NUMA_PLACEMENT_PARAMETERS_H
#define MIMD_PLATFORMS_NUMA_PLACEMENT_PARAMETERS_H

#include "infrastructure/parameters.h"
#include "memory/page_placement.h"

namespace mimd {

struct placement_parameters {
  page_placement_parameters model;
  byte_count page{4096};
  byte_count interleave{0};

  void declare(parameter_set& set);
  // Of so much memory, in lines of that size, on so many nodes; throws set.error(...).
  void resolve(const parameter_set& set, unsigned nodes, std::uint64_t size, unsigned line);

  // What goes to one node as a whole.
  std::uint64_t unit() const {
    return model.policy == placement_policy::interleaved ? model.interleave : model.page;
  }
};

}  // namespace mimd

#endif
