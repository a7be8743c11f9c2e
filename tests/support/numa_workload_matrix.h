// Every shared-memory workload on directory machines of any number of nodes, any protocol, format, timing and
// network, with the coherence checker.
#ifndef MIMD_TESTS_SUPPORT_NUMA_WORKLOAD_MATRIX_H
#define MIMD_TESTS_SUPPORT_NUMA_WORKLOAD_MATRIX_H

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "tests/support/workload_matrix.h"

namespace mimd::test {

struct numa_matrix_case {
  sized_workload workload;
  unsigned nodes;
  std::string protocol;
  std::string format;
  std::string timing;
  std::string fidelity;
};

inline void PrintTo(const numa_matrix_case& c, std::ostream* out) {
  *out << c.workload.name << ' ' << c.nodes << ' ' << c.protocol << ' ' << c.format << ' ' << c.timing << ' '
       << c.fidelity;
}

inline std::string numa_matrix_name(const testing::TestParamInfo<numa_matrix_case>& info) {
  const numa_matrix_case& c = info.param;
  std::string name = c.workload.name + "_" + std::to_string(c.nodes) + "_" + c.protocol + "_" + c.format +
                     "_" + c.timing + "_" + c.fidelity;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

// Of latency-matrix, every node follows a chain in every other's memory: on many nodes, short ones.
inline std::string size_on(const sized_workload& workload, unsigned nodes) {
  if (workload.name != "latency-matrix" || nodes <= 16) return workload.size;
  return std::to_string(std::stoul(workload.size) * 16 / nodes);
}

inline const std::vector<std::string>& matrix_formats() {
  static const std::vector<std::string> all{"full-map",      "dir-i-b",      "dir-i-nb",
                                            "coarse-vector", "pointer-pool", "sparse"};
  return all;
}

inline void expect_coherent_and_correct(const numa_matrix_case& c) {
  const std::string count = std::to_string(c.nodes);
  std::vector<std::string> settings{
      "node.count=" + count,        "cpu.count=" + count, "coherence.protocol=" + c.protocol,
      "noc.fidelity=" + c.fidelity, "l1.size=8KiB",       "workload.size=" + size_on(c.workload, c.nodes),
      "workload.iterations=1"};
  if (c.workload.name == "disk-sort") settings.emplace_back("disk.present=true");
  if (c.format == "dir-i-b" || c.format == "dir-i-nb" || c.format == "coarse-vector") {
    settings.emplace_back("directory.pointers=2");
  }
  if (c.format == "coarse-vector") {
    settings.push_back("directory.region=" + std::to_string(std::min(4u, c.nodes)));
  }
  if (c.format == "sparse") {
    settings.insert(settings.end(), {"directory.sparse_entries=256", "directory.sparse_ways=4"});
  } else {
    settings.push_back("directory.format=" + c.format);
  }
  const machine_run run = run_machine(
      "mimd-numa", "--check-coherence --workload " + c.workload.name + " --timing " + c.timing, settings);
  ASSERT_EQ(run.status, 0) << run.errors;  // right result, no violation
  EXPECT_EQ(run.count("coherence.violations"), 0u);
  const bool has_nobody_to_meet = c.workload.name == "core-to-core" && c.nodes == 1;
  EXPECT_EQ(run.count("coherence.accesses_checked") == 0, has_nobody_to_meet);
}

}  // namespace mimd::test

#endif
