// The outside sockets of caches, bus and memory side of the bus obey the base protocol, whoever drives them
// and whatever stands behind, and never lose a byte.
#include <gtest/gtest.h>

#include "tests/support/conformance_cases.h"

namespace mimd::test {
namespace {

class socket_conformance : public testing::TestWithParam<conformance_options> {};

TEST_P(socket_conformance, holds) {
  conformance_bench bench("bench", GetParam());
  bench.run_and_expect_no_finding();
}

const auto name_of_case = [](const testing::TestParamInfo<conformance_options>& info) {
  return case_name(info.param);
};

INSTANTIATE_TEST_SUITE_P(lt, socket_conformance, testing::ValuesIn(cache_cases(timing_mode::loose)),
                         name_of_case);
INSTANTIATE_TEST_SUITE_P(lt_in_turns, socket_conformance, testing::ValuesIn(in_turns()), name_of_case);
INSTANTIATE_TEST_SUITE_P(at, socket_conformance, testing::ValuesIn(cache_cases(timing_mode::approximate)),
                         name_of_case);
INSTANTIATE_TEST_SUITE_P(lt_foreign_memory, socket_conformance,
                         testing::ValuesIn(foreign_memory_cases(timing_mode::loose)), name_of_case);
INSTANTIATE_TEST_SUITE_P(at_foreign_memory, socket_conformance,
                         testing::ValuesIn(foreign_memory_cases(timing_mode::approximate)), name_of_case);

}  // namespace
}  // namespace mimd::test
