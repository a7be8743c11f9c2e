// What mimd-uma prints at the end of a run, and its presets.
#ifndef MIMD_PLATFORMS_UMA_UMA_SUMMARY_H
#define MIMD_PLATFORMS_UMA_UMA_SUMMARY_H

#include <iosfwd>

#include "infrastructure/statistics.h"
#include "platforms/support/command_line.h"
#include "platforms/uma/uma_parameters.h"
#include "tb/workload.h"

namespace mimd {

void print_summary(std::ostream& out, const command_line& line, const uma_parameters& parameters,
                   const statistics& all, const tb::verdict& verdict, double host_seconds);

std::vector<preset> uma_presets();

}  // namespace mimd

#endif
