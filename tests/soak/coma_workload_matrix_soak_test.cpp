// Every workload on 1 to 256 nodes of cache-only memory, in both timings.
#include "tests/support/coma_workload_matrix.h"

namespace mimd {
namespace {

class coma_workload_matrix_soak : public test::coma_workload_matrix {};

std::vector<test::coma_matrix_case> all_cases(const std::vector<std::string>& media) {
  std::vector<test::coma_matrix_case> cases;
  for (const test::sized_workload& w : test::matrix_workloads()) {
    for (const unsigned nodes : {1u, 2u, 4u, 16u, 64u, 256u}) {
      for (const char* timing : {"lt", "at"})
        cases.push_back({w, nodes, 1, timing, media[cases.size() / 2 % media.size()]});
    }
  }
  return cases;
}

TEST_P(coma_workload_matrix_soak, is_coherent_and_correct_and_loses_nothing) {
  test::expect_coherent_and_correct(GetParam());
}

INSTANTIATE_TEST_SUITE_P(all, coma_workload_matrix_soak, testing::ValuesIn(all_cases({""})),
                         test::coma_matrix_name);
INSTANTIATE_TEST_SUITE_P(hierarchy, coma_workload_matrix_soak, testing::ValuesIn(all_cases({"bus", "ring"})),
                         test::coma_matrix_name);

}  // namespace
}  // namespace mimd
