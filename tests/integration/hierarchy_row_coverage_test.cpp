// The random tester exercises the rows of the hierarchical tables. That it exercises every one is a matter of
// many runs, in tests/soak.
#include "tests/support/hierarchy_row_coverage.h"

namespace mimd {
namespace {

TEST(hierarchy_row_coverage, is_all_but_a_few_rows_in_forty_runs) {
  const std::vector<std::string> missing = test::hierarchy_rows_missing(40);
  EXPECT_LE(missing.size(), 10u);
  for (const std::string& row : missing) std::cout << "not yet: " << row << "\n";
}

}  // namespace
}  // namespace mimd
