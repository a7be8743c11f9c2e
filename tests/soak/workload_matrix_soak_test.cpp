// 64 processors with 64 KiB caches: every workload under every protocol in both timings, coherent and
// correct.
#include "tests/support/workload_matrix.h"

namespace mimd {
namespace {

std::vector<test::matrix_case> all_cases() {
  std::vector<test::matrix_case> cases;
  for (const test::sized_workload& w : test::matrix_workloads()) {
    for (const snooping_protocol& p : snooping_protocols()) {
      for (const char* timing : {"lt", "at"}) cases.push_back({w, p.name, timing});
    }
  }
  return cases;
}

class workload_matrix_soak : public testing::TestWithParam<test::matrix_case> {};

TEST_P(workload_matrix_soak, is_coherent_and_correct_on_64_processors) {
  test::expect_coherent_and_correct(GetParam(), 64);
}

INSTANTIATE_TEST_SUITE_P(all, workload_matrix_soak, testing::ValuesIn(all_cases()), test::matrix_name);

}  // namespace
}  // namespace mimd
