// The reservation calendar against a bitmap of the time axis.
#include "infrastructure/timeline.h"

#include <gtest/gtest.h>

#include "infrastructure/random.h"

namespace mimd {
namespace {

// One flag a picosecond.
class bitmap_calendar {
 public:
  explicit bitmap_calendar(time_ps alignment) : alignment_(alignment), busy_(200'000) {}

  time_ps find(time_ps earliest, time_ps length) const {
    for (time_ps start = (earliest + alignment_ - 1) / alignment_ * alignment_;; start += alignment_) {
      bool free = true;
      for (time_ps t = start; free && t < start + length; ++t) free = !busy_.at(t);
      if (free) return start;
    }
  }
  void take(time_ps start, time_ps length) {
    for (time_ps t = start; t < start + length; ++t) busy_.at(t) = true;
  }

 private:
  time_ps alignment_;
  std::vector<bool> busy_;
};

void compare(std::uint64_t seed, time_ps alignment) {
  random_generator random(seed);
  timeline calendar(alignment);
  bitmap_calendar reference(alignment);
  time_ps now = 0;
  for (int i = 0; i < 2000; ++i) {
    const time_ps earliest = now + random.below(random.below(4) ? 120 : 600);
    const time_ps length = 1 + random.below(random.below(3) ? 12 : 60);
    const time_ps expected = reference.find(earliest, length);
    ASSERT_EQ(calendar.find(earliest, length), expected) << "request " << i << " seed " << seed;
    if (random.below(5) == 0) continue;  // looked, but did not take
    ASSERT_EQ(calendar.reserve(earliest, length), expected);
    reference.take(expected, length);
    if (random.below(6) == 0) {
      now += random.below(60);
      calendar.forget_before(now);
    }
  }
}

TEST(timeline, agrees_with_a_bitmap_under_random_requests_out_of_order) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) compare(seed, 1);
}

TEST(timeline, agrees_with_a_bitmap_on_a_clock_grid) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) compare(seed, 10);
  compare(99, 7);
}

TEST(timeline, a_late_request_takes_the_gap_it_would_have_had) {
  timeline t;
  EXPECT_EQ(t.reserve(0, 10), 0u);
  EXPECT_EQ(t.reserve(30, 10), 30u);
  EXPECT_EQ(t.reserve(5, 20), 10u);  // exactly the gap
  EXPECT_EQ(t.reserve(0, 1), 40u);   // nothing is left before
}

TEST(timeline, forgets_the_past_also_while_all_come_before_the_last) {
  timeline t;
  t.reserve(10'000'000, 10);
  for (time_ps now = 0; now < 1'000'000; now += 20) {
    t.forget_before(now);
    ASSERT_EQ(t.reserve(now, 10), now);
  }
  EXPECT_GE(t.find(0, 1), 1'000'000u - 20 * 2048);  // else it would remember all of a long run
}

TEST(timeline, forgets_old_gaps_first_when_there_are_too_many) {
  timeline t;
  t.reserve(10'000'000, 10);
  for (time_ps begin = 100'000; begin < 200'000; begin += 20) ASSERT_EQ(t.reserve(begin, 10), begin);
  const time_ps start = t.reserve(0, 5);
  EXPECT_GE(start, 100'000u);
  EXPECT_LT(start, 200'000u);
  EXPECT_EQ(t.reserve(190'005, 10), 190'010u);
}

TEST(timeline, a_reservation_of_no_length_takes_nothing) {
  timeline t;
  t.reserve(0, 10);
  EXPECT_EQ(t.reserve(20, 0), 20u);
  EXPECT_EQ(t.reserve(20, 10), 20u);
}

TEST(timeline, an_aligned_start_is_a_multiple_of_the_clock) {
  timeline t(10);
  EXPECT_EQ(t.reserve(1, 5), 10u);
  EXPECT_EQ(t.reserve(11, 5), 20u);  // 15 is free but no edge
  EXPECT_EQ(t.align(20), 20u);
  EXPECT_EQ(t.align(21), 30u);
}

}  // namespace
}  // namespace mimd
