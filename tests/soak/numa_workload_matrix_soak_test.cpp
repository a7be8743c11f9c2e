// Every workload on directory machines of 1 to 256 nodes, under every protocol, with every format, in both
// timings, coherent and correct: the whole product on 4, 16 and 64 nodes, and on the others with formats in
// turn.
#include "tests/support/numa_workload_matrix.h"

namespace mimd {
namespace {

std::vector<test::numa_matrix_case> all_cases() {
  std::vector<test::numa_matrix_case> cases;
  std::size_t turn = 0;
  for (const test::sized_workload& w : test::matrix_workloads()) {
    for (const unsigned nodes : {1u, 2u, 4u, 16u, 64u, 256u}) {
      for (const char* protocol : {"msi", "mesi", "moesi"}) {
        for (const char* timing : {"lt", "at"}) {
          const auto& formats = test::matrix_formats();
          const bool whole = nodes == 4 || nodes == 16 || nodes == 64;
          const std::size_t taken = whole ? formats.size() : 1;
          for (std::size_t i = 0; i < taken; ++i, ++turn) {
            cases.push_back({w, nodes, protocol, formats[turn % formats.size()], timing,
                             turn % 7 < 4 ? "fixed" : "packet"});
          }
        }
      }
    }
  }
  return cases;
}

class numa_workload_matrix_soak : public testing::TestWithParam<test::numa_matrix_case> {};

TEST_P(numa_workload_matrix_soak, is_coherent_and_correct) {
  test::expect_coherent_and_correct(GetParam());
}

INSTANTIATE_TEST_SUITE_P(all, numa_workload_matrix_soak, testing::ValuesIn(all_cases()),
                         test::numa_matrix_name);

}  // namespace
}  // namespace mimd
