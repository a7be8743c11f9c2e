// Programs end, with the right result, on directories that have far fewer entries than the caches have lines:
// who polls a line that is recalled for somebody else's sake does not get its entry back before him.
#include <gtest/gtest.h>

#include <string>

#include "tests/support/machine_run.h"

namespace mimd::test {
namespace {

struct few_entries {
  const char* workload;
  const char* size;
  const char* entries;
};

class numa_sparse_directory : public testing::TestWithParam<few_entries> {};
INSTANTIATE_TEST_SUITE_P(few, numa_sparse_directory,
                         testing::Values(few_entries{"stream", "16", "4"}, few_entries{"histogram", "4", "1"},
                                         few_entries{"radix_sort", "500", "16"},
                                         few_entries{"fft", "64", "4"}, few_entries{"stencil", "8", "4"}),
                         [](const auto& tested) { return tested.param.workload; });

TEST_P(numa_sparse_directory, starves_nobody) {
  std::string workload = GetParam().workload;
  for (char& c : workload) c = c == '_' ? '-' : c;
  for (const char* const busy : {"queue", "nack"}) {
    const machine_run run =
        run_machine("mimd-numa", "--check-coherence --max-time 500ms --workload " + workload,
                    {std::string("workload.size=") + GetParam().size,
                     std::string("directory.sparse_entries=") + GetParam().entries, "directory.sparse_ways=1",
                     std::string("directory.busy=") + busy});
    EXPECT_EQ(run.status, 0) << busy << ": " << run.errors;
  }
}

// Eight processors poll lines of one entry at a home that refuses: the line that its recall is for gets it.
TEST(refusing_sparse_directory, gives_an_entry_to_whom_it_was_refused_before_those_who_poll) {
  const machine_run run = run_machine(
      "mimd-numa", "--check-coherence --max-time 10ms --seed 7 --workload radix-sort",
      {"workload.size=1", "node.count=8", "cpu.count=8", "directory.busy=nack", "directory.sparse_entries=16",
       "directory.sparse_ways=1", "placement.page=2KiB", "l1.size=1024B", "l2.line=128", "l2.size=2048B"});
  EXPECT_EQ(run.status, 0) << run.errors;
}

}  // namespace
}  // namespace mimd::test
