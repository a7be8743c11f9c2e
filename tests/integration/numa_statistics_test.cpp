// The accounts of mimd-numa close: what is counted of the whole machine is what its parts and its network
// counted.
#include <gtest/gtest.h>

#include <regex>
#include <string>

#include "tests/support/machine_run.h"

namespace mimd::test {
namespace {

std::uint64_t sum_of(const machine_run& run, const std::string& pattern) {
  const std::regex wanted(pattern);
  std::uint64_t sum = 0;
  for (const auto& [name, value] : run.statistics.items()) {
    if (std::regex_match(name, wanted)) sum += value.get<std::uint64_t>();
  }
  return sum;
}

struct way {
  const char* name;
  const char* timing;
  const char* fidelity;
};

class numa_statistics : public testing::TestWithParam<way> {};
INSTANTIATE_TEST_SUITE_P(ways, numa_statistics,
                         testing::Values(way{"lt", "lt", "packet"}, way{"at_packet", "at", "packet"},
                                         way{"at_flit", "at", "flit"}),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(numa_statistics, close) {
  const machine_run run =
      run_machine("mimd-numa", std::string("--workload histogram --timing ") + GetParam().timing,
                  {std::string("noc.fidelity=") + GetParam().fidelity, "node.count=6", "cpu.count=6",
                   "workload.size=2048"});
  ASSERT_EQ(run.status, 0) << run.errors;

  const std::uint64_t transactions = sum_of(run, R"(directory\.transactions\..*)");
  EXPECT_GT(transactions, 0u);
  EXPECT_EQ(transactions, sum_of(run, R"(cpu_\d+\.agent\.transactions\..*)"));
  EXPECT_EQ(transactions, run.count("directory.accesses.local") + run.count("directory.accesses.remote"));

  const std::uint64_t writes = run.count("directory.invalidations_per_write.count");
  EXPECT_EQ(writes, sum_of(run, R"(node_\d+\.directory\.invalidations_per_write\.count)"));
  EXPECT_EQ(writes, sum_of(run, R"(directory\.invalidations_per_write\.writes\..*)"));

  const std::uint64_t packets = run.count("noc.latency.packet.count");
  EXPECT_EQ(packets,
            sum_of(run, R"(directory\.messages\..*)") - run.count("directory.messages_within_nodes"));
  EXPECT_EQ(packets, run.count("noc.hops.count"));
  EXPECT_EQ(packets, sum_of(run, R"(noc\.hops\.packets\..*)"));
  // Everything that left a terminal arrived at one.
  const std::uint64_t injected = sum_of(run, R"(noc\.link\.t\d+_r\d+\.flits)");
  EXPECT_GT(injected, packets);
  EXPECT_EQ(injected, sum_of(run, R"(noc\.link\.r\d+_t\d+\.flits)"));
}

}  // namespace
}  // namespace mimd::test
