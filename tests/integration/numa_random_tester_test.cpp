// The random tester on directory machines: every form of the protocol with every format, whole and sparse, in
// both timings, on nodes, networks and caches of every kind in turn, all small so that lines are evicted,
// recalled and fought over. No violation, right results.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "tests/support/numa_machines.h"

namespace mimd {
namespace {

struct random_case {
  directory_form form;
  std::size_t number;  // of the form
};

void PrintTo(const random_case& one, std::ostream* out) {
  *out << one.form.name();
}

std::vector<random_case> all_cases() {
  std::vector<random_case> cases;
  for (const directory_form& form : all_directory_forms()) cases.push_back({form, cases.size()});
  return cases;
}

std::string name_of(const testing::TestParamInfo<random_case>& info) {
  std::string name = info.param.form.name();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class numa_random_tester : public testing::TestWithParam<random_case> {};

// Every format meets every kind of machine in one of the forms; so does every network, and both timings.
TEST_P(numa_random_tester, finds_no_violation_with_any_format_on_any_kind_of_machine) {
  const random_case& one = GetParam();
  const auto& formats = test::directory_formats();
  const auto& kinds = test::numa_machine_kinds();
  const auto& networks = test::numa_networks();
  std::size_t turn = one.number * formats.size() * 2;
  std::uint64_t accesses = 0;
  for (const test::named_settings& format : formats) {
    for (const timing_mode timing : {timing_mode::loose, timing_mode::approximate}) {
      const test::named_settings& kind = kinds[turn % kinds.size()];
      const test::named_settings& network = networks[turn / kinds.size() % networks.size()];
      ++turn;
      const test::settings values =
          test::joined({test::form_settings(one.form), format.values, network.values, kind.values});
      const test::random_run run = test::run_random_tester(values, timing, turn);
      EXPECT_EQ(run.trouble, "") << format.name << ", " << kind.name << ", " << network.name << ": --timing "
                                 << (timing == timing_mode::loose ? "lt" : "at") << " --seed " << turn
                                 << test::in_words(values);
      accesses += run.accesses;
    }
  }
  std::cout << accesses << " accesses checked\n";
  EXPECT_GT(accesses, 50'000u);
}

INSTANTIATE_TEST_SUITE_P(all, numa_random_tester, testing::ValuesIn(all_cases()), name_of);

}  // namespace
}  // namespace mimd
