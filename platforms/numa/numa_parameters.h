// What can be configured about the distributed shared memory machine.
#ifndef MIMD_PLATFORMS_NUMA_NUMA_PARAMETERS_H
#define MIMD_PLATFORMS_NUMA_NUMA_PARAMETERS_H

#include "platforms/directory/directory_machine_parameters.h"
#include "platforms/numa/placement_parameters.h"

namespace mimd {

struct numa_parameters : directory_machine_parameters {
  placement_parameters placement;
  byte_count node_cache_size{1024 * 1024};
  duration node_cache_latency{20'000};

  void declare(parameter_set& set);
  void resolve(const parameter_set& set, timing_mode timing, std::uint64_t seed);
};

}  // namespace mimd

#endif
