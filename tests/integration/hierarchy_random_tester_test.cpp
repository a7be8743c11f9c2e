// The random tester on hierarchical cache-only memory machines: trees of buses and of rings, in both timings,
// at memory pressures from 30 to 99 %: no violation, right results, and nothing that was written is lost.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/support/hierarchy_in_process.h"

namespace mimd {
namespace {

class hierarchy_kinds : public testing::TestWithParam<test::named_hierarchy> {};

TEST_P(hierarchy_kinds, show_no_violation_and_no_lost_line) {
  std::uint64_t accesses = 0;
  std::uint64_t seed = 0;
  for (const char* medium : {"bus", "ring"}) {
    for (const timing_mode timing : {timing_mode::loose, timing_mode::approximate}) {
      const test::settings values = test::joined({GetParam().values, {{"hierarchy.medium", medium}}});
      const test::hierarchy_run run = test::run_hierarchy_random_tester(values, timing, ++seed);
      EXPECT_EQ(run.trouble, "") << "--timing " << (timing == timing_mode::loose ? "lt" : "at") << " --seed "
                                 << seed << test::in_words(values);
      accesses += run.accesses;
    }
  }
  std::cout << accesses << " accesses checked\n";
  EXPECT_GT(accesses, 8'000u);
}

INSTANTIATE_TEST_SUITE_P(all, hierarchy_kinds, testing::ValuesIn(test::hierarchy_kinds()),
                         [](const auto& tested) { return std::string(tested.param.name); });

// A replacement that leads to another one up the tree is under way between the two, too. These seeds ended
// between.
TEST(hierarchy_random_tester, a_run_does_not_end_while_a_line_is_on_its_way_up_the_tree) {
  for (const std::uint64_t seed : {2, 6, 8}) {
    const test::settings values{
        {"workload.size", "1500"},    {"l1.size", "64B"},       {"l1.ways", "1"},
        {"node.count", "16"},         {"cpu.count", "16"},      {"hierarchy.arity", "2"},
        {"attraction.size", "192B"},  {"attraction.ways", "3"}, {"attraction.pressure", "0.8"},
        {"hierarchy.medium", "ring"}, {"hierarchy.slots", "2"}};
    EXPECT_EQ(test::run_hierarchy_random_tester(values, timing_mode::approximate, seed).trouble, "") << seed;
  }
}

}  // namespace
}  // namespace mimd
