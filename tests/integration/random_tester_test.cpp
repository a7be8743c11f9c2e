// The random tester on the shared-bus machine: every protocol, both timings, small caches, every kind of bus
// and hierarchy, with a DMA engine and a disk at work in the same lines. No violation, right results, and
// every row that the protocol's table can reach at all was exercised.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "tb/io/random_io_test.h"
#include "tb/model_checker/reachable_rows.h"
#include "tests/support/uma_in_process.h"

namespace mimd {
namespace {

constexpr const char* accesses = "10000";  // of each of four processors, and half as many more between them

struct machine_kind {
  const char* name;
  test::settings values;
};

const std::vector<machine_kind>& machine_kinds() {
  static const std::vector<machine_kind> kinds{
      {"atomic_bus_direct_mapped", {{"l1.size", "512B"}, {"l1.ways", "1"}}},
      {"split_bus_tso",
       {{"l1.size", "1KiB"},
        {"l1.ways", "2"},
        {"bus.split", "true"},
        {"cpu.consistency", "tso"},
        {"cpu.outstanding", "4"}}},
      {"split_bus_direct_mapped_tso",
       {{"l1.size", "512B"},
        {"l1.ways", "1"},
        {"bus.split", "true"},
        {"bus.arbitration", "fixed-priority"},
        {"cpu.consistency", "tso"},
        {"cpu.outstanding", "4"},
        {"dma.burst", "16B"},
        {"l1.write_back_entries", "1"}}},
      {"split_l1_atomic_bus_tso",
       {{"l1.split", "true"},
        {"l1.size", "512B"},
        {"l1.ways", "2"},
        {"l1i.size", "512B"},
        {"l1i.ways", "1"},
        {"l1.replacement", "random"},
        {"cpu.consistency", "tso"}}},
      {"inclusive_l2_split_bus",
       {{"l1.split", "true"},
        {"l1.size", "512B"},
        {"l1.ways", "1"},
        {"l1i.size", "256B"},
        {"l1i.ways", "1"},
        {"l2.size", "1KiB"},
        {"l2.ways", "2"},
        {"bus.split", "true"},
        {"cpu.outstanding", "2"}}},
      {"non_inclusive_l2_tso",
       {{"l1.size", "512B"},
        {"l1.ways", "2"},
        {"l2.size", "1KiB"},
        {"l2.ways", "2"},
        {"l2.inclusive", "false"},
        {"bus.arbitration", "fcfs"},
        {"cpu.consistency", "tso"},
        {"cpu.outstanding", "4"}}},
      {"write_through_l1_under_l2",
       {{"l1.size", "512B"},
        {"l1.ways", "1"},
        {"l1.write", "through"},
        {"l2.size", "1KiB"},
        {"l2.ways", "2"}}},
      {"no_write_allocate",
       {{"l1.size", "512B"}, {"l1.ways", "2"}, {"l1.write_allocate", "false"}, {"bus.split", "true"}}},
  };
  return kinds;
}

bool has(const test::settings& values, const std::string& name) {
  return std::any_of(values.begin(), values.end(), [&](const auto& v) { return v.first == name; });
}

struct random_case {
  std::string protocol;
  timing_mode timing;
  const machine_kind* kind;
};

void PrintTo(const random_case& one, std::ostream* out) {
  *out << one.protocol << (one.timing == timing_mode::loose ? " lt " : " at ") << one.kind->name;
}

std::vector<random_case> all_cases() {
  std::vector<random_case> cases;
  for (const snooping_protocol& p : snooping_protocols()) {
    for (const timing_mode timing : {timing_mode::loose, timing_mode::approximate}) {
      for (const machine_kind& kind : machine_kinds()) {
        if (p.write_through && has(kind.values, "l2.size")) continue;  // VI is for a write-through L1 alone
        cases.push_back({p.name, timing, &kind});
      }
    }
  }
  return cases;
}

std::string name_of(const testing::TestParamInfo<random_case>& info) {
  std::string name = info.param.protocol + (info.param.timing == timing_mode::loose ? "_lt_" : "_at_") +
                     info.param.kind->name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class random_tester : public testing::TestWithParam<random_case> {};

TEST_P(random_tester, finds_no_violation_and_exercises_every_reachable_row) {
  const random_case& one = GetParam();
  const snooping_protocol& protocol = *find_snooping_protocol(one.protocol);
  test::settings values{{"coherence.protocol", one.protocol},
                        {"workload.size", accesses},
                        {"dma.present", "true"},
                        {"disk.present", "true"},
                        {"disk.rotation", "20us"},
                        {"disk.sectors_per_track", "32"},
                        {"disk.seek_base", "0s"},
                        {"disk.seek_per_root", "0s"}};
  if (protocol.write_through) values.emplace_back("l1.write", "through");
  values.insert(values.end(), one.kind->values.begin(), one.kind->values.end());
  test::uma_in_process uma(values, one.timing, 1, true);
  tb::random_io_test::devices devices;
  devices.disk = io_devices::window(0);
  devices.dma = io_devices::window(1);
  uma.machine().load_program(
      std::make_unique<tb::random_io_test>(uma.parameters().programs.workload, devices));
  const tb::verdict verdict = uma.run();
  EXPECT_TRUE(verdict.correct) << verdict.text;
  EXPECT_EQ(uma.machine().checker()->violation_count(), 0u);
  for (const auto& [name, value] : verdict.results) {
    if (name == "copies" || name == "sectors") {
      EXPECT_GT(value, 50) << "too little input and output: " << name;
    }
  }
  // A store that does not allocate takes a processor's write row of state I only as an agent that keeps
  // nothing.
  if (has(one.kind->values, "l1.write_allocate")) return;
  const row_coverage reachable = tb::reachable_rows(protocol, uma.parameters().processors.count);
  std::cout << one.protocol << ": " << uma.machine().rows().exercised() << " of " << reachable.exercised()
            << " reachable rows\n";
  for (const std::string& row : uma.machine().rows().missing(reachable, protocol)) {
    ADD_FAILURE() << one.protocol << ": never exercised: " << row;
  }
  EXPECT_EQ(uma.machine().rows().exercised(), reachable.exercised()) << "an unreachable row was exercised";
}

INSTANTIATE_TEST_SUITE_P(all, random_tester, testing::ValuesIn(all_cases()), name_of);

}  // namespace
}  // namespace mimd
