// The random tester exercises the rows of the hierarchical tables. That it exercises every one is a matter of
// many runs, in tests/soak: what is left are lines that are injected into a group in which two members that
// had them have not had their turn yet since somebody elsewhere took them, who has replaced them meanwhile
// (of directories: the same one level up).
#include "tests/support/hierarchy_row_coverage.h"

namespace mimd {
namespace {

TEST(hierarchy_row_coverage, is_all_but_three_rows_in_fifty_runs) {
  const std::vector<std::string> missing = test::hierarchy_rows_missing(50);
  EXPECT_LE(missing.size(), 3u);
  for (const std::string& row : missing) std::cout << "not yet: " << row << "\n";
}

}  // namespace
}  // namespace mimd
