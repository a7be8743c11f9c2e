// Every message-passing workload verified on 1 to 256 nodes, on every topology, in both timings.
#include "tests/support/norma_workload_matrix.h"

namespace mimd {
namespace {

std::vector<test::norma_case> all_cases() {
  std::vector<test::norma_case> cases;
  for (const auto& [workload, size] : test::norma_workloads())
    for (const unsigned nodes : {1u, 2u, 4u, 16u, 64u, 256u})
      for (const std::string& topology : test::norma_topologies())
        for (const char* timing : {"lt", "at"})
          cases.push_back({workload, size, nodes, topology, timing, "packet"});
  return cases;
}

class norma_workload_matrix_soak : public testing::TestWithParam<test::norma_case> {};

TEST_P(norma_workload_matrix_soak, is_verified) {
  test::expect_verified(GetParam());
}

INSTANTIATE_TEST_SUITE_P(all, norma_workload_matrix_soak, testing::ValuesIn(all_cases()),
                         test::norma_case_name);

}  // namespace
}  // namespace mimd
