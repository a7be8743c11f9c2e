// As tests/integration/random_input_test.cpp, with other seeds and many more cases.
#include "tests/support/random_input.h"

namespace mimd {
namespace {

constexpr std::uint64_t first = 1'000'000;
constexpr std::uint64_t cases = 5'000;

class random_input_soak : public testing::TestWithParam<std::string> {};

TEST_P(random_input_soak, is_run_or_refused_with_one_line) {
  test::random_input input(GetParam());
  for (std::uint64_t i = 0; i < cases; ++i) input.expect_sound(first + i);
}

INSTANTIATE_TEST_SUITE_P(all, random_input_soak, testing::ValuesIn(test::machines()), test::word_of_machine);

}  // namespace
}  // namespace mimd
