// What mimd-noc prints at the end of a run, and its presets.
#ifndef MIMD_PLATFORMS_NOC_NOC_SUMMARY_H
#define MIMD_PLATFORMS_NOC_NOC_SUMMARY_H

#include <iosfwd>
#include <vector>

#include "platforms/noc/noc_machine.h"
#include "platforms/support/command_line.h"

namespace mimd {

std::vector<preset> noc_presets();

void print_summary(std::ostream& out, const command_line& line, const noc_parameters& parameters,
                   const noc_structure& structure, const noc_machine& machine, double host_seconds);

}  // namespace mimd

#endif
