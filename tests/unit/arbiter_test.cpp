// Who is next, for each policy.
#include "bus/arbiter.h"

#include <gtest/gtest.h>

#include <vector>

#include "infrastructure/random.h"

namespace mimd {
namespace {

struct request {
  bool waiting;
  time_ps arrival;
};

int choose(arbiter& a, const std::vector<request>& requests) {
  a.begin();
  for (unsigned i = 0; i < requests.size(); ++i) {
    if (requests[i].waiting) a.offer(i, requests[i].arrival);
  }
  return a.found() ? static_cast<int>(a.winner()) : -1;
}

TEST(arbiter, nobody_waiting_is_nobody_found) {
  for (const arbitration policy :
       {arbitration::fixed_priority, arbitration::round_robin, arbitration::fcfs}) {
    arbiter a(policy, 3);
    EXPECT_EQ(choose(a, {{false, 0}, {false, 0}, {false, 0}}), -1);
  }
}

TEST(arbiter, fixed_priority_serves_the_lowest_number_whatever_was_before) {
  arbiter a(arbitration::fixed_priority, 3);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(choose(a, {{false, 0}, {true, 9}, {true, 1}}), 1);
    a.granted(1);
  }
}

TEST(arbiter, round_robin_starts_with_master_0_and_goes_on_after_the_last_served) {
  arbiter a(arbitration::round_robin, 4);
  const std::vector<request> all(4, {true, 5});
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) {
      EXPECT_EQ(choose(a, all), i);
      a.granted(static_cast<unsigned>(i));
    }
  }
  a.granted(1);
  EXPECT_EQ(choose(a, {{true, 0}, {true, 0}, {false, 0}, {false, 0}}), 0);  // wraps past 2 and 3
}

TEST(arbiter, fcfs_serves_arrival_then_the_next_after_the_last_served) {
  arbiter a(arbitration::fcfs, 3);
  EXPECT_EQ(choose(a, {{true, 30}, {true, 20}, {true, 20}}), 1);
  a.granted(1);
  EXPECT_EQ(choose(a, {{true, 20}, {true, 20}, {true, 20}}), 2);
  a.granted(2);
  EXPECT_EQ(choose(a, {{true, 30}, {true, 20}, {false, 0}}), 1);
}

TEST(arbiter, round_robin_bypasses_a_waiting_master_at_most_once_each) {
  random_generator random(7);
  const unsigned masters = 5;
  arbiter a(arbitration::round_robin, masters);
  std::vector<unsigned> passed(masters, 0);
  for (int i = 0; i < 10'000; ++i) {
    std::vector<request> requests;
    for (unsigned m = 0; m < masters; ++m) requests.push_back({random.below(2) != 0 || passed[m] > 0, 0});
    const int winner = choose(a, requests);
    if (winner < 0) continue;
    a.granted(static_cast<unsigned>(winner));
    for (unsigned m = 0; m < masters; ++m) {
      passed[m] = requests[m].waiting && static_cast<int>(m) != winner ? passed[m] + 1 : 0;
      ASSERT_LT(passed[m], masters);
    }
  }
}

}  // namespace
}  // namespace mimd
