// Random command lines and configurations are run or refused, never worse. More of them: tests/soak.
#include "tests/support/random_input.h"

namespace mimd {
namespace {

constexpr std::uint64_t cases = 300;

TEST(random_input, is_run_or_refused_with_one_line) {
  test::random_input input;
  for (std::uint64_t i = 0; i < cases; ++i) input.expect_sound(i);
}

}  // namespace
}  // namespace mimd
