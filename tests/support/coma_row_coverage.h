// The rows of the COMA-F tables that the random tester makes happen, beside those that can happen at all,
// which is the model checker's to say: machines in which hardly any room is left, approximately timed, on a
// network that keeps no order.
#ifndef MIMD_TESTS_SUPPORT_COMA_ROW_COVERAGE_H
#define MIMD_TESTS_SUPPORT_COMA_ROW_COVERAGE_H

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "tb/model_checker/reachable_directory_rows.h"
#include "tests/support/coma_in_process.h"

namespace mimd::test {

// Runs until all have happened, but not oftener. Returns those that have not; prints the counts; a test fails
// if a run does, or if a row happens that cannot.
inline std::vector<std::string> coma_rows_missing(const directory_form& form, unsigned most_runs) {
  const directory_protocol protocol = directory_protocol_of(form);
  const tb::directory_row_use reachable = tb::reachable_directory_rows(form);
  tb::directory_row_use exercised;
  const auto& formats = coma_formats();
  const auto& kinds = racing_coma_kinds();
  unsigned seed = 0;
  for (; seed < most_runs && !reachable.missing_in(exercised, protocol).empty(); ++seed) {
    const settings values = joined({coma_form_settings(form), kinds[seed % kinds.size()].values,
                                    formats[seed / kinds.size() % formats.size()].values});
    const random_run run = run_coma_random_tester(values, timing_mode::approximate, seed, true);
    EXPECT_EQ(run.trouble, "") << "seed " << seed << in_words(values);
    exercised.add(run.agent_rows, run.home_rows);
  }
  std::cout << form.name() << ": " << exercised.agent_rows() << " of " << reachable.agent_rows() << " of "
            << protocol.agent.size() << " rows of agents, " << exercised.home_rows() << " of "
            << reachable.home_rows() << " of " << protocol.home.size() << " rows of homes, in " << seed
            << " runs\n";
  for (const std::string& row : exercised.missing_in(reachable, protocol)) {
    ADD_FAILURE() << form.name() << ": not reachable by search, but exercised: " << row;
  }
  return reachable.missing_in(exercised, protocol);
}

inline std::string coma_form_name(const testing::TestParamInfo<directory_form>& info) {
  std::string name = info.param.name();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

}  // namespace mimd::test

#endif
