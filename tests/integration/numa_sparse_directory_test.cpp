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

}  // namespace
}  // namespace mimd::test
