// Every workload of mimd-uma at a size that suits many processors, under any protocol and timing, with the
// coherence checker.
#ifndef MIMD_TESTS_SUPPORT_WORKLOAD_MATRIX_H
#define MIMD_TESTS_SUPPORT_WORKLOAD_MATRIX_H

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "coherence/snooping_protocol.h"
#include "tests/support/uma_run.h"

namespace mimd::test {

struct sized_workload {
  std::string name;
  std::string size;
};

inline const std::vector<sized_workload>& matrix_workloads() {
  static const std::vector<sized_workload> all{{"bfs", "512"},
                                               {"disk-sort", "1024"},
                                               {"false-sharing", "32"},
                                               {"fft", "1024"},
                                               {"histogram", "1024"},
                                               {"lock-contention", "2"},
                                               {"lu", "32"},
                                               {"matmul", "32"},
                                               {"n-body", "64"},
                                               {"pointer-chase", "512"},
                                               {"producer-consumer", "64"},
                                               {"radix-sort", "64"},
                                               {"random-test", "300"},
                                               {"stencil", "64"},
                                               {"stream", "4096"},
                                               {"synthetic", "300"},
                                               {"latency-matrix", "256"},
                                               {"core-to-core", "64"},
                                               {"loaded-latency", "1024"}};
  return all;
}

struct matrix_case {
  sized_workload workload;
  std::string protocol;
  std::string timing;
};

inline void PrintTo(const matrix_case& c, std::ostream* out) {
  *out << c.workload.name << ' ' << c.protocol << ' ' << c.timing;
}

inline std::string matrix_name(const testing::TestParamInfo<matrix_case>& info) {
  std::string name = info.param.workload.name + "_" + info.param.protocol + "_" + info.param.timing;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

inline void expect_coherent_and_correct(const matrix_case& c, unsigned cpus) {
  std::vector<std::string> settings{"coherence.protocol=" + c.protocol, "cpu.count=" + std::to_string(cpus),
                                    "l1.size=64KiB", "workload.size=" + c.workload.size,
                                    "workload.iterations=1"};
  if (find_snooping_protocol(c.protocol)->write_through) settings.emplace_back("l1.write=through");
  if (c.workload.name == "disk-sort") settings.emplace_back("disk.present=true");
  const uma_run run =
      run_uma("--check-coherence --workload " + c.workload.name + " --timing " + c.timing, settings);
  ASSERT_EQ(run.status, 0) << run.errors;  // right result, no violation
  EXPECT_EQ(run.count("coherence.violations"), 0u);
  EXPECT_GT(run.count("coherence.accesses_checked"), 0u);
}

}  // namespace mimd::test

#endif
