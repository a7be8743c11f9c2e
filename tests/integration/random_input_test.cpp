// Random command lines and configurations are run or refused, never worse. More of them: tests/soak.
#include "tests/support/random_input.h"

namespace mimd {
namespace {

constexpr std::uint64_t cases = 100;

class random_input : public testing::TestWithParam<std::string> {};

TEST_P(random_input, is_run_or_refused_with_one_line) {
  test::random_input input(GetParam());
  for (std::uint64_t i = 0; i < cases; ++i) input.expect_sound(i);
}

INSTANTIATE_TEST_SUITE_P(all, random_input, testing::ValuesIn(test::machines()), test::word_of_machine);

}  // namespace
}  // namespace mimd
