// Loosely and approximately timed runs of one program: the same counts and the same time where no line is
// shared between barriers, the same result always. docs/timing.md has what the tests print.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <regex>
#include <tuple>

#include "tests/support/uma_run.h"

namespace mimd {
namespace {

struct timed_case {
  const char* workload;
  const char* size;
  unsigned cpus;
  const char* l1;
  const char* protocol = "mesi";
  std::vector<std::string> settings = {};
};

void PrintTo(const timed_case& c, std::ostream* out) {
  *out << c.workload << ' ' << c.cpus << " processors, " << c.l1 << ", " << c.protocol;
}

std::string name_of(const testing::TestParamInfo<timed_case>& info) {
  const timed_case& c = info.param;
  std::string name = std::string(c.workload) + "_" + std::to_string(c.cpus) + "_" + c.l1 + "_" + c.protocol;
  for (const std::string& setting : c.settings) name += "_" + setting;
  std::replace_if(
      name.begin(), name.end(), [](char l) { return std::isalnum(l) == 0; }, '_');
  return name;
}

test::uma_run run(const timed_case& c, const char* timing, const char* quantum = nullptr) {
  std::vector<std::string> settings{"cpu.count=" + std::to_string(c.cpus), std::string("l1.size=") + c.l1,
                                    "l1.ways=4", std::string("workload.size=") + c.size,
                                    std::string("coherence.protocol=") + c.protocol};
  if (quantum != nullptr) settings.push_back(std::string("cpu.lt_quantum=") + quantum);
  if (c.protocol == std::string("vi")) settings.emplace_back("l1.write=through");
  settings.insert(settings.end(), c.settings.begin(), c.settings.end());
  return test::run_uma(std::string("--workload ") + c.workload + " --timing " + timing, settings);
}

double difference(const test::uma_run& loose, const test::uma_run& approximate) {
  const auto at = static_cast<double>(approximate.count("time_ps"));
  return (static_cast<double>(loose.count("time_ps")) - at) / at;
}

void print_time(const timed_case& c, const test::uma_run& run) {
  std::cout << std::fixed << std::setprecision(1) << "| " << c.workload << " " << c.size << " | " << c.cpus
            << " | " << c.l1 << " | " << c.protocol << " | "
            << static_cast<double>(run.count("time_ps")) / 1e6 << " | "
            << 100 * run.statistics.at("bus.utilisation").get<double>() << " % |\n";
}

void expect_same(const timed_case& c) {
  SCOPED_TRACE(testing::PrintToString(c));
  const test::uma_run loose = run(c, "lt");
  const test::uma_run approximate = run(c, "at");
  ASSERT_EQ(loose.status, 0) << loose.errors;
  ASSERT_EQ(approximate.status, 0) << approximate.errors;
  print_time(c, approximate);
  const std::regex counted(
      R"(cpu_\d+\.(loads|stores|fetches|atomics)|cpu_\d+\.l1\.(hits|misses|read_misses|write_misses|upgrades))"
      R"(|bus\.(transactions|wait_ps|service_ps)\..*|time_ps)");
  unsigned compared = 0;
  for (const auto& [name, value] : loose.statistics.items()) {
    if (!std::regex_match(name, counted)) continue;
    EXPECT_EQ(value, approximate.statistics.at(name)) << name;
    ++compared;
  }
  EXPECT_GT(compared, 8 * c.cpus);
}

class partitioned : public testing::TestWithParam<timed_case> {};

TEST_P(partitioned, workload_has_the_same_counts_and_the_same_time_in_both_timings) {
  expect_same(GetParam());
}

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

// The bus is saturated in those of 1 KiB.
const timed_case several_processors[] = {{"stream", "4096", 4, "32KiB"},
                                         {"stream", "4096", 4, "1KiB"},
                                         {"matmul", "32", 4, "32KiB"},
                                         {"matmul", "32", 4, "1KiB"},
                                         {"fft", "1024", 4, "32KiB"},
                                         {"fft", "1024", 4, "1KiB"},
                                         {"lu", "32", 4, "32KiB"},
                                         {"lu", "32", 4, "1KiB"},
                                         {"stencil", "48", 4, "32KiB"},
                                         {"stencil", "48", 4, "1KiB"},
                                         {"pointer-chase", "512", 4, "1KiB"},
                                         {"radix-sort", "2048", 4, "32KiB"},
                                         {"radix-sort", "2048", 4, "1KiB"},
                                         {"n-body", "64", 4, "1KiB"},
                                         {"n-body", "128", 4, "32KiB"},
                                         {"n-body", "128", 2, "32KiB"},
                                         {"matmul", "64", 2, "64KiB"}};
INSTANTIATE_TEST_SUITE_P(several_processors, partitioned, testing::ValuesIn(several_processors), name_of);

std::vector<timed_case> other_protocols() {
  std::vector<timed_case> cases;
  for (const char* protocol :
       {"msi", "moesi", "mesif", "berkeley", "write-once", "firefly", "dragon", "vi"}) {
    for (const auto& [workload, size] :
         {std::pair{"stream", "4096"}, std::pair{"fft", "1024"}, std::pair{"stencil", "48"}}) {
      cases.push_back({workload, size, 4, "32KiB", protocol});
    }
  }
  return cases;
}
INSTANTIATE_TEST_SUITE_P(other_protocols, partitioned, testing::ValuesIn(other_protocols()), name_of);

// Where the data of the phases do not fit, or nearly do, whether a line is replaced before another processor
// reads it decides what is counted: a picosecond's difference would show.
class small_caches : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(small_caches, change_nothing) {
  const auto& [protocol, l1] = GetParam();
  for (const auto& [workload, size] :
       {std::pair{"stream", "4096"}, std::pair{"matmul", "32"}, std::pair{"fft", "1024"},
        std::pair{"lu", "32"}, std::pair{"stencil", "48"}, std::pair{"n-body", "64"},
        std::pair{"radix-sort", "2048"}}) {
    expect_same({workload, size, 4, l1, protocol});
  }
}

INSTANTIATE_TEST_SUITE_P(of_every_protocol, small_caches,
                         testing::Combine(testing::Values("msi", "mesi", "moesi", "mesif", "berkeley",
                                                          "write-once", "firefly", "dragon", "vi"),
                                          testing::Values("1KiB", "4KiB", "8KiB", "16KiB")),
                         [](const auto& tested) {
                           std::string name =
                               std::string(std::get<0>(tested.param)) + "_" + std::get<1>(tested.param);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// Each with a name of its own.
struct other_machine {
  const char* name;
  std::vector<std::string> settings;
};

void PrintTo(const other_machine& m, std::ostream* out) {
  *out << m.name;
}

class other_machines : public testing::TestWithParam<other_machine> {};

TEST_P(other_machines, are_as_exact) {
  for (const auto& [workload, size] : {std::pair{"stream", "1024"}, std::pair{"fft", "1024"},
                                       std::pair{"stencil", "48"}, std::pair{"radix-sort", "2048"}}) {
    expect_same({workload, size, 4, "8KiB", "mesi", GetParam().settings});
  }
}

const other_machine machines[] = {
    {"fcfs", {"bus.arbitration=fcfs"}},
    {"fixed_priority", {"bus.arbitration=fixed-priority"}},
    {"asynchronous", {"bus.asynchronous=true"}},
    {"slow_memory", {"memory.cycle_time=300ns"}},
    {"split_l1", {"l1.split=true"}},
    {"second_level", {"l2.size=64KiB"}},
    {"long_blocks", {"l2.size=16KiB", "l2.line=128"}},
    {"long_blocks_by_priority", {"l2.size=16KiB", "l2.line=128", "bus.arbitration=fixed-priority"}},
    {"loads_in_flight", {"cpu.outstanding=4"}},
    {"no_quantum", {"cpu.lt_quantum=0"}},
    {"long_quantum", {"cpu.lt_quantum=1ms"}}};
INSTANTIATE_TEST_SUITE_P(of, other_machines, testing::ValuesIn(machines),
                         [](const auto& tested) { return tested.param.name; });

// Who asks again when its last transaction ends has to let those go first that wait.
class uncached : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(uncached, processors_take_the_same_time) {
  const auto& [arbitration, split] = GetParam();
  const std::vector<std::string> settings{"cpu.count=2", "l1.size=0", "workload.size=16",
                                          std::string("bus.arbitration=") + arbitration,
                                          std::string("bus.split=") + split};
  for (const char* const workload : {"n-body", "matmul", "stencil"}) {
    const std::string command = std::string("--workload ") + workload + " --timing ";
    const test::uma_run loose = test::run_uma(command + "lt", settings);
    const test::uma_run approximate = test::run_uma(command + "at", settings);
    ASSERT_EQ(loose.status, 0) << loose.errors;
    ASSERT_EQ(approximate.status, 0) << approximate.errors;
    const double most = split == std::string("true") ? 0.01 : 0;
    EXPECT_LE(std::abs(difference(loose, approximate)), most)
        << workload << ": " << loose.count("time_ps") << ", " << approximate.count("time_ps");
  }
}

INSTANTIATE_TEST_SUITE_P(of, uncached,
                         testing::Combine(testing::Values("round-robin", "fixed-priority", "fcfs"),
                                          testing::Values("false", "true")),
                         [](const auto& tested) {
                           std::string name = std::string(std::get<0>(tested.param)) +
                                              (std::get<1>(tested.param)[0] == 't' ? "_split" : "_atomic");
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// Who has missed has the line from the grant on, and has given up the one it replaces; approximately timed,
// transactions that overlap still find the other one there. So counts may differ, but hardly.
class split_bus : public testing::TestWithParam<const char*> {};

TEST_P(split_bus, is_nearly_as_exact) {
  for (const auto& [workload, size] :
       {std::pair{"stream", "1024"}, std::pair{"fft", "1024"}, std::pair{"stencil", "48"},
        std::pair{"radix-sort", "2048"}, std::pair{"matmul", "32"}}) {
    const timed_case c{workload, size, 4, "8KiB", GetParam(), {"bus.split=true"}};
    SCOPED_TRACE(testing::PrintToString(c));
    const test::uma_run loose = run(c, "lt");
    const test::uma_run approximate = run(c, "at");
    ASSERT_EQ(loose.status, 0) << loose.errors;
    ASSERT_EQ(approximate.status, 0) << approximate.errors;
    EXPECT_LT(std::abs(difference(loose, approximate)), 0.01);
    for (unsigned i = 0; i < 4; ++i) {
      for (const char* const name : {".loads", ".stores", ".l1.misses"}) {
        const std::string counter = "cpu_" + std::to_string(i) + name;
        EXPECT_EQ(loose.count(counter), approximate.count(counter)) << counter;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(of, split_bus, testing::Values("msi", "mesi", "moesi", "berkeley", "dragon"),
                         [](const auto& tested) { return std::string(tested.param); });

class sharing : public testing::TestWithParam<timed_case> {};

// The exit status says that the result is right, in both timings: it is the same.
TEST_P(sharing, workload_has_the_same_result_and_nearly_the_same_time) {
  const timed_case& c = GetParam();
  const test::uma_run far = run(c, "lt", "10us");
  const test::uma_run near = run(c, "lt");
  const test::uma_run approximate = run(c, "at");
  for (const test::uma_run* one : {&far, &near, &approximate}) ASSERT_EQ(one->status, 0) << one->errors;
  print_time(c, approximate);
  std::cout << std::showpos << "  difference in time: " << 100 * difference(near, approximate)
            << " %, with a quantum of 10 us " << 100 * difference(far, approximate) << " %\n"
            << std::noshowpos;
  for (const char* type : {"BusRd", "BusRdX", "BusUpgr", "BusWB"}) {
    const std::string name = std::string("bus.transactions.") + type;
    std::cout << "  " << name << ": lt " << near.count(name) << ", at " << approximate.count(name) << '\n';
  }
  EXPECT_LT(std::abs(difference(near, approximate)), 0.03);
}

const timed_case shared_lines[] = {{"histogram", "2048", 4, "32KiB"},
                                   {"bfs", "512", 4, "32KiB"},
                                   {"false-sharing", "1000", 4, "32KiB"},
                                   {"lock-contention", "100", 4, "32KiB"},
                                   // The holder spins on the line that others wait for.
                                   {"lock-contention", "100", 2, "32KiB", "mesi", {"workload.variant=ttas"}},
                                   {"fft", "1024", 4, "8KiB", "mesi", {"cpu.consistency=tso"}},
                                   {"producer-consumer", "200", 4, "32KiB"},
                                   {"histogram", "2048", 4, "32KiB", "mesi", {"bus.split=true"}},
                                   {"false-sharing", "1000", 4, "32KiB", "mesi", {"bus.split=true"}}};
INSTANTIATE_TEST_SUITE_P(four_processors, sharing, testing::ValuesIn(shared_lines), name_of);

}  // namespace
}  // namespace mimd
