// Injection processes: their rates, gaps and bursts, within statistical bounds; and the calendar that orders
// them.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "tb/traffic/injection.h"
#include "tb/traffic/injection_calendar.h"
#include "tb/traffic/packet_mix.h"

namespace mimd::tb {
namespace {

std::vector<noc::cycle> cycles_of(const injection_parameters& p, double mean_flits, unsigned packets) {
  injection_schedule schedule(p, mean_flits, 1);
  random_generator random(3);
  std::vector<noc::cycle> result{schedule.first(0, 1000, random)};
  while (result.size() < packets) result.push_back(schedule.next(0, result.back(), random));
  return result;
}

double rate_of(const std::vector<noc::cycle>& cycles) {
  return static_cast<double>(cycles.size() - 1) / static_cast<double>(cycles.back() - cycles.front());
}

std::string refusal(const injection_parameters& p, double mean_flits) {
  try {
    injection_schedule schedule(p, mean_flits, 1);
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
  return "accepted";
}

TEST(injection, bernoulli_gaps_are_geometric) {
  for (const double load : {0.9, 0.3, 0.02}) {
    injection_parameters p;
    p.load = load;
    constexpr unsigned packets = 200'000;
    const auto cycles = cycles_of(p, 1, packets);
    EXPECT_NEAR(rate_of(cycles), load, 5 * load * std::sqrt((1 - load) / packets)) << load;
    for (const unsigned gap : {1u, 2u, 5u}) {
      unsigned count = 0;
      for (std::size_t i = 1; i < cycles.size(); ++i) count += cycles[i] - cycles[i - 1] == gap;
      const double expected = packets * load * std::pow(1 - load, gap - 1);
      EXPECT_NEAR(count, expected, 5 * std::sqrt(expected) + 1) << "load " << load << ", gap " << gap;
    }
  }
}

TEST(injection, load_counts_flits) {
  injection_parameters p;
  p.load = 0.25;
  EXPECT_NEAR(rate_of(cycles_of(p, 5, 100'000)), 0.05, 0.001);
}

TEST(injection, full_load_is_a_packet_every_cycle) {
  injection_parameters p;
  p.load = 1;
  const auto cycles = cycles_of(p, 1, 1000);
  EXPECT_EQ(cycles.front(), 1000u);
  EXPECT_EQ(cycles.back(), 1999u);
}

TEST(injection, periodic_gaps_differ_by_a_cycle_at_most_and_never_drift) {
  injection_parameters p;
  p.process = injection_process::periodic;
  p.load = 0.3;
  const auto cycles = cycles_of(p, 1, 300'001);
  EXPECT_NEAR(static_cast<double>(cycles.back() - cycles.front()), 1e6, 1);
  for (std::size_t i = 1; i < cycles.size(); ++i) {
    const auto gap = cycles[i] - cycles[i - 1];
    EXPECT_TRUE(gap == 3 || gap == 4) << gap;
  }
}

// A gap that is longer than any within a burst of full rate ends the burst.
TEST(injection, bursts_have_the_length_the_rate_and_the_pauses_asked_for) {
  injection_parameters p;
  p.process = injection_process::bursty;
  p.load = 0.2;
  p.burst_cycles = 20;
  p.burst_rate = 1;
  constexpr unsigned packets = 400'000;
  const auto cycles = cycles_of(p, 1, packets);
  EXPECT_NEAR(rate_of(cycles), 0.2, 0.004);
  double bursts = 1;
  double pauses = 0;
  for (std::size_t i = 1; i < cycles.size(); ++i) {
    const auto gap = static_cast<double>(cycles[i] - cycles[i - 1]);
    bursts += gap > 1;
    pauses += gap - 1;
  }
  EXPECT_NEAR(packets / bursts, 20, 20 * 5 / std::sqrt(bursts));
  EXPECT_NEAR(pauses / bursts, 80, 80 * 5 / std::sqrt(bursts));  // 20 / (20 + 80) = 0.2
}

TEST(injection, bursts_below_full_rate_keep_the_load) {
  injection_parameters p;
  p.process = injection_process::bursty;
  p.load = 0.1;
  p.burst_cycles = 50;
  p.burst_rate = 0.5;
  EXPECT_NEAR(rate_of(cycles_of(p, 5, 400'000)), 0.02, 0.0006);
}

TEST(injection, what_cannot_be_is_refused) {
  injection_parameters p;
  p.load = 0;
  EXPECT_EQ(refusal(p, 1), "a load must be more than 0");
  p.process = injection_process::bursty;
  p.load = 0.5;
  p.burst_rate = 0.5;
  EXPECT_EQ(refusal(p, 1), "the load must be less than the rate within a burst");
  p.burst_rate = 1;
  p.load = 0.999;
  p.burst_cycles = 10;
  EXPECT_NE(refusal(p, 1).find("follow each other so closely"), std::string::npos);
}

TEST(injection, the_highest_load_is_possible_and_no_more) {
  injection_parameters p;
  EXPECT_EQ(highest_load(p, 2.5), 2.5);
  p.process = injection_process::bursty;
  for (const double cycles : {1.0, 2.0, 100.0}) {
    for (const double rate : {0.1, 0.3, 1.0}) {
      p.burst_cycles = cycles;
      p.burst_rate = rate;
      p.load = highest_load(p, 1);
      EXPECT_EQ(refusal(p, 1), "accepted") << cycles << " cycles at " << rate;
      p.load *= 1.001;
      EXPECT_NE(refusal(p, 1), "accepted") << cycles << " cycles at " << rate;
    }
  }
}

TEST(packet_mix, draws_kinds_by_their_shares) {
  const packet_mix mix({{1, 3, 0, 0}, {5, 1, 2, 1}});
  EXPECT_DOUBLE_EQ(mix.mean_flits(), 2);
  random_generator random(1);
  unsigned flits = 0;
  constexpr unsigned packets = 100'000;
  for (unsigned i = 0; i < packets; ++i) {
    noc::packet p;
    mix.draw(p, random);
    flits += p.flits;
    const bool is_long = p.flits == 5;
    ASSERT_EQ(p.traffic_class, is_long ? 1 : 0);
    ASSERT_EQ(p.virtual_network, is_long ? 2 : 0);
    ASSERT_EQ(p.priority, is_long ? 1 : 0);
  }
  EXPECT_NEAR(flits / double{packets}, 2, 0.03);
}

// Against a sorted set, near and far mixed.
TEST(injection_calendar, gives_everybody_back_in_the_cycle_entered) {
  for (const double mean_gap : {1.0, 50.0, 1e5}) {
    constexpr std::uint32_t sources = 40;
    injection_calendar calendar(sources, mean_gap);
    std::multiset<std::pair<noc::cycle, std::uint32_t>> expected;
    random_generator random(5);
    const auto enter = [&](std::uint32_t source, noc::cycle now) {
      const noc::cycle far = random.below(10) == 0 ? 100'000'000 : static_cast<noc::cycle>(2 * mean_gap);
      const noc::cycle c = now + 1 + random.below(far);
      calendar.enter(source, c);
      expected.emplace(c, source);
    };
    EXPECT_EQ(calendar.next(), noc::no_cycle);
    for (std::uint32_t s = 0; s < sources; ++s) enter(s, 0);
    for (unsigned i = 0; i < 20'000; ++i) {
      const noc::cycle now = calendar.next();
      ASSERT_EQ(now, expected.begin()->first);
      for (auto s = calendar.take(); s != injection_calendar::nobody; s = calendar.take()) {
        ASSERT_EQ(expected.erase({now, s}), 1u);
        enter(s, now);
      }
      ASSERT_GT(calendar.next(), now);
    }
  }
}

}  // namespace
}  // namespace mimd::tb
