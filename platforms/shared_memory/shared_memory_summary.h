// What every shared-memory machine prints at the end of a run. A machine's own summary is: heading,
// processors, the table of its interconnect, ending.
#ifndef MIMD_PLATFORMS_SHARED_MEMORY_SHARED_MEMORY_SUMMARY_H
#define MIMD_PLATFORMS_SHARED_MEMORY_SHARED_MEMORY_SUMMARY_H

#include <iosfwd>
#include <string>

#include "infrastructure/statistics.h"
#include "platforms/shared_memory/shared_memory_parameters.h"
#include "platforms/support/command_line.h"
#include "tb/workload.h"

namespace mimd {

// A run that has ended, for its summary.
struct run_report {
  const std::string& machine;  // "mimd-uma"
  const command_line& line;
  const statistics& all;
  const tb::verdict& verdict;
  double host_seconds;
};

double percent(double part, double whole);  // 0 of nothing

void print_result(std::ostream& out, const tb::verdict& verdict);
// What ran on which machine, and its result. coherence: "MESI (Illinois)".
void print_heading(std::ostream& out, const run_report& report, const shared_memory_parameters& parameters,
                   const std::string& coherence);
void print_processors(std::ostream& out, const statistics& all, const shared_memory_parameters& parameters);
// Times and speed. more: ", bus busy 12.3 %", or "".
void print_ending(std::ostream& out, const run_report& report, const shared_memory_parameters& parameters,
                  const std::string& more);

}  // namespace mimd

#endif
