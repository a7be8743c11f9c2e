// Every shared-memory workload on cache-only memory machines of any number of nodes, in both timings, with
// the coherence checker and the search for lost lines.
#ifndef MIMD_TESTS_SUPPORT_COMA_WORKLOAD_MATRIX_H
#define MIMD_TESTS_SUPPORT_COMA_WORKLOAD_MATRIX_H

#include "tests/support/numa_workload_matrix.h"

namespace mimd::test {

struct coma_matrix_case {
  sized_workload workload;
  unsigned nodes;
  unsigned each;  // processors of a node
  std::string timing;
  std::string medium;  // of a hierarchical one: bus or ring; "": flat
};

inline void PrintTo(const coma_matrix_case& c, std::ostream* out) {
  *out << c.workload.name << ' ' << c.nodes << 'x' << c.each << ' ' << c.timing << ' ' << c.medium;
}

inline std::string coma_matrix_name(const testing::TestParamInfo<coma_matrix_case>& info) {
  const coma_matrix_case& c = info.param;
  std::string name =
      c.workload.name + "_" + std::to_string(c.nodes) + "x" + std::to_string(c.each) + "_" + c.timing;
  if (!c.medium.empty()) name += "_" + c.medium;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

inline void expect_coherent_and_correct(const coma_matrix_case& c) {
  // The random tester spreads its lines over 1.3 MB.
  std::vector<std::string> settings{"node.count=" + std::to_string(c.nodes),
                                    "cpu.count=" + std::to_string(c.nodes * c.each),
                                    "l1.size=2KiB",
                                    "attraction.size=2MiB",
                                    "workload.size=" + size_on(c.workload, c.nodes),
                                    "workload.iterations=1"};
  if (c.workload.name == "disk-sort") settings.emplace_back("disk.present=true");
  if (!c.medium.empty()) {
    settings.insert(settings.end(), {"coma.family=hierarchical", "hierarchy.medium=" + c.medium,
                                     c.nodes > 16 ? "hierarchy.arity=16" : "hierarchy.arity=3"});
  }
  const machine_run run = run_machine(
      "mimd-coma", "--check-coherence --workload " + c.workload.name + " --timing " + c.timing, settings);
  ASSERT_EQ(run.status, 0) << run.errors;  // right result, no violation, no line lost
  EXPECT_EQ(run.count("coherence.violations"), 0u);
}

class coma_workload_matrix : public testing::TestWithParam<coma_matrix_case> {};

}  // namespace mimd::test

#endif
