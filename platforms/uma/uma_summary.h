// What mimd-uma prints at the end of a run, and its presets.
#ifndef MIMD_PLATFORMS_UMA_UMA_SUMMARY_H
#define MIMD_PLATFORMS_UMA_UMA_SUMMARY_H

#include <iosfwd>

#include "platforms/shared_memory/shared_memory_summary.h"
#include "platforms/uma/uma_parameters.h"

namespace mimd {

void print_summary(std::ostream& out, const uma_parameters& parameters, const run_report& report);

std::vector<preset> uma_presets();

}  // namespace mimd

#endif
