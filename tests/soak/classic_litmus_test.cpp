// The classic litmus tests with 10^5 seeded timings each (acceptance size), SC and TSO, both timings.
#include <gtest/gtest.h>

#include "support/litmus_judge.h"

namespace mimd::test {
namespace {

constexpr std::uint64_t runs = 100'000;

using parameters = std::vector<std::pair<std::string, std::string>>;
const parameters small_cache{{"l1.size", "512B"}, {"l1.ways", "2"}};
const parameters split_bus{{"l1.size", "512B"}, {"l1.ways", "2"}, {"bus.split", "true"}};

TEST(classic_litmus_soak, sc_at) {
  judge_litmus_tests({timing_mode::approximate, consistency_model::sc, small_cache, runs, 101, true}, 0.98);
}
TEST(classic_litmus_soak, sc_at_split_bus) {
  judge_litmus_tests({timing_mode::approximate, consistency_model::sc, split_bus, runs, 102, true}, 0.98);
}
TEST(classic_litmus_soak, sc_lt) {
  judge_litmus_tests({timing_mode::loose, consistency_model::sc, small_cache, runs, 103, true}, 0.95);
}
TEST(classic_litmus_soak, tso_at) {
  EXPECT_TRUE(judge_litmus_tests(
      {timing_mode::approximate, consistency_model::tso, small_cache, runs, 104, true}, 0.98));
}
TEST(classic_litmus_soak, tso_at_split_bus) {
  EXPECT_TRUE(judge_litmus_tests(
      {timing_mode::approximate, consistency_model::tso, split_bus, runs, 105, true}, 0.98));
}
TEST(classic_litmus_soak, tso_lt) {
  EXPECT_TRUE(
      judge_litmus_tests({timing_mode::loose, consistency_model::tso, small_cache, runs, 106, true}, 0.95));
}

}  // namespace
}  // namespace mimd::test
