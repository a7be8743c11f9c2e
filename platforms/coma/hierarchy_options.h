// hierarchy.*: the tree of buses or rings of a hierarchical cache-only memory.
#ifndef MIMD_PLATFORMS_COMA_HIERARCHY_OPTIONS_H
#define MIMD_PLATFORMS_COMA_HIERARCHY_OPTIONS_H

#include "attraction_memory/hierarchical_fabric.h"
#include "infrastructure/parameters.h"

namespace mimd {

struct hierarchy_options {
  hierarchical_fabric_parameters fabric;
  frequency clock{100e6};
  unsigned width = 8;
  unsigned address_cycles = 2;
  duration revolution{1'000'000};
  duration directory_time{20'000};
  duration slot_time{20'000};

  void declare(parameter_set& set);
  void resolve(const parameter_set& set, unsigned nodes, unsigned line, time_ps supply);
};

}  // namespace mimd

#endif
