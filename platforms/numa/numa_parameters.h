// What can be configured about the distributed shared memory machine.
#ifndef MIMD_PLATFORMS_NUMA_NUMA_PARAMETERS_H
#define MIMD_PLATFORMS_NUMA_NUMA_PARAMETERS_H

#include "platforms/numa/directory_parameters.h"
#include "platforms/numa/interconnect_parameters.h"
#include "platforms/numa/placement_parameters.h"
#include "platforms/shared_memory/shared_memory_parameters.h"

namespace mimd {

struct numa_parameters : shared_memory_parameters {
  unsigned nodes = 4;
  directory_parameters directory;
  placement_parameters placement;
  interconnect_parameters interconnect;
  directory_fabric_parameters fabric;

  void declare(parameter_set& set);
  void resolve(const parameter_set& set, timing_mode timing, std::uint64_t seed);

  unsigned processors_per_node() const { return processors.count / nodes; }
};

}  // namespace mimd

#endif
