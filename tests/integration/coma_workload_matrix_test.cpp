// Every workload runs unchanged on cache-only memory: a sample; all sizes are in tests/soak.
#include "tests/support/coma_workload_matrix.h"

namespace mimd {
namespace {

using test::coma_workload_matrix;

std::vector<test::coma_matrix_case> sample(const std::vector<std::string>& media) {
  static constexpr std::pair<unsigned, unsigned> shapes[] = {{4, 1}, {1, 1}, {16, 1}, {2, 4}, {5, 2}};
  std::vector<test::coma_matrix_case> cases;
  for (const test::sized_workload& w : test::matrix_workloads()) {
    for (const char* timing : {"lt", "at"}) {
      const auto [nodes, each] = shapes[cases.size() % std::size(shapes)];
      const bool power_of_two = w.name == "fft" && nodes == 5;
      cases.push_back({w, power_of_two ? 8 : nodes, each, timing, media[cases.size() / 2 % media.size()]});
    }
  }
  return cases;
}

TEST_P(coma_workload_matrix, is_coherent_and_correct_and_loses_nothing) {
  test::expect_coherent_and_correct(GetParam());
}

INSTANTIATE_TEST_SUITE_P(sample, coma_workload_matrix, testing::ValuesIn(sample({""})),
                         test::coma_matrix_name);
INSTANTIATE_TEST_SUITE_P(hierarchy, coma_workload_matrix, testing::ValuesIn(sample({"bus", "ring"})),
                         test::coma_matrix_name);

}  // namespace
}  // namespace mimd
