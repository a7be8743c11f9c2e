// What mimd-norma prints at the end of a run, and its presets.
#ifndef MIMD_PLATFORMS_NORMA_NORMA_SUMMARY_H
#define MIMD_PLATFORMS_NORMA_NORMA_SUMMARY_H

#include <iosfwd>
#include <vector>

#include "platforms/norma/norma_parameters.h"
#include "platforms/shared_memory/shared_memory_summary.h"

namespace mimd {

void print_summary(std::ostream& out, const norma_parameters& parameters, const run_report& report);

std::vector<preset> norma_presets();

}  // namespace mimd

#endif
