// What mimd-coma prints at the end of a run, and its presets.
#ifndef MIMD_PLATFORMS_COMA_COMA_SUMMARY_H
#define MIMD_PLATFORMS_COMA_COMA_SUMMARY_H

#include <iosfwd>
#include <vector>

#include "platforms/coma/coma_parameters.h"
#include "platforms/shared_memory/shared_memory_summary.h"

namespace mimd {

void print_summary(std::ostream& out, const coma_parameters& parameters, const run_report& report);

std::vector<preset> coma_presets();

}  // namespace mimd

#endif
