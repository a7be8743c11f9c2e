// What mimd-noc prints at the end of a run.
#ifndef MIMD_PLATFORMS_NOC_NOC_SUMMARY_H
#define MIMD_PLATFORMS_NOC_NOC_SUMMARY_H

#include <iosfwd>

#include "platforms/noc/noc_machine.h"
#include "platforms/support/command_line.h"

namespace mimd {

void print_summary(std::ostream& out, const command_line& line, const noc_parameters& parameters,
                   const noc_structure& structure, const noc_machine& machine, double host_seconds);

}  // namespace mimd

#endif
