// Every workload, every protocol and both timings, in a sample of pairs on 16 processors; the whole product
// on 64 is tests/soak/workload_matrix_soak_test.cpp.
#include "tests/support/workload_matrix.h"

namespace mimd {
namespace {

// Three protocols a workload, in turn, so that all protocols meet several workloads in both timings.
std::vector<test::matrix_case> sample() {
  std::vector<test::matrix_case> cases;
  const std::vector<snooping_protocol>& protocols = snooping_protocols();
  std::size_t turn = 0;
  for (const test::sized_workload& w : test::matrix_workloads()) {
    for (unsigned i = 0; i < 3; ++i, ++turn) {
      cases.push_back(
          {w, protocols[turn % protocols.size()].name, turn / protocols.size() % 2 ? "at" : "lt"});
    }
    cases.push_back({w, protocols[(turn + 4) % protocols.size()].name, "at"});
  }
  return cases;
}

class workload_matrix : public testing::TestWithParam<test::matrix_case> {};

TEST_P(workload_matrix, is_coherent_and_correct_on_16_processors) {
  test::expect_coherent_and_correct(GetParam(), 16);
}

INSTANTIATE_TEST_SUITE_P(sample, workload_matrix, testing::ValuesIn(sample()), test::matrix_name);

}  // namespace
}  // namespace mimd
