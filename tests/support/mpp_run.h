// One run of the mimd-mpp executable, as a user makes it.
#ifndef MIMD_TESTS_SUPPORT_MPP_RUN_H
#define MIMD_TESTS_SUPPORT_MPP_RUN_H

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/program_run.h"
#include "tests/support/refused_run.h"

namespace mimd::test {

inline program_run run_mimd_mpp(std::vector<std::string> words) {
  words.insert(words.begin(), "--no-progress");
  return run_program(std::string(MIMD_BINARY_DIR) + "/mimd-mpp", words);
}

inline void expect_mpp_refuses(const std::vector<std::string>& words,
                               const std::vector<std::string>& culprits) {
  const program_run run = run_mimd_mpp(words);
  EXPECT_EQ(complaint_about(run, culprits, "mimd-mpp"), "") << in_one_line(words) << "\n" << run;
}

// Of a run that ends well: what it measured.
inline nlohmann::json mpp_statistics(std::vector<std::string> words) {
  const scratch_directory scratch;
  words.insert(words.end(), {"--quiet", "--stats", scratch.file("stats.json")});
  const program_run run = run_mimd_mpp(words);
  EXPECT_EQ(run.status, 0) << in_one_line(words) << "\n" << run;
  EXPECT_EQ(run.errors, "") << in_one_line(words);
  if (run.status != 0) return nullptr;
  return nlohmann::json::parse(text_of(scratch.file("stats.json"))).at("statistics");
}

}  // namespace mimd::test

#endif
