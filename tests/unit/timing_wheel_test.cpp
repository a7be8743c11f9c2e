// The timing wheel against an ordered map with the same contract.
#include "infrastructure/timing_wheel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "infrastructure/random.h"

namespace mimd {
namespace {

struct recorded_event : timed_event {
  unsigned id = 0;
  std::vector<std::pair<time_ps, unsigned>>* fired = nullptr;
  std::function<void()> action;
  void fire() override {
    if (fired) fired->emplace_back(time(), id);
    if (action) action();
  }
};

TEST(timing_wheel, fires_equal_times_in_insertion_order_wherever_they_were_scheduled_from) {
  timing_wheel wheel;
  std::vector<std::pair<time_ps, unsigned>> fired;
  std::vector<recorded_event> events(8);
  for (unsigned i = 0; i < events.size(); ++i) {
    events[i].id = i;
    events[i].fired = &fired;
  }
  const time_ps far = 0x12345678;
  wheel.schedule(events[0], far);
  wheel.schedule(events[1], far - 1);
  wheel.schedule(events[2], far);
  events[1].action = [&] { wheel.schedule(events[3], far); };  // later, from next door
  EXPECT_EQ(wheel.next_time(), far - 1);
  EXPECT_EQ(wheel.fire_until(far), 4u);
  const std::vector<std::pair<time_ps, unsigned>> expected{{far - 1, 1}, {far, 0}, {far, 2}, {far, 3}};
  EXPECT_EQ(fired, expected);
  EXPECT_TRUE(wheel.empty());
  EXPECT_EQ(wheel.next_time(), never);
}

TEST(timing_wheel, keeps_the_order_when_hundreds_of_earlier_events_follow_hundreds_of_later_ones) {
  for (const time_ps begin : {time_ps{0}, time_ps{10'000}}) {
    timing_wheel wheel;
    std::vector<std::pair<time_ps, unsigned>> fired;
    std::vector<recorded_event> events(700);
    recorded_event first;
    first.action = [&] {
      for (unsigned i = 0; i < events.size(); ++i) {
        events[i].id = i;
        events[i].fired = &fired;
        wheel.schedule(events[i], begin + (i < 300 ? 1'000'000'000 : 1'000) + 10 * i);
      }
    };
    wheel.schedule(first, begin);
    EXPECT_EQ(wheel.fire_until(never), 701u);
    ASSERT_EQ(fired.size(), 700u);
    EXPECT_TRUE(std::is_sorted(fired.begin(), fired.end()));
  }
}

TEST(timing_wheel, keeps_the_order_of_hundreds_that_come_the_last_first) {
  timing_wheel wheel;
  std::vector<std::pair<time_ps, unsigned>> fired;
  std::vector<recorded_event> events(1000);
  for (unsigned i = 0; i < events.size(); ++i) {
    events[i].fired = &fired;
    wheel.schedule(events[i], (events.size() - i) * 10'000);
  }
  EXPECT_EQ(wheel.fire_until(never), 1000u);
  EXPECT_TRUE(std::is_sorted(fired.begin(), fired.end()));
}

TEST(timing_wheel, fires_events_that_firing_adds_at_the_same_time) {
  timing_wheel wheel;
  recorded_event again;
  unsigned rounds = 0;
  again.action = [&] {
    if (++rounds < 1000) wheel.schedule(again, again.time());
  };
  wheel.schedule(again, 77);
  EXPECT_EQ(wheel.fire_until(76), 0u);
  EXPECT_EQ(wheel.fire_until(77), 1000u);
  EXPECT_FALSE(again.pending());
}

TEST(timing_wheel, destroying_a_pending_event_cancels_it) {
  timing_wheel wheel;
  std::vector<std::pair<time_ps, unsigned>> fired;
  recorded_event stays;
  stays.fired = &fired;
  auto first = std::make_unique<recorded_event>();
  auto last = std::make_unique<recorded_event>();
  wheel.schedule(*first, 500);
  wheel.schedule(stays, 500);
  wheel.schedule(*last, 500);
  first.reset();
  last.reset();
  EXPECT_EQ(wheel.next_time(), 500u);
  EXPECT_EQ(wheel.fire_until(never), 1u);
  EXPECT_EQ(fired.size(), 1u);
}

TEST(timing_wheel, an_event_may_destroy_itself_and_others_while_firing) {
  timing_wheel wheel;
  auto self = std::make_unique<recorded_event>();
  auto other = std::make_unique<recorded_event>();
  other->action = [] { ADD_FAILURE() << "a destroyed event fired"; };
  self->action = [&] {
    other.reset();
    self.reset();
  };
  wheel.schedule(*self, 10);
  wheel.schedule(*other, 10);
  EXPECT_EQ(wheel.fire_until(10), 1u);
  EXPECT_TRUE(wheel.empty());
}

TEST(timing_wheel, a_wheel_that_goes_first_leaves_its_events_idle) {
  recorded_event event;
  {
    timing_wheel wheel;
    wheel.schedule(event, 3);
    EXPECT_TRUE(event.pending());
  }
  EXPECT_FALSE(event.pending());
  timing_wheel wheel;
  wheel.cancel(event);  // harmless
  wheel.schedule(event, 4);
  EXPECT_EQ(wheel.fire_until(4), 1u);
}

TEST(timing_wheel, cancelling_the_earliest_shows_the_next) {
  timing_wheel wheel;
  recorded_event a, b, c;
  wheel.schedule(a, 70'000);
  wheel.schedule(b, 70'001);
  wheel.schedule(c, 70'200);
  wheel.cancel(a);
  EXPECT_EQ(wheel.next_time(), 70'001u);
  wheel.schedule(a, 70'000);
  EXPECT_EQ(wheel.next_time(), 70'000u);
  wheel.cancel(a);
  wheel.cancel(b);
  EXPECT_EQ(wheel.next_time(), 70'200u);
  wheel.cancel(c);
  EXPECT_EQ(wheel.next_time(), never);
}

// Random schedules, moves, cancellations and time steps, with firing events that schedule others. By turns
// more are scheduled than fire and the other way round.
class random_walk {
 public:
  random_walk(std::uint64_t seed, unsigned events) : random_(seed), events_(events) {
    for (unsigned i = 0; i < events; ++i) {
      events_[i].id = i;
      events_[i].fired = &fired_;
      events_[i].action = [this, i] {
        now_ = events_[i].time();
        expected_.erase(position_.at(i));
        position_.erase(i);
        if (random_.below(3) == 0) schedule(static_cast<unsigned>(random_.below(events_.size())));
        if (random_.below(8) == 0) cancel(static_cast<unsigned>(random_.below(events_.size())));
      };
    }
  }

  void step() {
    const bool fills = steps_++ / 1000 % 2 == 0;
    switch (random_.below(4)) {
      case 0:
        fills ? schedule(static_cast<unsigned>(random_.below(events_.size()))) : fire();
        break;
      case 1:
        schedule(static_cast<unsigned>(random_.below(events_.size())));
        break;
      case 2:
        cancel(static_cast<unsigned>(random_.below(events_.size())));
        break;
      default:
        fire();
        break;
    }
    const time_ps next = expected_.empty() ? never : expected_.begin()->first;
    ASSERT_EQ(wheel_.next_time(), next);
    ASSERT_EQ(wheel_.empty(), expected_.empty());
  }

 private:
  using calendar = std::multimap<time_ps, unsigned>;  // keeps insertion order among equal keys

  time_ps random_time() {
    const auto shift = static_cast<unsigned>(random_.below(60));
    const time_ps distance = random_.below(2) ? random_.below(4) * 1000 : random_.below(time_ps{1} << shift);
    return now_ > never - 1 - distance ? never - 1 : now_ + distance;
  }
  void schedule(unsigned i) {
    const time_ps at = random_time();
    if (const auto old = position_.find(i); old != position_.end()) expected_.erase(old->second);
    position_[i] = expected_.emplace(at, i);
    wheel_.schedule(events_[i], at);
  }
  void cancel(unsigned i) {
    if (const auto old = position_.find(i); old != position_.end()) {
      expected_.erase(old->second);
      position_.erase(old);
    }
    wheel_.cancel(events_[i]);
    ASSERT_FALSE(events_[i].pending());
  }
  void fire() {
    if (expected_.empty()) return;
    const time_ps until = expected_.begin()->first + random_.below(2) * random_.below(3000);
    fired_.clear();
    wheel_.fire_until(until);
    for (std::size_t i = 1; i < fired_.size(); ++i) ASSERT_LE(fired_[i - 1].first, fired_[i].first);
    ASSERT_TRUE(expected_.empty() || expected_.begin()->first > until);
    now_ = std::max(now_, until);
  }

  random_generator random_;
  timing_wheel wheel_;
  std::vector<recorded_event> events_;
  calendar expected_;
  std::map<unsigned, calendar::iterator> position_;
  std::vector<std::pair<time_ps, unsigned>> fired_;
  time_ps now_ = 0;
  unsigned steps_ = 0;
};

TEST(timing_wheel, agrees_with_an_ordered_map_under_random_use) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    random_walk walk(seed, 1 + static_cast<unsigned>(seed * seed));
    for (int i = 0; i < 20'000 && !testing::Test::HasFatalFailure(); ++i) walk.step();
  }
}

// Exact order, event by event: what fires is always the first of the reference.
TEST(timing_wheel, fires_exactly_in_time_then_insertion_order) {
  random_generator random(42);
  timing_wheel wheel;
  std::multimap<time_ps, unsigned> expected;
  std::vector<std::pair<time_ps, unsigned>> fired;
  std::vector<recorded_event> events(5000);
  for (unsigned i = 0; i < events.size(); ++i) {
    events[i].id = i;
    events[i].fired = &fired;
    const time_ps at = random.below(3) ? random.below(700) * 10'000 : random.next() >> random.below(64);
    if (at == never) continue;
    wheel.schedule(events[i], at);
    expected.emplace(at, i);
  }
  EXPECT_EQ(wheel.fire_until(never), expected.size());
  const std::vector<std::pair<time_ps, unsigned>> order(expected.begin(), expected.end());
  EXPECT_EQ(fired, order);
}

}  // namespace
}  // namespace mimd
