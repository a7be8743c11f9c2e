// Every workload runs unchanged on directory machines of 1, 2, 4 and 16 nodes, right and coherent, with
// protocols, formats, timings and networks in turn; the whole product on 64 and more nodes is
// tests/soak/numa_workload_matrix_soak_test.cpp.
#include "tests/support/numa_workload_matrix.h"

namespace mimd {
namespace {

std::vector<test::numa_matrix_case> sample() {
  static const char* const protocols[] = {"msi", "mesi", "moesi"};
  static const char* const fidelities[] = {"fixed", "packet", "packet", "fixed", "flit"};
  std::vector<test::numa_matrix_case> cases;
  std::size_t turn = 0;
  for (const test::sized_workload& w : test::matrix_workloads()) {
    for (const unsigned nodes : {1u, 2u, 4u, 16u}) {
      for (const char* timing : {"lt", "at"}) {
        cases.push_back({w, nodes, protocols[turn % 3],
                         test::matrix_formats()[turn / 2 % test::matrix_formats().size()], timing,
                         fidelities[turn % 5]});
        ++turn;
      }
    }
  }
  return cases;
}

class numa_workload_matrix : public testing::TestWithParam<test::numa_matrix_case> {};

TEST_P(numa_workload_matrix, is_coherent_and_correct) {
  test::expect_coherent_and_correct(GetParam());
}

INSTANTIATE_TEST_SUITE_P(sample, numa_workload_matrix, testing::ValuesIn(sample()), test::numa_matrix_name);

}  // namespace
}  // namespace mimd
