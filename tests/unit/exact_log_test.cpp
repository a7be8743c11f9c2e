// The logarithm of random gaps against the C library's, and its bits against those of another host.
#include "infrastructure/exact_log.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "infrastructure/random.h"

namespace mimd {
namespace {

TEST(exact_log, is_the_logarithm_to_four_units_in_the_last_place) {
  random_generator random(1);
  EXPECT_EQ(log_of_rest(0), 0);
  for (int i = 0; i < 1'000'000; ++i) {
    const double p = std::ldexp(random.uniform(), -static_cast<int>(random.below(40)));
    const double expected = std::log1p(-p);
    ASSERT_NEAR(log_of_rest(p), expected, 4 * 0x1p-52 * -expected) << p;
  }
  EXPECT_DOUBLE_EQ(log_of_rest(1 - 0x1p-53), -53 * std::log(2.0));
}

TEST(exact_log, gives_the_same_bits_everywhere) {
  random_generator random(2);
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a over words
  for (int i = 0; i < 100'000; ++i) {
    const double value = log_of_rest(random.uniform());
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    hash = (hash ^ bits) * 1099511628211u;
  }
  EXPECT_EQ(hash, 15667586956826564962u);
}

}  // namespace
}  // namespace mimd
