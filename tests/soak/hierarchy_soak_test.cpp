// Hierarchical cache-only memory machines at the sizes of acceptance: 10^8 accesses of the random tester at
// memory pressures from 30 to 99 %.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/support/hierarchy_in_process.h"

namespace mimd {
namespace {

constexpr std::uint64_t accesses_in_all = 100'000'000;

struct pressed {
  const char* medium;
  timing_mode timing;
  double pressure;
};

class hierarchy_soak : public testing::TestWithParam<pressed> {};

std::vector<pressed> all_pressed() {
  std::vector<pressed> all;
  for (const char* medium : {"bus", "ring"}) {
    for (const timing_mode timing : {timing_mode::loose, timing_mode::approximate}) {
      for (const double pressure : {0.3, 0.6, 0.8, 0.9, 0.95, 0.99})
        all.push_back({medium, timing, pressure});
    }
  }
  return all;
}

TEST_P(hierarchy_soak, loses_nothing_of_its_share_of_the_accesses) {
  const pressed& one = GetParam();
  const std::uint64_t share = accesses_in_all / all_pressed().size() + 1;
  std::uint64_t accesses = 0;
  for (std::uint64_t seed = 1; accesses < share; ++seed) {
    static constexpr const char* nodes[] = {"4", "8", "16", "64", "2"};
    static constexpr const char* arities[] = {"2", "4", "3", "8"};
    const char* const count = nodes[seed % std::size(nodes)];
    const unsigned each = static_cast<unsigned>(share / 5 / static_cast<unsigned>(std::stoi(count)));
    const test::settings values{{"node.count", count},
                                {"cpu.count", seed % 3 == 0 ? std::to_string(2 * std::stoi(count)) : count},
                                {"hierarchy.medium", one.medium},
                                {"hierarchy.arity", arities[seed % std::size(arities)]},
                                {"workload.size", std::to_string(each)},
                                {"l1.size", "256B"},
                                {"l1.ways", "2"},
                                {"attraction.size", seed % 2 == 0 ? "512B" : "2KiB"},
                                {"attraction.ways", seed % 2 == 0 ? "8" : "16"},
                                {"attraction.pressure", std::to_string(one.pressure)}};
    const test::hierarchy_run run = test::run_hierarchy_random_tester(values, one.timing, seed);
    ASSERT_EQ(run.trouble, "") << "seed " << seed << test::in_words(values);
    accesses += run.accesses;
  }
  std::cout << accesses << " accesses checked\n";
}

std::string name_of(const testing::TestParamInfo<pressed>& info) {
  return std::string(info.param.medium) + (info.param.timing == timing_mode::loose ? "_lt_" : "_at_") +
         std::to_string(static_cast<int>(100 * info.param.pressure + 0.5));
}

INSTANTIATE_TEST_SUITE_P(all, hierarchy_soak, testing::ValuesIn(all_pressed()), name_of);

}  // namespace
}  // namespace mimd
