// One run of a machine's executable, as a user makes it: its status, what it said, its statistics.
#ifndef MIMD_TESTS_SUPPORT_MACHINE_RUN_H
#define MIMD_TESTS_SUPPORT_MACHINE_RUN_H

#include <sys/wait.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/scratch_files.h"

namespace mimd::test {

struct machine_run {
  int status = -1;
  std::string errors;         // standard error
  nlohmann::json statistics;  // null if none were written

  std::uint64_t count(const std::string& name) const { return statistics.at(name).get<std::uint64_t>(); }
};

// machine: "mimd-uma". `arguments` as on the command line, without quotes or blanks in them; each of
// `values` is NAME=VALUE.
inline machine_run run_machine(const std::string& machine, const std::string& arguments,
                               const std::vector<std::string>& values) {
  const scratch_directory scratch;
  std::string command = std::string(MIMD_BINARY_DIR) + "/" + machine + " --quiet --no-progress " + arguments;
  for (const std::string& s : values) command += " --set " + s;
  command +=
      " --stats " + scratch.file("stats.json") + " >" + scratch.file("out") + " 2>" + scratch.file("errors");
  machine_run result;
  const int status = std::system(command.c_str());
  if (WIFEXITED(status)) result.status = WEXITSTATUS(status);
  result.errors = text_of(scratch.file("errors"));
  std::ifstream in(scratch.file("stats.json"));
  if (in) result.statistics = nlohmann::json::parse(in).at("statistics");
  return result;
}

}  // namespace mimd::test

#endif
