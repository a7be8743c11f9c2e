// The random tester exercises the rows of the COMA-F tables. That it exercises every one is a matter of many
// runs, in tests/soak: a read whose line an old invalidation overtook, and of which nobody has a copy but a
// home that found no room for it, is rare.
#include "tests/support/coma_row_coverage.h"

namespace mimd {
namespace {

class coma_row_coverage : public testing::TestWithParam<directory_form> {};

TEST_P(coma_row_coverage, is_every_row_but_a_few_of_overtaken_reads_in_a_hundred_runs) {
  for (const std::string& row : test::coma_rows_missing(GetParam(), 100)) {
    const bool rare = row.rfind("IS_DI on ", 0) == 0 || row == "home: S on Put of another";
    EXPECT_TRUE(rare) << row;
  }
}

INSTANTIATE_TEST_SUITE_P(all, coma_row_coverage, testing::ValuesIn(all_coma_forms()), test::coma_form_name);

}  // namespace
}  // namespace mimd
