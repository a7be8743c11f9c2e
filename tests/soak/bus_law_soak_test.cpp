// Acceptance: every row of M/D/1//N at 10^6 measured accesses and more, within 1 %, in both timings, on a
// clocked bus (clock = S/10) and an asynchronous one.
#include "tests/support/bus_law.h"

namespace {

using namespace mimd::test;

constexpr std::uint64_t accesses = 1'200'000;  // a tenth warms up
constexpr double tolerance = 0.01;

void expect_all_rows(const std::string& timing, const std::vector<std::string>& settings) {
  const std::vector<bus_law_row> rows = md1n_rows();
  EXPECT_EQ(rows.size(), 48u);
  for (const bus_law_row& row : rows) expect_md1n(row, timing, accesses, tolerance, settings);
}

TEST(bus_law_soak, md1n_at) {
  expect_all_rows("at", {});
}
TEST(bus_law_soak, md1n_lt) {
  expect_all_rows("lt", {});
}
TEST(bus_law_soak, md1n_asynchronous_at) {
  expect_all_rows("at", {"bus.asynchronous=true"});
}
TEST(bus_law_soak, md1n_asynchronous_lt) {
  expect_all_rows("lt", {"bus.asynchronous=true"});
}

}  // namespace
