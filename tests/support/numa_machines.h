// Directory machines for tests: every format of the directory, every kind of node, every network. All are
// small, so that a short run evicts, recalls and races. Half of the random tester's lines are 64 KiB apart:
// only an odd number of nodes gives them several homes.
#ifndef MIMD_TESTS_SUPPORT_NUMA_MACHINES_H
#define MIMD_TESTS_SUPPORT_NUMA_MACHINES_H

#include <vector>

#include "tests/support/numa_in_process.h"

namespace mimd::test {

struct named_settings {
  const char* name;
  settings values;
};

inline const std::vector<named_settings>& directory_formats() {
  static const settings sparse{{"directory.sparse_entries", "8"}, {"directory.sparse_ways", "2"}};
  static const std::vector<named_settings> whole{
      {"full_map", {{"directory.format", "full-map"}}},
      {"dir_1_b", {{"directory.format", "dir-i-b"}, {"directory.pointers", "1"}}},
      {"dir_2_nb", {{"directory.format", "dir-i-nb"}, {"directory.pointers", "2"}}},
      {"coarse_vector",
       {{"directory.format", "coarse-vector"}, {"directory.pointers", "1"}, {"directory.region", "2"}}},
      {"pointer_pool", {{"directory.format", "pointer-pool"}, {"directory.pool", "9"}}}};
  static const std::vector<named_settings> all = [] {
    std::vector<named_settings> both = whole;
    for (const named_settings& format : whole) both.push_back({format.name, joined({format.values, sparse})});
    // With one pointer, a reader and the owner do not fit together.
    both.push_back({"dir_1_nb", {{"directory.format", "dir-i-nb"}, {"directory.pointers", "1"}}});
    both.push_back({"pool_of_one", {{"directory.format", "pointer-pool"}, {"directory.pool", "1"}}});
    both.push_back({"one_random_way",
                    {{"directory.sparse_entries", "4"},
                     {"directory.sparse_ways", "1"},
                     {"directory.sparse_replacement", "random"}}});
    return both;
  }();
  return all;
}

inline const std::vector<named_settings>& numa_networks() {
  static const std::vector<named_settings> all{
      {"fixed", {{"noc.fidelity", "fixed"}, {"noc.latency", "37ns"}}},
      {"packet", {{"noc.fidelity", "packet"}}},
      {"flit_few_buffers",
       {{"noc.fidelity", "flit"}, {"noc.vcs", "1"}, {"noc.buffer_flits", "2"}, {"noc.flit_bytes", "8"}}},
      {"fixed_narrow", {{"noc.fidelity", "fixed"}, {"noc.bandwidth", "500MB/s"}, {"noc.latency", "3ns"}}},
      {"packet_narrow", {{"noc.fidelity", "packet"}, {"noc.flit_bytes", "4"}, {"noc.vcs", "2"}}},
      {"packet_multicast", {{"noc.fidelity", "packet"}, {"directory.multicast", "true"}}},
      {"flit_multicast",
       {{"noc.fidelity", "flit"},
        {"directory.multicast", "true"},
        {"noc.topology", "torus"},
        {"noc.buffer_flits", "2"}}}};
  return all;
}

inline const std::vector<named_settings>& numa_machine_kinds() {
  static const std::vector<named_settings> all{{"five_nodes_direct_mapped",
                                                {{"node.count", "4"},
                                                 {"cpu.count", "4"},
                                                 {"workload.size", "1500"},
                                                 {"l1.size", "512B"},
                                                 {"l1.ways", "1"}}},
                                               {"two_nodes_of_four_tso",
                                                {{"node.count", "2"},
                                                 {"cpu.count", "8"},
                                                 {"workload.size", "700"},
                                                 {"l1.size", "1KiB"},
                                                 {"l1.ways", "2"},
                                                 {"cpu.consistency", "tso"},
                                                 {"cpu.outstanding", "4"}}},
                                               {"one_node",
                                                {{"node.count", "1"},
                                                 {"cpu.count", "4"},
                                                 {"workload.size", "1500"},
                                                 {"l1.size", "512B"},
                                                 {"l1.ways", "2"},
                                                 {"l1.write_back_entries", "1"},
                                                 {"cpu.consistency", "tso"}}},
                                               {"split_l1",
                                                {{"node.count", "4"},
                                                 {"cpu.count", "4"},
                                                 {"workload.size", "1500"},
                                                 {"l1.split", "true"},
                                                 {"l1.size", "512B"},
                                                 {"l1.ways", "2"},
                                                 {"l1i.size", "512B"},
                                                 {"l1i.ways", "1"},
                                                 {"l1.replacement", "random"},
                                                 {"placement.policy", "first-touch"}}},
                                               {"inclusive_l2",
                                                {{"node.count", "3"},
                                                 {"cpu.count", "6"},
                                                 {"workload.size", "1000"},
                                                 {"l1.size", "256B"},
                                                 {"l1.ways", "1"},
                                                 {"l2.size", "512B"},
                                                 {"l2.ways", "2"},
                                                 {"cpu.outstanding", "2"}}},
                                               {"non_inclusive_l2_tso",
                                                {{"node.count", "4"},
                                                 {"cpu.count", "4"},
                                                 {"workload.size", "1500"},
                                                 {"l1.size", "256B"},
                                                 {"l1.ways", "2"},
                                                 {"l2.size", "512B"},
                                                 {"l2.ways", "2"},
                                                 {"l2.inclusive", "false"},
                                                 {"cpu.consistency", "tso"},
                                                 {"cpu.outstanding", "4"},
                                                 {"placement.policy", "blocked"}}},
                                               {"write_through_l1_under_l2",
                                                {{"node.count", "4"},
                                                 {"cpu.count", "4"},
                                                 {"workload.size", "1500"},
                                                 {"l1.size", "256B"},
                                                 {"l1.ways", "1"},
                                                 {"l1.write", "through"},
                                                 {"l2.size", "1KiB"},
                                                 {"l2.ways", "2"},
                                                 {"placement.interleave", "64B"}}},
                                               {"no_write_allocate",
                                                {{"node.count", "2"},
                                                 {"cpu.count", "4"},
                                                 {"workload.size", "1500"},
                                                 {"l1.size", "512B"},
                                                 {"l1.ways", "2"},
                                                 {"l1.write_allocate", "false"}}},
                                               {"no_write_allocate_tso",
                                                {{"node.count", "4"},
                                                 {"cpu.count", "4"},
                                                 {"workload.size", "1500"},
                                                 {"l1.size", "256B"},
                                                 {"l1.ways", "1"},
                                                 {"l1.write_allocate", "false"},
                                                 {"cpu.consistency", "tso"},
                                                 {"cpu.outstanding", "8"},
                                                 {"l1.mshrs", "8"},
                                                 {"placement.page", "1KiB"}}},
                                               {"64_processors",
                                                {{"node.count", "16"},
                                                 {"cpu.count", "64"},
                                                 {"workload.size", "60"},
                                                 {"l1.size", "512B"},
                                                 {"l1.ways", "2"},
                                                 {"placement.policy", "node"},
                                                 {"placement.node", "5"}}},
                                               {"quick_homes_long_lines",
                                                {{"node.count", "4"},
                                                 {"cpu.count", "4"},
                                                 {"workload.size", "1500"},
                                                 {"l1.size", "1KiB"},
                                                 {"l1.ways", "2"},
                                                 {"l1.line", "128"},
                                                 {"directory.access_time", "0ns"},
                                                 {"directory.occupancy", "0ns"},
                                                 {"directory.snoop_time", "300ns"},
                                                 {"directory.retry_time", "40ns"},
                                                 {"node.local_time", "0ns"},
                                                 {"node.entry_time", "0ns"},
                                                 {"node.exit_time", "0ns"},
                                                 {"node.reply_exit_time", "0ns"},
                                                 {"cpu.at_quantum", "100ns"}}}};
  return all;
}

// Machines that keep few lines and send little within a node, for networks that keep no order.
inline const std::vector<named_settings>& racing_machine_kinds() {
  static const settings tiny{
      {"node.count", "4"},      {"cpu.count", "4"},  {"workload.size", "1500"}, {"cpu.consistency", "tso"},
      {"cpu.outstanding", "4"}, {"l1.size", "256B"}, {"l1.ways", "2"}};
  static const std::vector<named_settings> all{
      {"four_nodes", joined({tiny, {{"directory.retry_time", "1us"}}})},
      {"one_set_of_four_lines",
       joined({tiny, {{"l1.ways", "4"}, {"l1.write_back_entries", "4"}, {"directory.retry_time", "20ns"}}})},
      {"seven_nodes", joined({tiny,
                              {{"node.count", "7"},
                               {"cpu.count", "7"},
                               {"workload.size", "900"},
                               {"placement.interleave", "64B"}}})}};
  return all;
}

}  // namespace mimd::test

#endif
