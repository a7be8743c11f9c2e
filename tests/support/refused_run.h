// What every wrong input must lead to: exit status 2, one line that names the culprit, nothing else, nothing
// left behind, and soon.
#ifndef MIMD_TESTS_SUPPORT_REFUSED_RUN_H
#define MIMD_TESTS_SUPPORT_REFUSED_RUN_H

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/program_run.h"

namespace mimd::test {

constexpr std::uint64_t memory_of_a_refusal = std::uint64_t{512} << 20;  // bytes; sanitizers need most of it

// "" if the run was refused as it must be and its line has all the `culprits`; else what is wrong.
inline std::string complaint_about(const program_run& run, const std::vector<std::string>& culprits,
                                   const std::string& machine = "mimd-uma") {
  if (run.status != 2) return "the status is not 2";
  if (run.error_lines() != 1 || run.errors.rfind(machine + ": ", 0) != 0)
    return "not one line of " + machine + "'s";
  if (!run.output.empty()) return "standard output is not empty";
  if (run.peak_bytes > memory_of_a_refusal) return "it took much memory";
  for (const std::string& culprit : culprits) {
    if (run.errors.find(culprit) == std::string::npos) return "the line does not name " + culprit;
  }
  return "";
}

inline void expect_refused(const std::vector<std::string>& words, const std::vector<std::string>& culprits) {
  const program_run run = run_mimd_uma(words);
  EXPECT_EQ(complaint_about(run, culprits), "") << in_one_line(words) << "\n" << run;
}

inline std::size_t files_in(const scratch_directory& scratch) {
  const std::filesystem::directory_iterator files(std::filesystem::path(scratch.file("")));
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

}  // namespace mimd::test

#endif
