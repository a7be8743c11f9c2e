// The random tester on hierarchical cache-only memory machines whose every line is a page, or half of one,
// that comes from disk and goes there; also where one group is slow, so that lines are recalled from who is
// losing them: no violation, right results, and nothing is lost.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/support/hierarchy_in_process.h"
#include "tests/support/jitter_medium.h"

namespace mimd {
namespace {

const std::vector<test::named_hierarchy>& kinds() {
  static const std::vector<test::named_hierarchy> all{{"three_nodes_pages_of_a_line",
                                                       {{"node.count", "3"},
                                                        {"cpu.count", "3"},
                                                        {"attraction.size", "192B"},
                                                        {"attraction.ways", "3"},
                                                        {"attraction.page", "64B"},
                                                        {"attraction.swap", "256B"}}},
                                                      {"eight_nodes_two_sets",
                                                       {{"node.count", "8"},
                                                        {"cpu.count", "8"},
                                                        {"cpu.outstanding", "4"},
                                                        {"attraction.size", "768B"},
                                                        {"attraction.ways", "6"},
                                                        {"attraction.page", "64B"},
                                                        {"attraction.swap", "512B"}}},
                                                      {"five_rings_of_two_processors",
                                                       {{"node.count", "5"},
                                                        {"cpu.count", "10"},
                                                        {"hierarchy.medium", "ring"},
                                                        {"attraction.size", "1KiB"},
                                                        {"attraction.ways", "8"},
                                                        {"attraction.page", "128B"},
                                                        {"attraction.swap", "2KiB"}}},
                                                      {"two_nodes_of_four",
                                                       {{"node.count", "2"},
                                                        {"cpu.count", "8"},
                                                        {"cpu.outstanding", "4"},
                                                        {"bus.split", "true"},
                                                        {"attraction.size", "1KiB"},
                                                        {"attraction.ways", "16"},
                                                        {"attraction.page", "128B"},
                                                        {"attraction.swap", "4KiB"}}}};
  return all;
}

class hierarchy_swapping : public testing::TestWithParam<test::named_hierarchy> {};

TEST_P(hierarchy_swapping, loses_nothing_while_every_page_comes_and_goes) {
  static const test::settings small{{"workload.size", "600"},   {"l1.size", "128B"},
                                    {"l1.ways", "2"},           {"hierarchy.arity", "2"},
                                    {"cpu.consistency", "tso"}, {"attraction.pressure", "1"}};
  std::uint64_t accesses = 0;
  std::uint64_t seed = 0;
  for (const char* const time : {"0ps", "20ns", "1us"}) {
    for (const timing_mode timing : {timing_mode::loose, timing_mode::approximate}) {
      const test::settings values =
          test::joined({small, GetParam().values, {{"attraction.swap_time", time}}});
      // Its own media, and such as in jitter_medium.h, of which one is slow.
      for (const unsigned slow : {0u, 1u, 2u}) {
        test::medium_of_group media;
        if (slow != 0) {
          media = [=](unsigned group) {
            return std::make_unique<test::jitter_medium>(seed + group, group == slow);
          };
        }
        const test::hierarchy_run run = test::run_hierarchy_random_tester(values, timing, ++seed, media);
        EXPECT_EQ(run.trouble, "") << "seed " << seed << " slow " << slow << test::in_words(values);
        accesses += run.accesses;
      }
    }
  }
  std::cout << accesses << " accesses checked\n";
  EXPECT_GT(accesses, 20'000u);
}

INSTANTIATE_TEST_SUITE_P(all, hierarchy_swapping, testing::ValuesIn(kinds()),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace mimd
