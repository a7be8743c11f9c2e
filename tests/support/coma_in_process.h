// A cache-only memory machine inside a test, and one that runs the random tester in a process of its own; and
// small ones of every kind, whose lines are replaced, injected and fought over.
#ifndef MIMD_TESTS_SUPPORT_COMA_IN_PROCESS_H
#define MIMD_TESTS_SUPPORT_COMA_IN_PROCESS_H

#include "platforms/coma/coma_machine.h"
#include "tests/support/directory_in_process.h"

namespace mimd::test {

using coma_in_process = machine_in_process<coma_parameters, coma_machine>;

inline settings coma_form_settings(const directory_form& form) {
  using f = directory_form;
  return {{"directory.clean_eviction", form.eviction == f::clean_eviction::silent ? "silent" : "notified"},
          {"directory.busy", form.busy == f::busy_line::queue ? "queue" : "nack"}};
}

inline random_run run_coma_random_tester(const settings& values, timing_mode timing, std::uint64_t seed = 1,
                                         bool jitter = false) {
  return run_random_tester_in<coma_in_process>(values, timing, seed, jitter);
}

struct named_coma {
  const char* name;
  settings values;
};

inline const std::vector<named_coma>& coma_formats() {
  static const std::vector<named_coma> all{
      {"full_map", {{"directory.format", "full-map"}}},
      {"dir_1_b", {{"directory.format", "dir-i-b"}, {"directory.pointers", "1"}}},
      {"coarse_vector",
       {{"directory.format", "coarse-vector"}, {"directory.pointers", "1"}, {"directory.region", "2"}}}};
  return all;
}

inline const std::vector<named_coma>& coma_machine_kinds() {
  static const settings small{{"workload.variant", "full"}, {"workload.size", "1500"},
                              {"l1.size", "256B"},          {"l1.ways", "2"},
                              {"cpu.count", "4"},           {"node.count", "4"}};
  static const std::vector<named_coma> all{
      {"four_nodes_99_percent",
       joined(
           {small, {{"attraction.size", "1536B"}, {"attraction.ways", "24"}, {"attraction.pressure", "1"}}})},
      {"four_nodes_80_percent",
       joined(
           {small, {{"attraction.size", "1KiB"}, {"attraction.ways", "4"}, {"attraction.pressure", "0.8"}}})},
      {"two_nodes_of_four_tso", joined({small,
                                        {{"node.count", "2"},
                                         {"cpu.count", "8"},
                                         {"workload.size", "700"},
                                         {"cpu.consistency", "tso"},
                                         {"cpu.outstanding", "4"},
                                         {"attraction.size", "1KiB"},
                                         {"attraction.ways", "16"},
                                         {"attraction.pressure", "1"}}})},
      {"seven_nodes_one_set", joined({small,
                                      {{"node.count", "7"},
                                       {"cpu.count", "7"},
                                       {"workload.size", "900"},
                                       {"attraction.size", "256B"},
                                       {"attraction.ways", "4"},
                                       {"attraction.pressure", "1"}}})},
      {"16_nodes_30_percent", joined({small,
                                      {{"node.count", "16"},
                                       {"cpu.count", "32"},
                                       {"workload.size", "150"},
                                       {"attraction.size", "512B"},
                                       {"attraction.ways", "8"},
                                       {"attraction.pressure", "0.3"}}})},
      {"split_bus_l2_fifo", joined({small,
                                    {{"bus.split", "true"},
                                     {"cpu.count", "8"},
                                     {"workload.size", "700"},
                                     {"l2.size", "512B"},
                                     {"l2.ways", "2"},
                                     {"cpu.outstanding", "2"},
                                     {"attraction.size", "2KiB"},
                                     {"attraction.ways", "32"},
                                     {"attraction.replacement", "fifo"},
                                     {"attraction.pressure", "1"}}})},
      {"simple_coma_pages_of_four_lines", joined({small,
                                                  {{"attraction.size", "4KiB"},
                                                   {"attraction.ways", "8"},
                                                   {"attraction.allocation", "256B"},
                                                   {"attraction.allocation_time", "50ns"},
                                                   {"attraction.pressure", "1"}}})},
      {"random_replacement_quick_homes", joined({small,
                                                 {{"attraction.size", "1KiB"},
                                                  {"attraction.ways", "8"},
                                                  {"attraction.replacement", "random"},
                                                  {"attraction.pressure", "1"},
                                                  {"directory.access_time", "0ns"},
                                                  {"directory.occupancy", "0ns"},
                                                  {"directory.slot_time", "0ns"},
                                                  {"node.local_time", "0ns"},
                                                  {"cpu.at_quantum", "100ns"}}})}};
  return all;
}

// Machines in which hardly any room is left, so that lines often find none.
inline const std::vector<named_coma>& racing_coma_kinds() {
  static const settings full{{"workload.variant", "full"},
                             {"workload.size", "3000"},
                             {"cpu.consistency", "tso"},
                             {"l1.size", "128B"},
                             {"l1.ways", "2"},
                             {"attraction.size", "192B"},
                             {"attraction.ways", "3"},
                             {"attraction.pressure", "1"}};
  static const std::vector<named_coma> all{
      {"three_nodes_eight_lines", joined({full, {{"node.count", "3"}, {"cpu.count", "3"}}})},
      {"two_nodes_five_lines", joined({full, {{"node.count", "2"}, {"cpu.count", "2"}}})},
      {"five_nodes_two_sets", joined({full,
                                      {{"node.count", "5"},
                                       {"cpu.count", "5"},
                                       {"attraction.size", "384B"},
                                       {"cpu.outstanding", "4"},
                                       {"attraction.ways", "3"}}})}};
  return all;
}

inline const std::vector<named_coma>& coma_networks() {
  static const std::vector<named_coma> all{
      {"fixed", {{"noc.fidelity", "fixed"}, {"noc.latency", "37ns"}}},
      {"packet", {{"noc.fidelity", "packet"}}},
      {"flit", {{"noc.fidelity", "flit"}, {"noc.vcs", "1"}, {"noc.buffer_flits", "2"}}}};
  return all;
}

}  // namespace mimd::test

#endif
