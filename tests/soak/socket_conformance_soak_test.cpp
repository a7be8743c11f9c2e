// Acceptance: 10^7 random transactions in each timing over the machines of conformance_cases.h, no finding.
// Each machine is a process of its own.
#include <gtest/gtest.h>

#include "tests/support/conformance_cases.h"

namespace mimd::test {
namespace {

constexpr std::uint64_t transactions_per_timing = 10'000'000;

std::vector<conformance_options> sized(std::vector<conformance_options> all) {
  for (conformance_options& o : all) {
    const std::uint64_t initiators = 2 * o.caches + o.plain;
    o.transactions = transactions_per_timing / (all.size() * initiators) + 1;
  }
  return all;
}

std::vector<conformance_options> all_cases(timing_mode timing) {
  std::vector<conformance_options> all = cache_cases(timing);
  for (conformance_options& o : foreign_memory_cases(timing)) all.push_back(o);
  return all;
}

class socket_conformance_soak : public testing::TestWithParam<conformance_options> {};

TEST_P(socket_conformance_soak, holds) {
  conformance_bench bench("bench", GetParam());
  bench.run_and_expect_no_finding();
}

const auto name_of_case = [](const testing::TestParamInfo<conformance_options>& info) {
  return case_name(info.param);
};

INSTANTIATE_TEST_SUITE_P(lt, socket_conformance_soak, testing::ValuesIn(sized(all_cases(timing_mode::loose))),
                         name_of_case);
INSTANTIATE_TEST_SUITE_P(lt_in_turns, socket_conformance_soak, testing::ValuesIn(sized(in_turns())),
                         name_of_case);
INSTANTIATE_TEST_SUITE_P(at, socket_conformance_soak,
                         testing::ValuesIn(sized(all_cases(timing_mode::approximate))), name_of_case);

}  // namespace
}  // namespace mimd::test
