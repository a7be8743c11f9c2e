// GOAL schedules against LogGOPSim.
#include <gtest/gtest.h>

#include <sstream>

#include "support/csv_rows.h"
#include "support/message_run.h"
#include "tb/message_passing/goal_program.h"

namespace {

using namespace mimd;

const std::string folder = MIMD_TEST_DATA "/goal/";

struct parameters {
  explicit parameters(const std::string& text) {
    std::istringstream words(text);
    for (std::string word; words >> word;) {
      const double value = std::stod(word.substr(2));
      const auto ps = static_cast<time_ps>(value * 1000);
      if (word[0] == 'L') latency = ps;
      if (word[0] == 'o') costs.overhead = ps;
      if (word[0] == 'g') costs.gap = ps;
      if (word[0] == 'G') costs.gap_per_byte = value * 1000;
      if (word[0] == 'O') costs.overhead_per_byte = value * 1000;
    }
  }
  time_ps latency = 0;
  message_passing::message_costs costs;
};

time_ps time_of(const std::string& file, const parameters& p) {
  tb::goal_program program(file);
  test::message_run run(program.ranks(), p.costs, p.latency);
  program.run_on(run.engine);
  const time_ps end = run.run_program(program);
  EXPECT_EQ(run.engine.finished(), program.ranks()) << run.engine.waiting(3);
  return end;
}

TEST(goal_reference, times_are_those_of_loggopsim_to_the_nanosecond) {
  int rows = 0;
  for (const test::csv_row& row : test::csv_rows(folder + "reference-goal.csv")) {
    const parameters p(row.at("loggops_parameters"));
    const time_ps time = time_of(folder + row.at("program") + ".goal", p);
    EXPECT_EQ(time, 1000 * std::stoull(row.at("time_ns")))
        << row.at("program") << ' ' << row.at("loggops_parameters");
    ++rows;
  }
  EXPECT_EQ(rows, 18);
}

}  // namespace
