// Acceptance: the bus law. One bus transaction takes S, memory hidden, no caches.
//  * Deterministic: min(N/(Z+S), 1/S) exactly, in integers, over a whole number of rounds.
//  * Exponential think times: M/D/1//N. Here a part of the rows at 150,000 accesses, where the standard error
//  of
//    the throughput is below 0.25 %, with a tolerance of 1 %; all rows at 10^6 accesses: tests/soak.
#include "tests/support/bus_law.h"

namespace {

using namespace mimd;
using namespace mimd::test;

void expect_deterministic_law(const bus_law_row& row, const std::string& timing,
                              const std::vector<std::string>& settings = {}) {
  SCOPED_TRACE(timing + ", N = " + std::to_string(row.processors) + ", Z = " + std::to_string(row.think) +
               ", S = " + std::to_string(row.service));
  const uma_run run = run_bus_law(row, timing, 60, "deterministic", settings);
  ASSERT_FALSE(run.statistics.is_null());
  const auto completions =
      static_cast<std::uint64_t>(run.statistics.at("workload.completions").get<double>());
  const auto elapsed = static_cast<std::uint64_t>(run.statistics.at("workload.elapsed_ps").get<double>());
  EXPECT_GE(completions, 50 * row.processors);
  EXPECT_EQ(completions % row.processors, 0u);
  // completions / elapsed = min(N / (Z + S), 1 / S)
  const std::uint64_t round =
      1000 * std::max<std::uint64_t>(row.think + row.service, row.processors * row.service);
  EXPECT_EQ(elapsed * row.processors, completions * round);
}

void expect_deterministic_laws(const std::string& timing) {
  for (const unsigned n : {1, 2, 3, 5, 8, 10, 11, 12, 17, 32, 64}) {
    for (const auto& [z, s] :
         {std::pair{100u, 10u}, {50u, 10u}, {20u, 10u}, {200u, 4u}, {0u, 5u}, {10u, 100u}, {97u, 2u}}) {
      expect_deterministic_law({n, z, s}, timing);
    }
  }
}

TEST(bus_law, deterministic_at) {
  expect_deterministic_laws("at");
}
TEST(bus_law, deterministic_lt) {
  expect_deterministic_laws("lt");
}

TEST(bus_law, deterministic_holds_for_every_arbitration_and_bus_clock) {
  for (const char* timing : {"at", "lt"}) {
    for (const unsigned n : {4u, 11u, 30u}) {
      for (const char* policy : {"fixed-priority", "round-robin", "fcfs"}) {
        expect_deterministic_law({n, 40, 10}, timing, {std::string("bus.arbitration=") + policy});
      }
      expect_deterministic_law({n, 100, 10}, timing, {"bus.clock=100MHz"});  // one transaction is one clock
      expect_deterministic_law({n, 123, 7}, timing, {"bus.asynchronous=true"});
    }
  }
}

TEST(bus_law, a_service_time_that_is_no_multiple_of_the_bus_clock_is_refused) {
  const uma_run run =
      run_uma("--workload synthetic", {"l1.size=0", "synthetic.service=15ns", "bus.clock=100MHz"});
  EXPECT_EQ(run.status, 2);
  EXPECT_NE(run.errors.find("synthetic.service"), std::string::npos) << run.errors;
}

constexpr std::uint64_t accesses = 150'000;
constexpr double tolerance = 0.01;

void expect_part_of_md1n(const std::string& timing) {
  unsigned rows = 0;
  for (const bus_law_row& row : md1n_rows()) {
    if (row.processors != 1 && row.processors != 4 && row.processors != 10 && row.processors != 24) continue;
    expect_md1n(row, timing, accesses, tolerance);
    ++rows;
  }
  EXPECT_EQ(rows, 16u);
}

TEST(bus_law, exponential_think_times_give_md1n_at) {
  expect_part_of_md1n("at");
}
TEST(bus_law, exponential_think_times_give_md1n_lt) {
  expect_part_of_md1n("lt");
}

TEST(bus_law, exponential_think_times_give_md1n_on_an_asynchronous_bus) {
  for (const bus_law_row& row : md1n_rows()) {
    if (row.processors != 10) continue;
    for (const char* timing : {"at", "lt"}) {
      expect_md1n(row, timing, accesses, tolerance, {"bus.asynchronous=true"});
    }
  }
}

}  // namespace
