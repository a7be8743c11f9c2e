// Every script says what it is for, and refuses what it does not know in one line.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include "tests/support/program_run.h"

namespace {

using mimd::test::run_program;

// Those that a user starts.
std::set<std::string> scripts() {
  std::set<std::string> all;
  for (const auto& entry : std::filesystem::directory_iterator(MIMD_SOURCE_DIR "/scripts"))
    if (!entry.path().has_extension()) all.insert(entry.path().string());
  return all;
}

TEST(scripts, tell_what_they_are_for) {
  EXPECT_GE(scripts().size(), 18u);
  for (const std::string& script : scripts()) {
    const auto run = run_program(script, {"--help"});
    EXPECT_EQ(run.status, 0) << script << run;
    EXPECT_NE(run.output.find("scripts/" + std::filesystem::path(script).filename().string()),
              std::string::npos)
        << run;
    EXPECT_EQ(run.errors, "") << script;
  }
}

TEST(scripts, that_take_options_refuse_unknown_ones_in_one_line) {
  for (const char* name : {"compare-booksim", "compare-simgrid", "extract-loggp", "plot-noc",
                           "plot-loaded-latency", "docs", "format", "run", "test", "setup"}) {
    const auto run = run_program(std::string(MIMD_SOURCE_DIR "/scripts/") + name, {"--nonsense"});
    EXPECT_EQ(run.status, 2) << name << run;
    EXPECT_EQ(std::count(run.errors.begin(), run.errors.end(), '\n'), 1) << name << run;
  }
}

}  // namespace
