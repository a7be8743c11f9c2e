// The presence filter never denies a line that was added and not removed, and forgets what was removed.
#include "coherence/presence_filter.h"

#include <gtest/gtest.h>

#include <map>

#include "infrastructure/random.h"

namespace mimd {
namespace {

TEST(presence_filter, never_denies_a_line_that_is_held) {
  presence_filter filter(64);
  const presence_view view = filter.view();
  random_generator random(1);
  std::map<address_t, unsigned> held;
  unsigned denied = 0;
  for (int i = 0; i < 100'000; ++i) {
    const address_t line = 64 * random.below(4096);
    if (held.size() < 64 && random.below(2) == 0) {
      filter.add(line);
      ++held[line];
    } else if (!held.empty()) {
      const auto some = held.lower_bound(line) == held.end() ? held.begin() : held.lower_bound(line);
      filter.remove(some->first);
      if (--some->second == 0) held.erase(some);
    }
    const address_t asked = 64 * random.below(4096);
    ASSERT_EQ(view.may_hold(presence_view::hash(asked)), filter.may_hold(asked));
    if (held.count(asked) != 0) {
      ASSERT_TRUE(filter.may_hold(asked));
    }
    denied += !filter.may_hold(asked);
  }
  EXPECT_GT(denied, 50'000u) << "a filter that denies little is of no use";
}

TEST(presence_filter, denies_everything_when_everything_was_removed) {
  presence_filter filter(16);
  for (address_t line = 0; line < 200 * 64; line += 64) filter.add(line);
  for (address_t line = 0; line < 200 * 64; line += 64) filter.remove(line);
  for (address_t line = 0; line < 200 * 64; line += 64) EXPECT_FALSE(filter.may_hold(line));
}

TEST(presence_filter, a_count_that_is_full_stays_full) {
  presence_filter filter(16);
  for (int i = 0; i < 1000; ++i) filter.add(0);
  for (int i = 0; i < 999; ++i) filter.remove(0);
  EXPECT_TRUE(filter.may_hold(0));
}

TEST(presence_filter, a_reserved_line_is_present_until_the_reservation_is_dropped) {
  presence_filter filter(16);
  line_reservation reservation(filter);
  reservation.take(64);
  EXPECT_TRUE(filter.may_hold(64));
  EXPECT_TRUE(reservation.on(64));
  reservation.take(128);
  EXPECT_FALSE(filter.may_hold(64));
  EXPECT_FALSE(reservation.on(64));
  EXPECT_TRUE(reservation.on(128));
  reservation.drop();
  reservation.drop();
  EXPECT_FALSE(filter.may_hold(128));
  EXPECT_FALSE(reservation.on(128));
}

TEST(presence_view, without_a_filter_any_line_may_be_held) {
  EXPECT_TRUE(presence_view().may_hold(presence_view::hash(4096)));
}

}  // namespace
}  // namespace mimd
