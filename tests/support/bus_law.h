// Processors that think for Z and hold the bus for S, on the real machine, against the laws of one server.
#ifndef MIMD_TESTS_SUPPORT_BUS_LAW_H
#define MIMD_TESTS_SUPPORT_BUS_LAW_H

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/uma_run.h"

namespace mimd::test {

struct bus_law_row {
  unsigned processors;
  unsigned think;         // nanoseconds
  unsigned service;       // nanoseconds
  double throughput = 0;  // of the closed form, per nanosecond
  double response = 0;    // of the closed form, nanoseconds
};

// The bus clock is a tenth of the service time unless `settings` say otherwise.
inline uma_run run_bus_law(const bus_law_row& row, const std::string& timing, std::uint64_t accesses_each,
                           const std::string& distribution, std::vector<std::string> settings = {}) {
  const std::vector<std::string> all{"l1.size=0",
                                     "cpu.count=" + std::to_string(row.processors),
                                     "synthetic.think=" + std::to_string(row.think) + "ns",
                                     "synthetic.think_distribution=" + distribution,
                                     "synthetic.service=" + std::to_string(row.service) + "ns",
                                     "workload.size=" + std::to_string(accesses_each),
                                     "bus.clock=" + std::to_string(10000 / row.service) + "MHz"};
  settings.insert(settings.begin(), all.begin(), all.end());
  uma_run run = run_uma("--workload synthetic --timing " + timing, settings);
  EXPECT_EQ(run.status, 0) << run.errors;
  return run;
}

// The rows of bus-saturation-md1n.csv.
inline std::vector<bus_law_row> md1n_rows() {
  std::ifstream in(std::string(MIMD_TEST_DATA) + "/bus-saturation-md1n.csv");
  std::vector<bus_law_row> rows;
  for (std::string line; std::getline(in, line);) {
    if (line.compare(0, 5, "MD1N,") != 0) continue;
    std::replace(line.begin(), line.end(), ',', ' ');
    std::istringstream fields(line.substr(5));
    bus_law_row row{};
    double utilisation = 0;
    fields >> row.processors >> row.think >> row.service >> utilisation >> row.throughput >> row.response;
    if (!fields) throw std::runtime_error("not a row: " + line);
    rows.push_back(row);
  }
  return rows;
}

// Exponential think times; `accesses` in all, of which the first tenth is not measured.
inline void expect_md1n(const bus_law_row& row, const std::string& timing, std::uint64_t accesses,
                        double tolerance, const std::vector<std::string>& settings = {}) {
  SCOPED_TRACE(timing + ", N = " + std::to_string(row.processors) + ", Z = " + std::to_string(row.think) +
               ", S = " + std::to_string(row.service));
  const std::uint64_t each = (accesses + row.processors - 1) / row.processors;
  const uma_run run = run_bus_law(row, timing, each, "exponential", settings);
  ASSERT_FALSE(run.statistics.is_null());
  const double throughput = run.statistics.at("workload.throughput_per_us").get<double>() / 1000;
  const double response = run.statistics.at("workload.response_ps").get<double>() / 1000;
  EXPECT_NEAR(throughput / row.throughput, 1, tolerance);
  EXPECT_NEAR(response / row.response, 1, tolerance);
}

}  // namespace mimd::test

#endif
