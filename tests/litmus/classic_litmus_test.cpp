// The classic litmus tests on the shared-bus machine, sequentially consistent and with store buffers, in both
// timings. tests/soak repeats them with 10^5 timings each.
#include <gtest/gtest.h>

#include <fstream>

#include "support/litmus_judge.h"

namespace mimd::test {
namespace {

constexpr auto lt = timing_mode::loose;
constexpr auto at = timing_mode::approximate;
constexpr auto sc = consistency_model::sc;
constexpr auto tso = consistency_model::tso;

struct reference_row {
  std::string name;
  bool sc_allows, tso_allows;
  std::size_t sc_states, tso_states;
};

std::vector<reference_row> reference() {
  std::ifstream in(MIMD_TEST_DATA "/reference-litmus-classic.csv");
  std::vector<reference_row> rows;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#' || line.rfind("test,", 0) == 0) continue;
    std::vector<std::string> cells;
    std::istringstream split(line);
    for (std::string cell; std::getline(split, cell, ',');) cells.push_back(cell);
    rows.push_back({cells.at(0), cells.at(1) == "Allow", cells.at(2) == "Allow", std::stoul(cells.at(5)),
                    std::stoul(cells.at(6))});
  }
  return rows;
}

TEST(litmus_model, agrees_with_herd_on_every_classic_test) {
  const std::vector<reference_row> rows = reference();
  const std::vector<litmus_test> tests = classic_litmus_tests();
  ASSERT_EQ(rows.size(), 40u);
  ASSERT_EQ(tests.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SCOPED_TRACE(rows[i].name);
    EXPECT_EQ(tests[i].name, rows[i].name);
    const auto strict = allowed_outcomes(tests[i], false);
    const auto buffered = allowed_outcomes(tests[i], true);
    EXPECT_EQ(strict.size(), rows[i].sc_states);
    EXPECT_EQ(buffered.size(), rows[i].tso_states);
    EXPECT_EQ(strict.count(tests[i].target) != 0, rows[i].sc_allows);
    EXPECT_EQ(buffered.count(tests[i].target) != 0, rows[i].tso_allows);
    for (const litmus_outcome& o : strict) EXPECT_TRUE(buffered.count(o));
  }
}

using parameters = std::vector<std::pair<std::string, std::string>>;
const parameters small_cache{{"l1.size", "512B"}, {"l1.ways", "2"}};

parameters with(parameters base, const parameters& more) {
  base.insert(base.end(), more.begin(), more.end());
  return base;
}

TEST(classic_litmus, sc_at) {
  judge_litmus_tests({at, sc, small_cache, 3000, 1, true}, 0.98);
}
TEST(classic_litmus, sc_at_split_bus) {
  judge_litmus_tests({at, sc, with(small_cache, {{"bus.split", "true"}}), 3000, 2, true}, 0.98);
}
TEST(classic_litmus, sc_lt) {
  judge_litmus_tests({lt, sc, small_cache, 3000, 3, true}, 0.9);
}
TEST(classic_litmus, tso_at) {
  EXPECT_TRUE(judge_litmus_tests({at, tso, small_cache, 3000, 4, true}, 0.98));
}
TEST(classic_litmus, tso_at_split_bus) {
  EXPECT_TRUE(judge_litmus_tests({at, tso, with(small_cache, {{"bus.split", "true"}}), 3000, 5, true}, 0.98));
}
TEST(classic_litmus, tso_at_with_a_quantum) {
  EXPECT_TRUE(
      judge_litmus_tests({at, tso, with(small_cache, {{"cpu.at_quantum", "100ns"}}), 2000, 8, true}, 0.9));
}
TEST(classic_litmus, tso_lt) {
  EXPECT_TRUE(judge_litmus_tests({lt, tso, small_cache, 10'000, 6, true}, 0.9));
}
TEST(classic_litmus, tso_lt_without_quantum) {
  EXPECT_TRUE(
      judge_litmus_tests({lt, tso, with(small_cache, {{"cpu.lt_quantum", "0"}}), 2000, 7, true}, 0.9));
}

// Every protocol and shape of machine, with store buffers, fewer runs.
struct machine_shape {
  std::string name;
  parameters differences;
  friend std::ostream& operator<<(std::ostream& out, const machine_shape& shape) { return out << shape.name; }
};

class every_machine : public testing::TestWithParam<machine_shape> {};

TEST_P(every_machine, keeps_tso_at) {
  const bool relaxed =
      judge_litmus_tests({at, tso, with(small_cache, GetParam().differences), 500, 11, true}, 0.9);
  // Without a cache a load queues on the bus behind the processor's own stores: stronger than TSO asks.
  EXPECT_EQ(relaxed, GetParam().name != "uncached");
}
TEST_P(every_machine, keeps_sc_at) {
  judge_litmus_tests({at, sc, with(small_cache, GetParam().differences), 500, 12, true}, 0.9);
}
TEST_P(every_machine, keeps_tso_lt) {
  judge_litmus_tests({lt, tso, with(small_cache, GetParam().differences), 500, 13, true}, 0.75);
}

std::vector<machine_shape> shapes() {
  std::vector<machine_shape> all;
  for (const snooping_protocol& p : snooping_protocols()) {
    machine_shape shape{p.name, {{"coherence.protocol", p.name}, {"bus.split", "true"}}};
    if (p.write_through) shape.differences.emplace_back("l1.write", "through");
    for (char& c : shape.name) c = c == '-' ? '_' : c;
    all.push_back(shape);
  }
  all.push_back({"uncached", {{"l1.size", "0"}}});
  all.push_back({"l2_inclusive", {{"l2.size", "1KiB"}, {"l2.ways", "4"}}});
  all.push_back({"l2_apart", {{"l2.size", "1KiB"}, {"l2.ways", "4"}, {"l2.inclusive", "false"}}});
  all.push_back({"write_through_l1", {{"l2.size", "1KiB"}, {"l2.ways", "4"}, {"l1.write", "through"}}});
  all.push_back({"no_write_allocate", {{"l1.write_allocate", "false"}, {"bus.split", "true"}}});
  return all;
}

INSTANTIATE_TEST_SUITE_P(classic_litmus, every_machine, testing::ValuesIn(shapes()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace mimd::test
