// The rows of the hierarchical tables that the random tester makes happen, of those there are: the model
// checker uses every one (tests/validation/hierarchy_mutants_test.cpp).
#ifndef MIMD_TESTS_SUPPORT_HIERARCHY_ROW_COVERAGE_H
#define MIMD_TESTS_SUPPORT_HIERARCHY_ROW_COVERAGE_H

#include <gtest/gtest.h>

#include <iostream>

#include "tests/support/hierarchy_in_process.h"

namespace mimd::test {

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
  // In every other machine hardly any room is left and some groups are slow: directories lose what they have,
  // and ask for it again, while others search there.
  static constexpr const char* trees[][2] = {{"8", "2"}, {"12", "3"}, {"16", "2"}, {"7", "2"}, {"4", "4"}};
  unsigned run = 0;
  for (; run < most_runs && !missing().empty(); ++run) {
    const bool jitter = run % 2 == 0;
    const bool small = run % 3 == 0;
    const auto& shape = jitter ? trees[2] : trees[run / 2 % std::size(trees)];
    const settings values{{"node.count", shape[0]},
                          {"cpu.count", shape[0]},
                          {"hierarchy.arity", jitter && run % 8 == 6 ? "4" : shape[1]},
                          {"hierarchy.medium", run % 4 < 2 ? "bus" : "ring"},
                          {"workload.size", "1500"},
                          {"l1.size", "64B"},
                          {"l1.ways", "1"},
                          {"attraction.size", jitter  ? "192B"
                                              : small ? "256B"
                                                      : "384B"},
                          {"attraction.ways", jitter  ? "3"
                                              : small ? "4"
                                                      : "6"},
                          {"attraction.pressure", run % 8 < 4 ? "1" : "0.6"},
                          {"hierarchy.directory_time", run % 5 < 3 ? "20ns" : "500ns"}};
    const hierarchy_run done = run_hierarchy_random_tester(values, timing_mode::approximate, run + 1, jitter);
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
