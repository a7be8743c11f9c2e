// One run of a machine's executable, as a user makes it, by the executable's name.
#ifndef MIMD_TESTS_SUPPORT_NAMED_PROGRAM_H
#define MIMD_TESTS_SUPPORT_NAMED_PROGRAM_H

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/program_run.h"
#include "tests/support/refused_run.h"

namespace mimd::test {

inline program_run run_named(const std::string& program, std::vector<std::string> words) {
  words.insert(words.begin(), "--no-progress");
  return run_program(std::string(MIMD_BINARY_DIR) + '/' + program, words);
}

inline void expect_refuses(const std::string& program, const std::vector<std::string>& words,
                           const std::vector<std::string>& culprits) {
  const program_run run = run_named(program, words);
  EXPECT_EQ(complaint_about(run, culprits, program), "") << in_one_line(words) << "\n" << run;
}

struct bad_settings {
  std::vector<std::string> given;  // NAME=VALUE
  std::vector<std::string> culprits;
};

inline void expect_all_refused(const std::string& program, const std::vector<bad_settings>& all) {
  for (const bad_settings& one : all) {
    std::vector<std::string> words;
    for (const std::string& setting : one.given) words.insert(words.end(), {"--set", setting});
    expect_refuses(program, words, one.culprits);
  }
}

// Of a run that ends well: what it measured.
inline nlohmann::json statistics_of_run(const std::string& program, std::vector<std::string> words) {
  const scratch_directory scratch;
  words.insert(words.end(), {"--quiet", "--stats", scratch.file("stats.json")});
  const program_run run = run_named(program, words);
  EXPECT_EQ(run.status, 0) << in_one_line(words) << "\n" << run;
  EXPECT_EQ(run.errors, "") << in_one_line(words);
  if (run.status != 0) return nullptr;
  return nlohmann::json::parse(text_of(scratch.file("stats.json"))).at("statistics");
}

}  // namespace mimd::test

#endif
