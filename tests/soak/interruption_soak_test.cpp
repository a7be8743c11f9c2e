// Two hundred moments for Ctrl-C.
#include "tests/support/interrupted_run.h"

namespace mimd {
namespace {

TEST(interruption_soak, at_200_moments_leaves_valid_outputs) {
  constexpr std::uint64_t first = 1000;
  constexpr std::uint64_t moments = 200;
  constexpr unsigned longest_ms = 400;
  for (std::uint64_t i = 0; i < moments; ++i) test::expect_sound_interruption(SIGINT, first + i, longest_ms);
}

}  // namespace
}  // namespace mimd
