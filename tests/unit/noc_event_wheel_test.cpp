// The event wheel of the networks against an ordered map with the same contract.
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "infrastructure/random.h"
#include "noc/event_wheel.h"

namespace mimd::noc {
namespace {

std::vector<int> taken(event_wheel<int>& wheel, cycle now) {
  std::vector<int> events;
  for (const int e : wheel.due(now)) events.push_back(e);
  wheel.done(now);
  return events;
}

TEST(noc_event_wheel, an_empty_one_has_no_next_cycle) {
  event_wheel<int> wheel(100);
  EXPECT_TRUE(wheel.empty());
  EXPECT_EQ(wheel.next(0), no_cycle);
  wheel.put(7, 1);
  EXPECT_FALSE(wheel.empty());
  EXPECT_EQ(wheel.next(3), 7u);
  EXPECT_EQ(taken(wheel, 7), std::vector<int>{1});
  EXPECT_TRUE(wheel.empty());
  EXPECT_EQ(wheel.next(8), no_cycle);
}

TEST(noc_event_wheel, what_is_put_in_for_the_present_cycle_comes_while_it_is_gone_through) {
  event_wheel<int> wheel(100);
  wheel.put(5, 1);
  wheel.put(5, 2);
  std::vector<int> events;
  for (const int e : wheel.due(5)) {
    events.push_back(e);
    if (events.size() < 200) wheel.put(5, e + 2);  // more than are allocated at a time
  }
  wheel.done(5);
  ASSERT_EQ(events.size(), 201u);
  for (std::size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i], static_cast<int>(i + 1));
  EXPECT_TRUE(wheel.empty());
}

TEST(noc_event_wheel, events_come_in_order_of_cycle_and_then_of_insertion) {
  for (const std::uint32_t horizon : {1u, 63u, 64u, 200u, 1023u, 5000u}) {
    event_wheel<int> wheel(horizon);
    std::multimap<cycle, int> expected;
    random_generator random(horizon);
    cycle now = 0;
    for (int e = 0; e < 20000; ++e) {
      const cycle when = now + random.below(horizon + 1);
      wheel.put(when, e);
      expected.emplace(when, e);
      if (random.below(3) != 0) continue;
      ASSERT_EQ(wheel.next(now), expected.begin()->first) << "horizon " << horizon;
      now = expected.begin()->first;
      std::vector<int> due;
      for (; !expected.empty() && expected.begin()->first == now; expected.erase(expected.begin()))
        due.push_back(expected.begin()->second);
      ASSERT_EQ(taken(wheel, now), due) << "horizon " << horizon;
      ++now;
      if (expected.empty()) {
        EXPECT_TRUE(wheel.empty());
      }
    }
  }
}

}  // namespace
}  // namespace mimd::noc
