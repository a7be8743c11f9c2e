// What mimd-mpp prints at the end of a run, and its presets.
#ifndef MIMD_PLATFORMS_MPP_MPP_SUMMARY_H
#define MIMD_PLATFORMS_MPP_MPP_SUMMARY_H

#include <iosfwd>
#include <string>
#include <vector>

#include "platforms/mpp/mpp_machine.h"

namespace mimd {

void print_summary(std::ostream& out, const command_line& line, const mpp_parameters& parameters,
                   const mpp_machine& machine, double host_seconds);

std::vector<preset> mpp_presets();

}  // namespace mimd

#endif
