// What is left of every machine's sc_main(): the same handling of errors, signals and SystemC's own messages.
//
//   int sc_main(int argc, char** argv) {
//     return mimd::run_guarded("mimd-uma", [&] { ...parse_command_line, build, run, write_statistics... });
//   }
//
// The library also has the program's main(): it silences SystemC's copyright banner, and calls sc_main().
#ifndef MIMD_PLATFORMS_SUPPORT_MACHINE_MAIN_H
#define MIMD_PLATFORMS_SUPPORT_MACHINE_MAIN_H

#include <functional>
#include <string>

#include "infrastructure/statistics_report.h"
#include "platforms/support/command_line.h"

namespace mimd {

// Runs body and gives its status. Catches signals from here on; sends SystemC's reports to standard error,
// one line each; turns an exception into one line there and a status: a SystemC error 3, any other (input) 2.
// Flushes standard output: results that cannot be written are status 2 as well.
int run_guarded(const std::string& name, const std::function<int()>& body);

// All files of --stats. Throws file_error.
void write_statistics(const command_line& line, const platform_description& platform,
                      const statistics& results, const host_figures& host);

}  // namespace mimd

#endif
