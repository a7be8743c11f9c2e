// 10^8 accesses of the random tester for every protocol and timing, on machines of 2 to 64 processors, with
// the coherence checker: no violation, right results, every reachable row exercised (by up to 16 processors).
#include <gtest/gtest.h>

#include <algorithm>

#include "tb/model_checker/reachable_rows.h"
#include "tests/support/uma_run.h"

namespace mimd {
namespace {

struct machine {
  unsigned cpus;
  std::uint64_t accesses;  // of all of them
  std::vector<std::string> settings;
};

constexpr std::uint64_t accesses_in_all = 100'000'000;

const std::vector<machine>& machines() {
  static const std::vector<machine> all{
      {2, 20'000'000, {"l1.size=1KiB", "l1.ways=2"}},
      {4, 50'000'000, {"l1.size=2KiB", "l1.ways=2"}},
      {4, 12'000'000, {"l1.size=512B", "l1.ways=1", "bus.split=true", "cpu.consistency=tso"}},
      {8, 10'000'000, {"l1.size=1KiB", "l1.ways=4", "l1.replacement=random", "bus.split=true"}},
      {16, 5'000'000, {"l1.size=2KiB", "l1.ways=2", "cpu.consistency=tso"}},
      {32, 2'000'000, {"l1.size=4KiB", "l1.ways=2", "bus.arbitration=fcfs"}},
      {64, 1'000'000, {"l1.size=2KiB", "l1.ways=2"}}};
  return all;
}

// Where more processors share the lines, one of them nearly never finds itself alone.
constexpr unsigned most_for_coverage = 16;

struct soak_case {
  std::string protocol;
  const char* timing;
  std::size_t machine;
};

void PrintTo(const soak_case& c, std::ostream* out) {
  *out << c.protocol << ' ' << c.timing << ", " << machines()[c.machine].cpus << " processors";
}

std::vector<soak_case> all_cases() {
  std::vector<soak_case> cases;
  for (const snooping_protocol& p : snooping_protocols()) {
    for (const char* timing : {"lt", "at"}) {
      for (std::size_t m = 0; m < machines().size(); ++m) cases.push_back({p.name, timing, m});
    }
  }
  return cases;
}

std::string name_of(const testing::TestParamInfo<soak_case>& info) {
  const soak_case& c = info.param;
  std::string name = c.protocol + "_" + c.timing + "_" + std::to_string(c.machine) + "_" +
                     std::to_string(machines()[c.machine].cpus) + "_processors";
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

TEST(random_tester_soak, adds_up_to_the_accesses_asked_for) {
  std::uint64_t sum = 0;
  for (const machine& m : machines()) sum += m.accesses;
  EXPECT_GE(sum, accesses_in_all);
}

class random_tester_soak : public testing::TestWithParam<soak_case> {};

TEST_P(random_tester_soak, finds_no_violation) {
  const soak_case& c = GetParam();
  const machine& m = machines()[c.machine];
  const snooping_protocol& protocol = *find_snooping_protocol(c.protocol);
  // One step in 26 of the tester is a fence or a pause.
  const std::uint64_t steps = m.accesses / m.cpus * 26 / 25 + 1;
  std::vector<std::string> settings{"coherence.protocol=" + c.protocol, "cpu.count=" + std::to_string(m.cpus),
                                    "workload.size=" + std::to_string(steps)};
  if (protocol.write_through) settings.emplace_back("l1.write=through");
  settings.insert(settings.end(), m.settings.begin(), m.settings.end());
  const test::uma_run run = test::run_uma(std::string("--workload random-test --check-coherence --timing ") +
                                              c.timing + " --seed " + std::to_string(c.machine + 1),
                                          settings);
  ASSERT_EQ(run.status, 0) << run.errors;
  EXPECT_EQ(run.count("coherence.violations"), 0u);
  std::uint64_t accesses = 0;
  for (unsigned i = 0; i < m.cpus; ++i) {
    const std::string cpu = "cpu_" + std::to_string(i);
    accesses += run.count(cpu + ".loads") + run.count(cpu + ".stores") + run.count(cpu + ".atomics");
  }
  EXPECT_GE(accesses, m.accesses);
  if (m.cpus <= most_for_coverage) {
    EXPECT_EQ(run.count("coherence.rows_exercised"),
              tb::reachable_rows(protocol, std::min(m.cpus, 4u)).exercised());
  }
}

INSTANTIATE_TEST_SUITE_P(all, random_tester_soak, testing::ValuesIn(all_cases()), name_of);

}  // namespace
}  // namespace mimd
