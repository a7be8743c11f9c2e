// The random tester exercises every row of the COMA-F tables that can happen at all, in every form. Less than
// a hundred runs do.
#include "tests/support/coma_row_coverage.h"

namespace mimd {
namespace {

class coma_row_coverage : public testing::TestWithParam<directory_form> {};

TEST_P(coma_row_coverage, is_every_reachable_row) {
  for (const std::string& row : test::coma_rows_missing(GetParam(), 500)) {
    ADD_FAILURE() << GetParam().name() << ": never exercised: " << row;
  }
}

INSTANTIATE_TEST_SUITE_P(all, coma_row_coverage, testing::ValuesIn(all_coma_forms()), test::coma_form_name);

}  // namespace
}  // namespace mimd
