// The random tester exercises every row of the hierarchical tables.
#include "tests/support/hierarchy_row_coverage.h"

namespace mimd {
namespace {

TEST(hierarchy_row_coverage, is_every_row) {
  for (const std::string& row : test::hierarchy_rows_missing(4'000))
    ADD_FAILURE() << "never exercised: " << row;
}

}  // namespace
}  // namespace mimd
