// Loosely and approximately timed runs of one program: the same counts where no line is shared between
// barriers, the same result always. Every test prints one row of the tables in docs/timing.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <regex>

#include "tests/support/uma_run.h"

namespace mimd {
namespace {

struct timed_case {
  const char* workload;
  const char* size;
  unsigned cpus;
  const char* l1;
  const char* protocol = "mesi";
  double bound = 0.10;  // of the difference in time; 0: it is documented only
};

void PrintTo(const timed_case& c, std::ostream* out) {
  *out << c.workload << ' ' << c.cpus << " processors, " << c.l1 << ", " << c.protocol;
}

std::string name_of(const testing::TestParamInfo<timed_case>& info) {
  const timed_case& c = info.param;
  std::string name = std::string(c.workload) + "_" + std::to_string(c.cpus) + "_" + c.l1 + "_" + c.protocol;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

test::uma_run run(const timed_case& c, const char* timing, const char* quantum = nullptr) {
  std::vector<std::string> settings{"cpu.count=" + std::to_string(c.cpus), std::string("l1.size=") + c.l1,
                                    "l1.ways=4", std::string("workload.size=") + c.size,
                                    std::string("coherence.protocol=") + c.protocol};
  if (quantum != nullptr) settings.push_back(std::string("cpu.lt_quantum=") + quantum);
  if (c.protocol == std::string("vi")) settings.emplace_back("l1.write=through");
  return test::run_uma(std::string("--workload ") + c.workload + " --timing " + timing, settings);
}

double difference(const test::uma_run& loose, const test::uma_run& approximate) {
  const auto at = static_cast<double>(approximate.count("time_ps"));
  return (static_cast<double>(loose.count("time_ps")) - at) / at;
}

void print_row(const timed_case& c, const test::uma_run& loose, const test::uma_run& approximate) {
  std::cout << std::fixed << std::setprecision(1) << "| " << c.workload << " " << c.size << " | " << c.cpus
            << " | " << c.l1 << " | " << c.protocol << " | "
            << static_cast<double>(loose.count("time_ps")) / 1e6 << " | "
            << static_cast<double>(approximate.count("time_ps")) / 1e6 << " | " << std::showpos
            << 100 * difference(loose, approximate) << std::noshowpos << " % | "
            << 100 * approximate.statistics.at("bus.utilisation").get<double>() << " % |\n";
}

class partitioned : public testing::TestWithParam<timed_case> {};

TEST_P(partitioned, workload_has_the_same_counts_in_both_timings) {
  const timed_case& c = GetParam();
  const test::uma_run loose = run(c, "lt");
  const test::uma_run approximate = run(c, "at");
  ASSERT_EQ(loose.status, 0) << loose.errors;
  ASSERT_EQ(approximate.status, 0) << approximate.errors;
  print_row(c, loose, approximate);
  const std::regex counted(
      R"(cpu_\d+\.(loads|stores|fetches|atomics)|cpu_\d+\.l1\.(hits|misses|read_misses|write_misses|upgrades))"
      R"(|bus\.transactions\..*)");
  unsigned compared = 0;
  for (const auto& [name, value] : loose.statistics.items()) {
    if (!std::regex_match(name, counted)) continue;
    EXPECT_EQ(value, approximate.statistics.at(name)) << name;
    ++compared;
  }
  EXPECT_GT(compared, 8 * c.cpus);
  if (c.bound > 0) {
    EXPECT_LT(std::abs(difference(loose, approximate)), c.bound);
  }
}

constexpr double documented_only = 0;

const timed_case one_processor[] = {{"stream", "4096", 1, "32KiB"},     {"stream", "4096", 1, "1KiB"},
                                    {"matmul", "32", 1, "32KiB"},       {"matmul", "32", 1, "1KiB"},
                                    {"fft", "1024", 1, "32KiB"},        {"fft", "1024", 1, "1KiB"},
                                    {"lu", "32", 1, "32KiB"},           {"lu", "32", 1, "1KiB"},
                                    {"stencil", "48", 1, "32KiB"},      {"stencil", "48", 1, "1KiB"},
                                    {"n-body", "64", 1, "32KiB"},       {"n-body", "64", 1, "1KiB"},
                                    {"radix-sort", "2048", 1, "32KiB"}, {"radix-sort", "2048", 1, "1KiB"},
                                    {"histogram", "2048", 1, "1KiB"},   {"bfs", "512", 1, "1KiB"},
                                    {"pointer-chase", "512", 1, "1KiB"}};
INSTANTIATE_TEST_SUITE_P(one_processor, partitioned, testing::ValuesIn(one_processor), name_of);

// The bus is saturated in those of 1 KiB: their time is documented.
const timed_case several_processors[] = {{"stream", "4096", 4, "32KiB"},
                                         {"stream", "4096", 4, "1KiB", "mesi", documented_only},
                                         {"matmul", "32", 4, "32KiB"},
                                         {"matmul", "32", 4, "1KiB", "mesi", documented_only},
                                         {"fft", "1024", 4, "32KiB"},
                                         {"fft", "1024", 4, "1KiB", "mesi", documented_only},
                                         {"lu", "32", 4, "32KiB"},
                                         {"lu", "32", 4, "1KiB", "mesi", documented_only},
                                         {"stencil", "48", 4, "32KiB"},
                                         {"stencil", "48", 4, "1KiB", "mesi", documented_only},
                                         {"pointer-chase", "512", 4, "1KiB", "mesi", documented_only},
                                         {"radix-sort", "2048", 4, "32KiB"},
                                         {"radix-sort", "2048", 4, "1KiB", "mesi", documented_only},
                                         {"n-body", "64", 4, "1KiB", "mesi", documented_only},
                                         {"n-body", "128", 4, "32KiB"},
                                         {"n-body", "128", 2, "32KiB"},
                                         {"matmul", "64", 2, "64KiB"}};
INSTANTIATE_TEST_SUITE_P(several_processors, partitioned, testing::ValuesIn(several_processors), name_of);

std::vector<timed_case> other_protocols() {
  std::vector<timed_case> cases;
  for (const char* protocol :
       {"msi", "moesi", "mesif", "berkeley", "synapse", "write-once", "firefly", "dragon", "vi"}) {
    for (const auto& [workload, size] :
         {std::pair{"stream", "4096"}, std::pair{"fft", "1024"}, std::pair{"stencil", "48"}}) {
      cases.push_back({workload, size, 4, "32KiB", protocol});
    }
  }
  return cases;
}
INSTANTIATE_TEST_SUITE_P(other_protocols, partitioned, testing::ValuesIn(other_protocols()), name_of);

bool saturated(const test::uma_run& run) {
  return run.statistics.at("bus.utilisation").get<double>() > 0.95;
}

double time_of_a_transaction(const test::uma_run& run) {
  std::uint64_t transactions = 0;
  for (const auto& [name, value] : run.statistics.items()) {
    if (std::regex_match(name, std::regex(R"(bus\.(synchronisation\.)?transactions\..*)")))
      transactions += value.get<std::uint64_t>();
  }
  return static_cast<double>(run.count("time_ps")) / 1e3 / static_cast<double>(transactions);
}

class sharing : public testing::TestWithParam<timed_case> {};

// The exit status says that the result is right, in both timings: it is the same.
TEST_P(sharing, workload_has_the_same_result_and_a_small_quantum_brings_the_times_together) {
  const timed_case& c = GetParam();
  const test::uma_run far = run(c, "lt", "1us");
  const test::uma_run near = run(c, "lt");
  const test::uma_run approximate = run(c, "at");
  for (const test::uma_run* one : {&far, &near, &approximate}) ASSERT_EQ(one->status, 0) << one->errors;
  print_row(c, far, approximate);
  print_row(c, near, approximate);
  for (const char* type : {"BusRd", "BusRdX", "BusUpgr", "BusWB"}) {
    const std::string name = std::string("bus.transactions.") + type;
    std::cout << "  " << name << ": lt with a quantum of 1 us " << far.count(name)
              << ", lt with the default quantum of 100 ns " << near.count(name) << ", at "
              << approximate.count(name) << '\n';
  }
  if (c.bound > 0) {
    EXPECT_LT(std::abs(difference(near, approximate)), c.bound);
  }
  if (saturated(near) && saturated(approximate)) {
    const double loose_each = time_of_a_transaction(near);
    const double approximate_each = time_of_a_transaction(approximate);
    std::cout << "  ns a bus transaction: lt " << loose_each << ", at " << approximate_each << '\n';
    EXPECT_LT(std::abs(loose_each / approximate_each - 1), 0.10);
  }
}

const timed_case shared_lines[] = {{"histogram", "2048", 4, "32KiB"},
                                   {"bfs", "512", 4, "32KiB"},
                                   {"false-sharing", "1000", 4, "32KiB"},
                                   {"lock-contention", "100", 4, "32KiB"},
                                   // Its time is that of its transactions for synchronisation, of which there
                                   // are more or fewer: see docs/timing.md.
                                   {"producer-consumer", "200", 4, "32KiB", "mesi", documented_only}};
INSTANTIATE_TEST_SUITE_P(four_processors, sharing, testing::ValuesIn(shared_lines), name_of);

}  // namespace
}  // namespace mimd
