// What mimd-numa prints at the end of a run, and its presets.
#ifndef MIMD_PLATFORMS_NUMA_NUMA_SUMMARY_H
#define MIMD_PLATFORMS_NUMA_NUMA_SUMMARY_H

#include <iosfwd>
#include <vector>

#include "platforms/numa/numa_parameters.h"
#include "platforms/shared_memory/shared_memory_summary.h"

namespace mimd {

void print_summary(std::ostream& out, const numa_parameters& parameters, const run_report& report);

std::vector<preset> numa_presets();

}  // namespace mimd

#endif
