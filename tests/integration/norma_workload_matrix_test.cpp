// Every message-passing workload verified on 1, 3, 8 and 16 nodes, topologies and fidelities in turn, in both
// timings. The whole product, up to 256 nodes: norma_workload_matrix_soak.
#include "tests/support/norma_workload_matrix.h"

namespace mimd {
namespace {

std::vector<test::norma_case> reduced() {
  std::vector<test::norma_case> cases;
  std::size_t turn = 0;
  for (const auto& [workload, size] : test::norma_workloads()) {
    for (const unsigned nodes : {1u, 3u, 8u, 16u}) {
      for (const char* timing : {"lt", "at"}) {
        const auto& topologies = test::norma_topologies();
        cases.push_back({workload, size, nodes, topologies[turn % topologies.size()], timing,
                         turn % 3 == 0 ? "flit" : "packet"});
        ++turn;
      }
    }
  }
  return cases;
}

class norma_workload_matrix : public testing::TestWithParam<test::norma_case> {};

TEST_P(norma_workload_matrix, is_verified) {
  test::expect_verified(GetParam());
}

INSTANTIATE_TEST_SUITE_P(reduced, norma_workload_matrix, testing::ValuesIn(reduced()), test::norma_case_name);

}  // namespace
}  // namespace mimd
