// Input and output on machines with directories: a disk and a DMA engine on node 0 write into lines that all
// caches use, and read lines that are modified elsewhere.
#include <gtest/gtest.h>

#include <algorithm>

#include "platforms/shared_memory/io_devices.h"
#include "tb/io/random_io_test.h"
#include "tests/support/coma_in_process.h"
#include "tests/support/numa_in_process.h"

namespace mimd {
namespace {

struct io_machine {
  const char* name;
  bool coma;
  test::settings values;
};

const std::vector<io_machine>& io_machines() {
  static const test::settings bus{{"node.coherence", "bus"}, {"node.cache_size", "2KiB"}};
  static const test::settings little{
      {"attraction.size", "1MiB"}, {"attraction.ways", "16"}, {"l1.size", "1KiB"}, {"l1.ways", "2"}};
  static const std::vector<io_machine> all{
      {"ports", false, {}},
      {"ports_nack_one_pointer",
       false,
       {{"directory.busy", "nack"},
        {"directory.format", "dir-i-nb"},
        {"directory.pointers", "1"},
        {"coherence.protocol", "moesi"},
        {"directory.replies", "via-home"},
        {"directory.clean_eviction", "notified"},
        {"cpu.consistency", "tso"},
        {"cpu.outstanding", "4"}}},
      {"ports_sparse_fixed",
       false,
       {{"directory.sparse_entries", "16"}, {"coherence.protocol", "msi"}, {"noc.fidelity", "fixed"}}},
      {"remote_not_cached", false, {{"node.cache_remote", "false"}, {"coherence.atomics", "home"}}},
      {"replication",
       false,
       {{"placement.replication_threshold", "2"},
        {"placement.count_interval", "2us"},
        {"placement.move_time", "300ns"},
        {"placement.shootdown_time", "200ns"}}},
      {"buses", false, bus},
      {"split_buses_tso", false, test::joined({bus, {{"bus.split", "true"}, {"cpu.consistency", "tso"}}})},
      {"attraction", true, little},
      {"attraction_nack_silent", true,
       test::joined({little, {{"directory.busy", "nack"}, {"directory.clean_eviction", "silent"}}})}};
  return all;
}

struct io_case {
  const io_machine* machine;
  timing_mode timing;
};

std::vector<io_case> io_cases() {
  std::vector<io_case> cases;
  for (const io_machine& m : io_machines()) {
    for (const timing_mode timing : {timing_mode::loose, timing_mode::approximate})
      cases.push_back({&m, timing});
  }
  return cases;
}

std::string name_of(const testing::TestParamInfo<io_case>& info) {
  return std::string(info.param.machine->name) + (info.param.timing == timing_mode::loose ? "_lt" : "_at");
}

class io_on_directories : public testing::TestWithParam<io_case> {};

template <class In_process>
void expect_coherent(const io_case& one) {
  const test::settings values = test::joined({{{"node.count", "3"},
                                               {"cpu.count", "6"},
                                               {"l1.size", "512B"},
                                               {"l1.ways", "2"},
                                               {"workload.size", "6000"},
                                               {"dma.present", "true"},
                                               {"disk.present", "true"},
                                               {"disk.rotation", "20us"},
                                               {"disk.sectors_per_track", "32"},
                                               {"disk.seek_base", "0s"},
                                               {"disk.seek_per_root", "0s"}},
                                              one.machine->values});
  In_process here(values, one.timing, 1, true);
  tb::random_io_test::devices devices;
  devices.disk = io_devices::window(0);
  devices.dma = io_devices::window(1);
  here.machine().load_program(
      std::make_unique<tb::random_io_test>(here.parameters().programs.workload, devices));
  const tb::verdict verdict = here.run();
  EXPECT_TRUE(verdict.correct) << verdict.text;
  EXPECT_EQ(here.machine().checker()->violation_count(), 0u);
  for (const auto& [name, value] : verdict.results) {
    if (name == "copies" || name == "sectors") {
      EXPECT_GT(value, 20) << "too little input and output: " << name;
    }
  }
}

TEST_P(io_on_directories, is_coherent_with_all_caches) {
  if (GetParam().machine->coma) {
    expect_coherent<test::coma_in_process>(GetParam());
  } else {
    expect_coherent<test::numa_in_process>(GetParam());
  }
}

INSTANTIATE_TEST_SUITE_P(all, io_on_directories, testing::ValuesIn(io_cases()), name_of);

}  // namespace
}  // namespace mimd
