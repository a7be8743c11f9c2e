// Processors that sleep while they poll, against processors that make every poll (processor::poll()): the
// same counts, times and transactions; those that are loosely timed, against approximately timed ones.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "infrastructure/random.h"
#include "support/in_child.h"
#include "support/small_machine.h"

namespace mimd::test {
namespace {

constexpr time_ps ns = 1000;
constexpr address_t a = 0x1000, b = 0x1040;
constexpr std::uint64_t pause_cycles = 8;
constexpr std::uint64_t rounds = 100;

enum class way { asleep, one_by_one };

std::uint64_t poll(processor& p, address_t word, std::uint64_t seen, way how) {
  return how == way::asleep ? p.poll(word, 8, seen, pause_cycles)
                            : p.processor::poll(word, 8, seen, pause_cycles);
}

struct polled_case {
  const char* name;
  settings changes;
  bool synchronisation = true;
  timing_mode timing = timing_mode::approximate;
  bool sleeps = true;
};

void PrintTo(const polled_case& c, std::ostream* out) {
  *out << c.name;
}

nlohmann::json account(small_machine& machine, unsigned processors) {
  nlohmann::json all;
  for (unsigned i = 0; i < processors; ++i) {
    const cpu_counters& k = machine.cpu(i);
    const cache_base& l1 = *machine->cache_at(i);
    all.push_back({k.loads, k.stores, k.synchronisation, k.busy_ps, machine->processor_at(i).total_ps(),
                   l1.counters().loads, l1.counters().synchronisation_accesses,
                   l1.levels().l1_counters(private_hierarchy::port::data).hits,
                   l1.levels().l1_counters(private_hierarchy::port::data).misses()});
  }
  all.push_back(machine.transactions());
  return all;
}

// Processor 1 writes the word at random times, and 2 its neighbour on the line; 0 polls it, and answers with
// another word that 1 polls.
nlohmann::json exchange(const polled_case& c, way how) {
  small_machine machine(c.timing, 3, c.changes);
  nlohmann::json times;
  const auto with_scope = [&c](processor& p, const auto& body) {
    std::optional<synchronisation_scope> scope;
    if (c.synchronisation) scope.emplace(p);
    body();
  };
  machine.run({[&](processor& p) {
                 with_scope(p, [&] {
                   for (std::uint64_t r = 0; r < rounds; ++r) {
                     EXPECT_EQ(p.load<std::uint64_t>(a) == r ? poll(p, a, r, how) : r + 1, r + 1);
                     times.push_back(p.now());
                     p.store<std::uint64_t>(b, r + 1);
                   }
                 });
               },
               [&](processor& p) {
                 with_scope(p, [&] {
                   random_generator random(1);
                   for (std::uint64_t r = 0; r < rounds; ++r) {
                     if (random.below(2) == 0) {
                       p.sleep_until(p.now() + random.below(3000) * ns);
                     } else {
                       p.compute(random.below(3000));
                     }
                     p.store<std::uint64_t>(a, r + 1);
                     if (p.load<std::uint64_t>(b) == r) poll(p, b, r, how);
                     times.push_back(p.now());
                   }
                 });
               },
               [](processor& p) {
                 random_generator random(2);
                 for (std::uint64_t r = 0; r < rounds; ++r) {
                   p.sleep_until(p.now() + random.below(2000) * ns);
                   p.store<std::uint64_t>(a + 8, r);
                 }
               }});
  return {{"failed", testing::Test::HasFailure()},
          {"times", times},
          {"account", account(machine, 3)},
          {"deltas", sc_core::sc_delta_count()}};
}

class polling : public testing::TestWithParam<polled_case> {};

TEST_P(polling, asleep_is_as_polling_one_by_one) {
  const nlohmann::json one_by_one = in_child([] { return exchange(GetParam(), way::one_by_one); });
  const nlohmann::json asleep = in_child([] { return exchange(GetParam(), way::asleep); });
  ASSERT_EQ(one_by_one.at("failed"), false);
  ASSERT_EQ(asleep.at("failed"), false);
  ASSERT_EQ(one_by_one.at("times").size(), 2 * rounds);
  const nlohmann::json exact = !GetParam().sleeps ? one_by_one : in_child([] {
    polled_case approximate = GetParam();
    approximate.timing = timing_mode::approximate;
    return exchange(approximate, way::one_by_one);
  });
  EXPECT_EQ(asleep.at("times"), exact.at("times"));
  EXPECT_EQ(asleep.at("account"), exact.at("account"));
  const double deltas = asleep.at("deltas").get<double>() / one_by_one.at("deltas").get<double>();
  // Loosely timed, plain loads that stand for polls run ahead, and take fewer steps of the kernel.
  const bool runs_ahead = GetParam().timing == timing_mode::loose && !GetParam().synchronisation;
  const double most = runs_ahead ? 0.9 : 0.8;
  EXPECT_LT(deltas, GetParam().sleeps ? most : 1.01) << "nobody slept";
  EXPECT_GT(deltas, GetParam().sleeps ? 0.0 : 0.99);
}

INSTANTIATE_TEST_SUITE_P(
    of, polling,
    testing::Values(
        polled_case{"mesi", {}}, polled_case{"msi", {{"coherence.protocol", "msi"}}},
        polled_case{"dragon", {{"coherence.protocol", "dragon"}}},
        polled_case{"write_through", {{"coherence.protocol", "vi"}, {"l1.write", "through"}}},
        polled_case{"two_levels", {{"l2.size", "64KiB"}}}, polled_case{"split_l1", {{"l1.split", "true"}}},
        polled_case{"slow_l1", {{"l1.latency", "3"}}}, polled_case{"split_bus", {{"bus.split", "true"}}},
        polled_case{"store_buffer", {{"cpu.consistency", "tso"}}},
        polled_case{"quantum", {{"cpu.at_quantum", "100ns"}}}, polled_case{"plain_accesses", {}, false},
        polled_case{"lt", {}, true, timing_mode::loose},
        polled_case{"lt_without_quantum", {{"cpu.lt_quantum", "0ps"}}, true, timing_mode::loose, false},
        polled_case{"lt_long_quantum", {{"cpu.lt_quantum", "1us"}}, true, timing_mode::loose},
        polled_case{"lt_plain_accesses", {}, false, timing_mode::loose}),
    [](const auto& tested) { return tested.param.name; });

// A run that is stopped: what has been polled by then counts. Another processor keeps the one that polls from
// running ahead.
nlohmann::json stopped_at(time_ps when, way how) {
  small_machine machine(timing_mode::approximate, 2);
  machine->load_program(
      std::make_unique<function_program>(std::vector<program>{[how](processor& p) { poll(p, a, 0, how); },
                                                              [when](processor& p) {
                                                                while (p.now() <= when)
                                                                  p.sleep_until(p.now() + ns);
                                                              }}));
  sc_core::sc_start(sc_core::sc_time(static_cast<double>(when), sc_core::SC_PS));
  machine->account_polls();
  return {machine.cpu(0).loads, machine->cache_at(0)->counters().loads};
}

TEST(polls, of_a_run_that_is_stopped_is_counted_until_then) {
  for (const time_ps when : {2003 * ns, 2008 * ns, 123'456 * ns}) {
    const nlohmann::json one_by_one = in_child([when] { return stopped_at(when, way::one_by_one); });
    const nlohmann::json asleep = in_child([when] { return stopped_at(when, way::asleep); });
    ASSERT_TRUE(asleep.is_array()) << asleep;
    EXPECT_GT(asleep.at(0), 100);
    EXPECT_EQ(asleep, one_by_one) << when;
  }
}

TEST(polls, of_a_word_that_nobody_changes_ends_with_the_last_event) {
  small_machine machine(timing_mode::approximate, 1);
  machine->load_program(std::make_unique<function_program>(
      std::vector<program>{[](processor& p) { p.poll_while<std::uint32_t>(a, 0, pause_cycles); }}));
  sc_core::sc_start();
  EXPECT_FALSE(machine->finished());
  EXPECT_NE(machine->waiting().find("polls a word that does not change"), std::string::npos)
      << machine->waiting();
}

TEST(polls, sees_what_a_debugger_writes) {
  small_machine machine(timing_mode::approximate, 1);
  std::uint64_t seen = 0;
  machine->load_program(std::make_unique<function_program>(
      std::vector<program>{[&seen](processor& p) { seen = poll(p, a, 0, way::asleep); }}));
  sc_core::sc_start(sc_core::sc_time(5, sc_core::SC_US));
  const std::uint64_t value = 7;
  machine->write(a, &value, sizeof value);
  sc_core::sc_start();
  EXPECT_EQ(seen, 7u);
}

}  // namespace
}  // namespace mimd::test
