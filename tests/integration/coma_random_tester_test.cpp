// The random tester on cache-only memory machines: every form of the protocol with every format, in both
// timings, on machines and networks of every kind, at memory pressures from 30 to 99 %: no violation, right
// results, and nothing that was written is lost.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "tests/support/coma_in_process.h"

namespace mimd {
namespace {

class coma_forms : public testing::TestWithParam<directory_form> {};

TEST_P(coma_forms, show_no_violation_and_no_lost_line_on_any_kind_of_machine) {
  const directory_form& form = GetParam();
  const auto& formats = test::coma_formats();
  const auto& networks = test::coma_networks();
  std::size_t turn = 0;
  std::uint64_t accesses = 0;
  for (const test::named_coma& kind : test::coma_machine_kinds()) {
    for (const timing_mode timing : {timing_mode::loose, timing_mode::approximate}) {
      const test::named_coma& format = formats[turn % formats.size()];
      const test::named_coma& network = networks[turn / 2 % networks.size()];
      ++turn;
      const test::settings values =
          test::joined({test::coma_form_settings(form), kind.values, format.values, network.values});
      const test::random_run run = test::run_coma_random_tester(values, timing, turn);
      EXPECT_EQ(run.trouble, "") << kind.name << ", " << format.name << ", " << network.name << ": --timing "
                                 << (timing == timing_mode::loose ? "lt" : "at") << " --seed " << turn
                                 << test::in_words(values);
      accesses += run.accesses;
    }
  }
  std::cout << accesses << " accesses checked\n";
  EXPECT_GT(accesses, 50'000u);
}

TEST(coma_random_tester, finds_no_violation_on_one_node_that_has_all_memory) {
  for (const timing_mode timing : {timing_mode::loose, timing_mode::approximate}) {
    const test::random_run run = test::run_coma_random_tester({{"node.count", "1"},
                                                               {"cpu.count", "4"},
                                                               {"workload.variant", "full"},
                                                               {"workload.size", "1500"},
                                                               {"l1.size", "256B"},
                                                               {"l1.ways", "2"},
                                                               {"attraction.size", "2KiB"},
                                                               {"attraction.ways", "16"},
                                                               {"attraction.pressure", "1"}},
                                                              timing);
    EXPECT_EQ(run.trouble, "");
    EXPECT_GT(run.accesses, 5'000u);
  }
}

std::string name_of(const testing::TestParamInfo<directory_form>& info) {
  std::string name = info.param.name();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(all, coma_forms, testing::ValuesIn(all_coma_forms()), name_of);

}  // namespace
}  // namespace mimd
