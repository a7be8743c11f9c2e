// The random tester exercises the rows of the COMA-F tables. That it exercises every one is a matter of many
// runs, in tests/soak: a read whose line an old invalidation overtook, and of which nobody has a copy but a
// home that found no room for it, is rare.
#include "tests/support/coma_row_coverage.h"

namespace mimd {
namespace {

class coma_row_coverage : public testing::TestWithParam<directory_form> {};

TEST_P(coma_row_coverage, is_all_but_a_few_rows_in_a_hundred_runs) {
  const std::vector<std::string> missing = test::coma_rows_missing(GetParam(), 100);
  EXPECT_LE(missing.size(), 5u);
  for (const std::string& row : missing) std::cout << "not yet: " << row << "\n";
}

INSTANTIATE_TEST_SUITE_P(all, coma_row_coverage, testing::ValuesIn(all_coma_forms()), test::coma_form_name);

}  // namespace
}  // namespace mimd
