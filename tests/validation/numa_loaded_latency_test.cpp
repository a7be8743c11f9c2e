// Latency against bandwidth of a two-socket server, Skylake_2S_FDio. Fitted in its preset: idle latency, peak
// bandwidth, lines in flight; nothing of the shape between. Acceptance: at 17 of MLC's 19 inject delays,
// latency at equal bandwidth (delay >= 200), or bandwidth and latency (below), within 15 %.
//
// VM_1node is another machine, by the same three figures, its processors' clock times count taken from its
// bandwidth at long delays: a check, printed only.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "tests/support/csv_rows.h"
#include "tests/support/machine_run.h"

namespace mimd::test {
namespace {

constexpr double tolerance = 0.15;
constexpr unsigned saturated_below = 200;  // inject delay

struct load_point {
  unsigned delay;
  double ns;
  double megabytes;
};

std::vector<load_point> published(const std::string& machine) {
  std::vector<load_point> points;
  for (const csv_row& row : csv_rows(MIMD_TEST_DATA "/reference-loaded-latency-mlc.csv")) {
    if (row.at("machine") != machine) continue;
    points.push_back({static_cast<unsigned>(std::stoul(row.at("inject_delay"))),
                      std::stod(row.at("latency_ns")), std::stod(row.at("bandwidth_MBps"))});
  }
  return points;
}

// The model's latency at a bandwidth, between its nearest points; outside them that of the outermost.
double latency_at(std::vector<load_point> model, double megabytes) {
  std::sort(model.begin(), model.end(),
            [](const load_point& a, const load_point& b) { return a.megabytes < b.megabytes; });
  if (megabytes <= model.front().megabytes) return model.front().ns;
  for (std::size_t i = 1; i < model.size(); ++i) {
    const load_point& low = model[i - 1];
    const load_point& high = model[i];
    if (megabytes > high.megabytes) continue;
    return low.ns + (high.ns - low.ns) * (megabytes - low.megabytes) / (high.megabytes - low.megabytes);
  }
  return model.back().ns;
}

// Prints every point; says how many are within the tolerance.
unsigned points_within_tolerance(const std::string& machine, const std::string& seed,
                                 const std::vector<std::string>& settings) {
  const auto reference = published(machine);
  EXPECT_EQ(reference.size(), 19u);
  const machine_run run =
      run_machine("mimd-numa", "--preset xeon-skylake-2s --workload loaded-latency --seed " + seed, settings);
  EXPECT_EQ(run.status, 0) << run.errors;
  std::vector<load_point> model;
  for (const load_point& r : reference) {
    const std::string delay = std::to_string(r.delay);
    model.push_back({r.delay, run.statistics.at("workload.latency." + delay + "_ns").get<double>(),
                     run.statistics.at("workload.bandwidth." + delay + "_MBps").get<double>()});
  }
  std::printf("%s, seed %s\n delay  measured          model             latency   bandwidth\n",
              machine.c_str(), seed.c_str());
  unsigned within = 0;
  for (std::size_t i = 0; i < model.size(); ++i) {
    const load_point& r = reference[i];
    const bool saturated = r.delay < saturated_below;
    const double ns = saturated ? model[i].ns : latency_at(model, r.megabytes);
    const double latency = ns / r.ns - 1;
    const double bandwidth = model[i].megabytes / r.megabytes - 1;
    const bool good = std::fabs(latency) <= tolerance && (!saturated || std::fabs(bandwidth) <= tolerance);
    within += good;
    std::printf("%6u  %6.1f %8.0f   %6.1f %8.0f   %+6.1f %%  %+6.1f %%%s\n", r.delay, r.ns, r.megabytes,
                model[i].ns, model[i].megabytes, 100 * latency, 100 * bandwidth, good ? "" : "  outside");
  }
  std::printf("%u of 19 points within 15 %%\n", within);
  return within;
}

TEST(loaded_latency, of_the_two_socket_server_has_the_measured_shape) {
  for (const char* seed : {"1", "2"}) {
    EXPECT_GE(points_within_tolerance("Skylake_2S_FDio", seed, {}), 17u) << "seed " << seed;
  }
}

// 87.0 ns idle; 35.2 GB/s; 211 lines in flight; 24 GHz of loading processors.
TEST(loaded_latency, of_another_machine_is_printed) {
  points_within_tolerance(
      "VM_1node", "1",
      {"node.count=1", "cpu.count=11", "cpu.clock=2.4GHz", "cpu.outstanding=19", "l1.mshrs=19",
       "memory.channels=2", "memory.bandwidth=17.6GB/s", "node.local_time=15.8ns"});
}

}  // namespace
}  // namespace mimd::test
