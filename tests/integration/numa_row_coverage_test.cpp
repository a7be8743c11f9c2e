// The random tester exercises every row of the directory protocol's tables that can happen at all, in every
// form: machines of every kind with every format together, approximately timed, on a
// network that keeps no order. What can happen is the model checker's to say. The counts are printed.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "tb/model_checker/reachable_directory_rows.h"
#include "tests/support/numa_machines.h"

namespace mimd {
namespace {

constexpr unsigned most_runs = 1000;

class numa_row_coverage : public testing::TestWithParam<directory_form> {};

TEST_P(numa_row_coverage, is_every_reachable_row_of_agents_and_homes) {
  const directory_form& form = GetParam();
  const directory_protocol protocol = directory_protocol_of(form);
  const tb::directory_row_use reachable = tb::reachable_directory_rows(form);
  tb::directory_row_use exercised;
  const auto& formats = test::directory_formats();
  const auto& kinds = test::racing_machine_kinds();
  unsigned seed = 0;
  for (; seed < most_runs && !reachable.missing_in(exercised, protocol).empty(); ++seed) {
    const test::settings values =
        test::joined({test::form_settings(form), formats[seed % formats.size()].values,
                      kinds[seed / formats.size() % kinds.size()].values});
    const test::random_run run = test::run_random_tester(values, timing_mode::approximate, seed, true);
    ASSERT_EQ(run.trouble, "") << "seed " << seed << test::in_words(values);
    exercised.add(run.agent_rows, run.home_rows);
  }
  std::cout << form.name() << ": " << exercised.agent_rows() << " of " << reachable.agent_rows() << " of "
            << protocol.agent.size() << " rows of agents, " << exercised.home_rows() << " of "
            << reachable.home_rows() << " of " << protocol.home.size() << " rows of homes, in " << seed
            << " runs\n";
  for (const std::string& row : reachable.missing_in(exercised, protocol)) {
    ADD_FAILURE() << form.name() << ": never exercised: " << row;
  }
  for (const std::string& row : exercised.missing_in(reachable, protocol)) {
    ADD_FAILURE() << form.name() << ": not reachable by search, but exercised: " << row;
  }
}

std::string name_of(const testing::TestParamInfo<directory_form>& info) {
  std::string name = info.param.name();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(all, numa_row_coverage, testing::ValuesIn(all_directory_forms()), name_of);

}  // namespace
}  // namespace mimd
