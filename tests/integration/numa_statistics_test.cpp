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

TEST_P(numa_statistics, messages_of_no_byte_travel_too) {
  for (const char* const fidelity : {GetParam().fidelity, "fixed"}) {
    const machine_run run =
        run_machine("mimd-numa", std::string("--workload histogram --timing ") + GetParam().timing,
                    {std::string("noc.fidelity=") + fidelity, "noc.header_bytes=0"});
    EXPECT_EQ(run.status, 0) << run.errors;
  }
}

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

// Every message is one flit here, so that what the links carried can be added up.
TEST_P(numa_statistics, of_multicasts_account_for_the_channels_that_they_save) {
  const machine_run run =
      run_machine("mimd-numa", std::string("--workload histogram --timing ") + GetParam().timing,
                  {std::string("noc.fidelity=") + GetParam().fidelity, "node.count=16", "cpu.count=32",
                   "workload.size=2048", "noc.flit_bytes=128", "directory.multicast=true"});
  ASSERT_EQ(run.status, 0) << run.errors;
  std::uint64_t alone = 0;
  const std::regex hops(R"(noc\.hops\.packets\.(\d+))");
  for (const auto& [name, value] : run.statistics.items()) {
    std::smatch found;
    if (std::regex_match(name, found, hops)) alone += (std::stoul(found[1]) + 1) * value.get<std::uint64_t>();
  }
  const std::uint64_t saved = run.count("directory.multicast.channels_saved");
  EXPECT_GT(saved, 100u);
  EXPECT_GT(run.count("directory.multicast.invalidations"), 2 * run.count("directory.multicast.sent") - 1);
  EXPECT_LE(run.count("directory.multicast.invalidations"), run.count("directory.messages.Inv"));
  EXPECT_EQ(sum_of(run, R"(noc\.link\..*\.flits)") + saved, alone);
}

}  // namespace
}  // namespace mimd::test
