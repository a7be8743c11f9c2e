// The command line that all machines share (DESIGN section 6).
//
// A machine describes itself (platform_description) and gives its parameters; parse_command_line() fills a
// command_line, applies --preset, --config and --set to the parameters (in this order of precedence, wherever
// they stand), and answers --help, --version, --list-* and --dump-config itself.
//
// What decides the run is also a parameter, so that a dump read back gives the identical run: run.workload,
// run.trace, run.program, run.timing, run.seed, run.max_time, run.check_coherence. An option of that meaning
// wins over all.
//
// Errors are exceptions with one line for the user: usage_error, parameter_error, file_error; run_guarded()
// (machine_main.h) prints them and gives exit status 2. Options are spelled in full; nothing is abbreviated
// or guessed.
#ifndef MIMD_PLATFORMS_SUPPORT_COMMAND_LINE_H
#define MIMD_PLATFORMS_SUPPORT_COMMAND_LINE_H

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "infrastructure/parameters.h"
#include "infrastructure/statistics.h"
#include "infrastructure/time.h"
#include "infrastructure/timing_mode.h"
#include "platforms/support/exit_status.h"

namespace mimd {

struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What was asked for. It is registered in the parameter set: it must live as long, and cannot be copied.
struct command_line {
  command_line() = default;
  command_line(const command_line&) = delete;
  command_line& operator=(const command_line&) = delete;

  // What runs: exactly one of the three is given when parse_command_line() returns nothing.
  std::string workload;
  std::vector<std::string> traces;
  std::string program;

  timing_mode timing = timing_mode::approximate;
  std::uint64_t seed = 1;
  duration max_time{never};
  bool check_coherence = false;

  std::vector<std::string> stats;  // .json, .csv, .txt
  std::string vcd;                 // "" = none
  std::string trace_scope = "*";
  time_ps trace_from = 0;
  time_ps trace_to = never;
  std::string transactions;      // "" = none
  std::optional<bool> progress;  // nothing said: if standard error is a terminal
  bool quiet = false;
};

struct workload_name {
  std::string name;
  std::string meaning;
};

struct preset {
  std::string name;
  std::string meaning;
  std::string source;  // where the numbers were published
  std::string ini;
};

struct platform_description {
  std::string name;     // "mimd-uma"
  std::string meaning;  // one line
  parameter_set& parameters;
  std::vector<workload_name> workloads;
  std::string default_workload;  // runs if nothing else is asked for; "" = something must be
  std::vector<preset> presets;
  bool runs_traces = false;
  bool runs_programs = false;
  // Rules that tie parameters together; throws parameters.error(...). May be empty.
  std::function<void(const command_line&)> check;
  // Builds the machine as configured and shows its registry: for --list-statistics.
  std::function<void(const command_line&, const std::function<void(const statistics&)>& show)>
      with_statistics;
  bool has_loose_timing = true;
  bool is_coherent = true;
};

// Nothing: run. A status: everything was said (to out), exit with it.
std::optional<int> parse_command_line(int argc, const char* const* argv, const platform_description& platform,
                                      command_line& line, std::ostream& out);

const char* version();                      // "0.1.0"
const char* to_string(timing_mode timing);  // "lt", "at"

}  // namespace mimd

#endif
