// The rows of the hierarchical tables that the random tester makes happen, of those there are: the model
// checker uses every one (tests/validation/hierarchy_mutants_test.cpp).
#ifndef MIMD_TESTS_SUPPORT_HIERARCHY_ROW_COVERAGE_H
#define MIMD_TESTS_SUPPORT_HIERARCHY_ROW_COVERAGE_H

#include <gtest/gtest.h>

#include <iostream>

#include "tests/support/hierarchy_in_process.h"
#include "tests/support/jitter_medium.h"

namespace mimd::test {

struct covering_machine {
  settings values;
  medium_of_group medium;
};

// Groups share media as in jitter_medium.h.
inline medium_of_group jitter(std::uint64_t seed, std::function<bool(unsigned group)> is_slow) {
  return [=](unsigned group) { return std::make_unique<jitter_medium>(seed + group, is_slow(group)); };
}

// A small tree of which one group alone is slow: the second one of attraction memories, or the first one in
// the middle. While a search there takes a line away, two of its members let go of it on their own; before
// the second of them has had its turn to say so, the others, who are fast, have replaced the line, found no
// room for it, and inject it there.
inline covering_machine with_a_slow_group(std::uint64_t seed, bool in_the_middle) {
  const char* const nodes = in_the_middle ? "5" : "4";
  const unsigned slow = in_the_middle ? 1 : 2;
  return {{{"node.count", nodes},
           {"cpu.count", nodes},
           {"hierarchy.arity", "2"},
           {"attraction.size", "192B"},
           {"attraction.ways", "3"},
           {"attraction.replacement", seed % 3 == 0 ? "random" : "lru"},
           {"attraction.pressure", "1"}},
          jitter(seed, [slow](unsigned group) { return group == slow; })};
}

// Hardly any room is left and one in three groups is slow: directories lose what they have, and ask for it
// again, while others search there.
inline covering_machine with_slow_groups(std::uint64_t seed) {
  return {{{"node.count", "16"},
           {"cpu.count", "16"},
           {"hierarchy.arity", seed % 8 == 6 ? "4" : "2"},
           {"attraction.size", "192B"},
           {"attraction.ways", "3"},
           {"attraction.pressure", seed % 3 == 0 ? "0.6" : "1"}},
          jitter(seed, [seed](unsigned group) { return random_generator(seed, group).below(3) == 0; })};
}

// As the machines that users configure; some swap pages.
inline covering_machine with_its_own_media(std::uint64_t seed) {
  static constexpr const char* trees[][2] = {{"8", "2"}, {"12", "3"}, {"16", "2"}, {"7", "2"}, {"4", "4"}};
  const auto& shape = trees[seed % std::size(trees)];
  const bool small = seed % 3 == 0;
  settings values{{"node.count", shape[0]},
                  {"cpu.count", shape[0]},
                  {"hierarchy.arity", shape[1]},
                  {"hierarchy.medium", seed % 4 < 2 ? "bus" : "ring"},
                  {"attraction.size", small ? "256B" : "384B"},
                  {"attraction.ways", small ? "4" : "6"},
                  {"attraction.pressure", seed % 8 < 4 ? "1" : "0.6"},
                  {"hierarchy.directory_time", seed % 5 < 3 ? "20ns" : "500ns"}};
  if (seed % 4 == 0) values = joined({values, {{"attraction.page", "64B"}, {"attraction.swap", "512B"}}});
  return {values, {}};
}

// Oftener those whose rows are rare.
inline covering_machine machine_of_run(std::uint64_t run) {
  const std::uint64_t turn = run % 8;
  if (turn == 0) return with_slow_groups(run / 8);
  if (turn == 1) return with_its_own_media(run / 8);
  return with_a_slow_group(run, turn >= 6);
}

// Runs until all have happened, but not oftener. Returns those that have not; prints the counts.
inline std::vector<std::string> hierarchy_rows_missing(unsigned most_runs) {
  const hierarchy_protocol& protocol = ddm_protocol();
  std::vector<std::uint64_t> memory(protocol.memory.size());
  std::vector<std::uint64_t> tree(protocol.tree.size());
  const auto missing = [&] {
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < memory.size(); ++i) {
      if (memory[i] != 0) continue;
      rows.push_back("memory: " + protocol.memory_states[protocol.memory[i].state].name + " on " +
                     to_string(protocol.memory[i].event));
    }
    for (std::size_t i = 0; i < tree.size(); ++i) {
      if (tree[i] != 0) continue;
      rows.push_back("directory: " + protocol.tree_states[protocol.tree[i].state].name + " on " +
                     to_string(protocol.tree[i].event));
    }
    return rows;
  };
  unsigned run = 0;
  for (; run < most_runs && !missing().empty(); ++run) {
    const covering_machine machine = machine_of_run(run);
    const settings values =
        joined({{{"workload.size", "1500"}, {"l1.size", "64B"}, {"l1.ways", "1"}}, machine.values});
    const hierarchy_run done =
        run_hierarchy_random_tester(values, timing_mode::approximate, run + 1, machine.medium);
    EXPECT_EQ(done.trouble, "") << "seed " << run + 1 << in_words(values);
    for (std::size_t i = 0; i < done.memory_rows.size(); ++i) memory[i] += done.memory_rows[i];
    for (std::size_t i = 0; i < done.tree_rows.size(); ++i) tree[i] += done.tree_rows[i];
  }
  const auto used = [](const std::vector<std::uint64_t>& rows) {
    return std::count_if(rows.begin(), rows.end(), [](std::uint64_t n) { return n != 0; });
  };
  std::cout << used(memory) << " of " << memory.size() << " rows of attraction memories, " << used(tree)
            << " of " << tree.size() << " rows of directories, in " << run << " runs\n";
  return missing();
}

}  // namespace mimd::test

#endif
