// bus.*: the shared bus of a machine, or of each node.
#ifndef MIMD_PLATFORMS_SHARED_MEMORY_BUS_OPTIONS_H
#define MIMD_PLATFORMS_SHARED_MEMORY_BUS_OPTIONS_H

#include "bus/snooping_bus.h"
#include "infrastructure/parameters.h"

namespace mimd {

struct bus_options {
  frequency clock{100e6};
  bus_parameters model;

  void declare(parameter_set& set);
  // line: the unit of coherence. Does not check: see bus_parameters::check().
  void resolve(unsigned line) {
    model.period = clock.period_ps();
    model.line = line;
  }
};

}  // namespace mimd

#endif
