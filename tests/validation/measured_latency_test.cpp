// The workloads that measure memory, on the shared-bus machine: what they print is what the machine's
// parameters add up to, exactly, in both timings.
//
// A load that misses leaves the cache after l1.latency, waits for a bus edge (unless asynchronous), and takes
// the address phase, the memory (or supply by a cache) and the data phase of a line.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/support/uma_in_process.h"

namespace mimd::test {
namespace {

std::map<std::string, double> measure(const std::string& workload, timing_mode timing, settings values) {
  values.emplace_back("cpu.clock", "1GHz");
  uma_in_process run(values, timing, 1, true);
  run.machine().load_workload(workload);
  const tb::verdict verdict = run.run();
  EXPECT_TRUE(verdict.correct) << verdict.text;
  return {verdict.results.begin(), verdict.results.end()};
}

class measured_latency : public testing::TestWithParam<timing_mode> {};
INSTANTIATE_TEST_SUITE_P(both, measured_latency,
                         testing::Values(timing_mode::loose, timing_mode::approximate),
                         [](const auto& tested) { return tested.param == timing_mode::loose ? "lt" : "at"; });

const settings clocked{{"bus.clock", "100MHz"},        {"bus.width", "8"},
                       {"bus.address_cycles", "2"},    {"bus.supply_cycles", "2"},
                       {"memory.access_time", "60ns"}, {"memory.cycle_time", "60ns"}};

settings with(settings base, const settings& more) {
  base.insert(base.end(), more.begin(), more.end());
  return base;
}

TEST_P(measured_latency, of_idle_memory_is_cache_edge_address_memory_and_line) {
  const auto found = measure("latency-matrix", GetParam(), with(clocked, {{"cpu.count", "1"}}));
  EXPECT_DOUBLE_EQ(found.at("latency.0.0_ns"),
                   10 + 2 * 10 + 60 + 8 * 10);  // the cache's 1 ns and the edge: 10
}

TEST_P(measured_latency, of_idle_memory_behind_an_asynchronous_bus_waits_for_no_edge) {
  const auto found = measure("latency-matrix", GetParam(),
                             {{"cpu.count", "1"},
                              {"bus.asynchronous", "true"},
                              {"l1.latency", "3"},
                              {"bus.clock", "125MHz"},
                              {"bus.width", "16"},
                              {"bus.address_cycles", "5"},
                              {"memory.access_time", "77ns"},
                              {"memory.cycle_time", "77ns"}});
  EXPECT_DOUBLE_EQ(found.at("latency.0.0_ns"), 3 + 5 * 8 + 77 + 4 * 8);
}

TEST_P(measured_latency, of_idle_memory_is_not_disturbed_by_processors_that_wait) {
  const auto found = measure("latency-matrix", GetParam(), with(clocked, {{"cpu.count", "16"}}));
  EXPECT_DOUBLE_EQ(found.at("latency.0.0_ns"), 170);
}

TEST_P(measured_latency, of_another_cache_is_that_of_supply) {
  const auto found = measure("core-to-core", GetParam(), with(clocked, {{"cpu.count", "3"}}));
  EXPECT_DOUBLE_EQ(found.at("dirty.0.0_ns"), 10 + 2 * 10 + 2 * 10 + 8 * 10);
}

TEST_P(measured_latency, of_a_clean_line_is_that_of_memory_where_the_protocol_has_caches_keep_silent) {
  const auto found = measure(
      "core-to-core", GetParam(),
      with(clocked, {{"cpu.count", "2"}, {"workload.variant", "clean"}, {"coherence.protocol", "msi"}}));
  EXPECT_DOUBLE_EQ(found.at("clean.0.0_ns"), 170);
}

// A line holds the bus for 160 ns, so that 400 MB/s is all there is, which four processors share in turn. At
// the longest pause the three others take the bus for 12 lines every 20,021 ns, and the chaser has the rest.
// Loosely timed there are no turns: who runs ahead is served before.
TEST_P(measured_latency, under_load_goes_from_the_saturated_bus_to_the_idle_one) {
  const auto found = measure("loaded-latency", GetParam(), with(clocked, {{"cpu.count", "4"}}));
  const bool loose = GetParam() == timing_mode::loose;
  EXPECT_NEAR(found.at("bandwidth.0_MBps"), 400, loose ? 20 : 0.1);
  EXPECT_GE(found.at("latency.0_ns"), 4 * 160 - 0.1);
  EXPECT_LE(found.at("latency.0_ns"), loose ? 8 * 160 : 4 * 160 + 0.1);
  const double left = 1 - 12 * 160 / 20021.0;
  EXPECT_NEAR(found.at("latency.20000_ns"), 170 / left, 4);
  EXPECT_NEAR(found.at("bandwidth.20000_MBps"), 64e3 / 170 * left + 12 * 64e3 / 20021, 8);
}

TEST_P(measured_latency, alone_under_load_is_the_idle_one) {
  const auto found = measure("loaded-latency", GetParam(),
                             with(clocked, {{"cpu.count", "1"}, {"workload.iterations", "3"}}));
  EXPECT_DOUBLE_EQ(found.at("latency.0_ns"), 170);
  EXPECT_NEAR(found.at("bandwidth.8_MBps"), 64e3 / 170, 1e-6);
}

}  // namespace
}  // namespace mimd::test
