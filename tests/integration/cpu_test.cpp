// The processor on a whole machine: its accounts, loads in flight, the store buffer, atomics; and the kinds
// of caches it can have. Times as in bus_timing_test.cpp.
#include <gtest/gtest.h>

#include <array>

#include "infrastructure/random.h"
#include "support/small_machine.h"

namespace mimd::test {
namespace {

constexpr time_ps ns = 1000;
constexpr address_t a = 0x1000, b = 0x1040, c = 0x1080, d = 0x10c0;

class cpu : public testing::TestWithParam<timing_mode> {};
INSTANTIATE_TEST_SUITE_P(both, cpu, testing::Values(timing_mode::loose, timing_mode::approximate),
                         [](const auto& tested) { return tested.param == timing_mode::loose ? "lt" : "at"; });

settings tso(unsigned depth = 8) {
  return {{"cpu.consistency", "tso"}, {"cpu.store_buffer", std::to_string(depth)}};
}

// --- accounts

TEST_P(cpu, busy_is_what_it_computes_and_issues_and_the_rest_is_stall) {
  small_machine machine(GetParam(), 1);
  machine.run({[](processor& p) {
    p.compute(1000);               // until 1000 ns
    p.load<std::uint32_t>(a);      // 1170
    p.store<std::uint32_t>(a, 1);  // 1171
    p.compute(29);                 // 1200
    p.fence();                     // 1201
    p.sleep_until(2000 * ns);      // stall
    p.fetch_add<std::uint32_t>(a, 1);
  }});
  EXPECT_EQ(machine.cpu(0).finish_ps, 2001 * ns);
  EXPECT_EQ(machine.cpu(0).busy_ps, (1000 + 1 + 1 + 29 + 1 + 1) * ns);
  EXPECT_EQ(machine->processor_at(0).total_ps(), 2001 * ns);
  EXPECT_EQ(machine.cpu(0).loads, 1u);
  EXPECT_EQ(machine.cpu(0).stores, 1u);
  EXPECT_EQ(machine.cpu(0).atomics, 1u);
  EXPECT_EQ(machine.cpu(0).fences, 1u);
}

TEST_P(cpu, busy_never_exceeds_the_total_under_random_programs) {
  settings s = tso(2);
  s.emplace_back("cpu.outstanding", "4");
  s.emplace_back("bus.split", "true");
  s.emplace_back("l1.size", "512B");
  small_machine machine(GetParam(), 4, s);
  const program random_program = [](processor& p) {
    random_generator random(p.id());
    for (int i = 0; i < 3000; ++i) {
      const address_t address = 0x1000 + 8 * random.below(400);
      switch (random.below(6)) {
        case 0:
          p.load<std::uint64_t>(address);
          break;
        case 1:
          p.store<std::uint64_t>(address, random.next());
          break;
        case 2:
          p.compute(random.below(50));
          break;
        case 3:
          p.prefetch(address);
          break;
        case 4:
          p.fetch_add<std::uint64_t>(address, 1);
          break;
        default: {
          std::uint64_t value;
          const auto t = p.issue_read(address, 8);
          p.compute(random.below(20));
          p.wait(t, &value);
          break;
        }
      }
    }
  };
  machine.run({random_program, random_program, random_program, random_program});
  for (unsigned i = 0; i < 4; ++i) {
    EXPECT_LE(machine.cpu(i).busy_ps, machine->processor_at(i).total_ps());
    EXPECT_GT(machine.cpu(i).busy_ps, 0u);
  }
}

// --- memory-level parallelism

time_ps four_loads(timing_mode timing, unsigned outstanding) {
  time_ps done = 0;
  small_machine machine(timing, 1, {{"bus.split", "true"}, {"cpu.outstanding", std::to_string(outstanding)}});
  machine.run({[&](processor& p) {
    p.sleep_until(1000 * ns);
    std::array<processor::ticket, 4> tickets{};
    const std::array<address_t, 4> lines{a, b, c, d};
    if (outstanding == 1) {
      for (const address_t line : lines) p.load<std::uint64_t>(line);
    } else {
      for (unsigned i = 0; i < 4; ++i) tickets[i] = p.issue_read(lines[i], 8);
      std::uint64_t value;
      for (const processor::ticket& t : tickets) p.wait(t, &value);
    }
    done = p.now();
  }});
  return done;
}

TEST_P(cpu, loads_in_flight_overlap_on_a_split_bus) {
  EXPECT_EQ(four_loads(GetParam(), 4),
            1410 * ns);  // addresses 1010 ... 1090, data 1090 ... 1410 back to back
}
TEST_P(cpu, loads_one_by_one_do_not) {
  EXPECT_EQ(four_loads(GetParam(), 1), 1680 * ns);  // 1170, 1340 (from 1180), 1510, 1680
}

TEST_P(cpu, a_prefetch_hides_a_miss_and_is_dropped_when_no_slot_is_free) {
  small_machine machine(GetParam(), 1, {{"cpu.outstanding", "1"}});
  machine.run({[](processor& p) {
    p.sleep_until(1000 * ns);
    p.prefetch(a);
    p.prefetch(b);  // dropped
    p.sleep_until(2000 * ns);
    p.load<std::uint64_t>(a);
    EXPECT_EQ(p.now(), 2001 * ns);
    p.load<std::uint64_t>(b);
    EXPECT_EQ(p.now(), 2170 * ns);
  }});
  EXPECT_EQ(machine.cpu(0).prefetches, 1u);
  EXPECT_EQ(machine.cpu(0).prefetches_dropped, 1u);
}

// --- store buffer

TEST_P(cpu, a_buffered_store_costs_one_cycle_and_a_fence_waits_for_it) {
  small_machine machine(GetParam(), 1, tso());
  machine.run({[](processor& p) {
    p.sleep_until(1000 * ns);
    p.store<std::uint64_t>(a, 7);
    EXPECT_EQ(p.now(), 1001 * ns);
    EXPECT_EQ(p.load<std::uint64_t>(a), 7u);  // forwarded
    EXPECT_EQ(p.now(), 1002 * ns);
    EXPECT_EQ(p.load<std::uint16_t>(a), 7u);
    p.fence();
    EXPECT_EQ(p.now(), 1171 * ns);  // the store left at 1001, was granted at 1010, complete at 1170
    EXPECT_EQ(p.load<std::uint64_t>(a), 7u);
  }});
  // Loosely timed, the store has reached the cache when the second load looks for it.
  EXPECT_EQ(machine.cpu(0).forwarded, GetParam() == timing_mode::loose ? 1u : 2u);
  EXPECT_EQ(machine.memory<std::uint64_t>(a), 7u);
}

TEST_P(cpu, a_full_store_buffer_waits_for_the_oldest) {
  small_machine machine(GetParam(), 1, tso(2));
  machine.run({[](processor& p) {
    p.sleep_until(1000 * ns);
    p.store<std::uint64_t>(a, 1);
    p.store<std::uint64_t>(b, 2);
    EXPECT_EQ(p.now(), 1002 * ns);
    p.store<std::uint64_t>(c, 3);
    EXPECT_EQ(p.now(), 1171 * ns);
  }});
  EXPECT_EQ(machine.memory<std::uint64_t>(c), 3u);
}

TEST_P(cpu, a_load_that_overlaps_a_buffered_store_in_part_waits_for_it) {
  small_machine machine(GetParam(), 1, tso());
  machine.run({[](processor& p) {
    p.sleep_until(1000 * ns);
    p.store<std::uint32_t>(a + 4, 0xaabbccdd);
    EXPECT_EQ(p.load<std::uint64_t>(a), 0xaabbccdd00000000u);
    EXPECT_EQ(p.now(), 1171 * ns);
  }});
  EXPECT_EQ(machine.cpu(0).forwarded, 0u);
}

TEST_P(cpu, an_atomic_drains_the_store_buffer_first) {
  small_machine machine(GetParam(), 2, tso());
  machine.run({[](processor& p) {
                 p.sleep_until(1000 * ns);
                 p.store<std::uint64_t>(a, 1);
                 p.fetch_add<std::uint64_t>(b, 1);
               },
               [](processor& p) {
                 while (p.load<std::uint64_t>(b) == 0) p.compute(10);
                 EXPECT_EQ(p.load<std::uint64_t>(a), 1u);
               }});
}

// --- atomics

std::uint64_t load_reserved(processor& p, address_t address) {
  return p.atomic<std::uint64_t>(atomic_operation::load_reserved, address, 0);
}
std::uint64_t store_conditional(processor& p, address_t address, std::uint64_t value) {
  return p.atomic<std::uint64_t>(atomic_operation::store_conditional, address, value);
}

// Three want the bus at the same time, with the reservation that the first of them breaks.
void fail_while_waiting(const settings& s, timing_mode timing,
                        std::initializer_list<bus_transaction> stores) {
  small_machine machine(timing, 3, s);
  std::array<std::uint64_t, 3> failed{};
  const program at_once = [&failed](processor& p) {
    load_reserved(p, a);
    p.sleep_until(5000 * ns);
    failed[p.id()] = store_conditional(p, a, 1 + p.id());
  };
  machine.run({at_once, at_once, at_once});
  EXPECT_EQ(failed[0] + failed[1] + failed[2], 2u);
  EXPECT_EQ(machine.memory<std::uint64_t>(a), !failed[0] ? 1u : !failed[1] ? 2u : 3u);
  std::uint64_t all = 0;
  for (const bus_transaction t : stores) all += machine.bus(t).transactions;
  EXPECT_EQ(all, 1u) << "who has lost its reservation stays off the bus";
}

TEST_P(cpu, a_store_conditional_that_fails_while_it_waits_takes_no_transaction_without_a_cache) {
  fail_while_waiting({{"l1.size", "0"}}, GetParam(), {bus_transaction::io_write});
}

TEST_P(cpu, a_store_conditional_that_fails_while_it_waits_takes_no_transaction_under_mesi) {
  fail_while_waiting({}, GetParam(), {bus_transaction::upgrade, bus_transaction::read_exclusive});
}

TEST_P(cpu, a_store_conditional_that_fails_while_it_waits_takes_no_transaction_under_dragon) {
  fail_while_waiting({{"coherence.protocol", "dragon"}}, GetParam(), {bus_transaction::update});
}

TEST_P(cpu, store_conditional_needs_a_reservation_that_nobody_broke) {
  small_machine machine(GetParam(), 2);
  machine.run({[](processor& p) {
                 EXPECT_EQ(store_conditional(p, a, 1), 1u);  // none
                 EXPECT_EQ(load_reserved(p, a), 0u);
                 EXPECT_EQ(store_conditional(p, a, 2), 0u);
                 EXPECT_EQ(store_conditional(p, a, 3), 1u);  // used up
                 EXPECT_EQ(p.load<std::uint64_t>(a), 2u);
                 EXPECT_EQ(load_reserved(p, a), 2u);
                 EXPECT_EQ(store_conditional(p, b, 3), 1u);  // elsewhere
                 p.sleep_until(10'000 * ns);
                 EXPECT_EQ(load_reserved(p, a), 2u);
                 p.sleep_until(30'000 * ns);  // processor 1 writes the line at 20 us
                 EXPECT_EQ(store_conditional(p, a, 4), 1u);
                 EXPECT_EQ(p.load<std::uint64_t>(a), 2u);
                 EXPECT_EQ(load_reserved(p, a), 2u);
                 p.sleep_until(50'000 * ns);  // processor 1 only reads it at 40 us
                 EXPECT_EQ(store_conditional(p, a, 5), 0u);
               },
               [](processor& p) {
                 p.sleep_until(20'000 * ns);
                 p.store<std::uint64_t>(a + 8, 9);
                 p.sleep_until(40'000 * ns);
                 EXPECT_EQ(p.load<std::uint64_t>(a), 2u);
               }});
  EXPECT_EQ(machine.memory<std::uint64_t>(a), 5u);
}

void count_together(timing_mode timing, const settings& s) {
  small_machine machine(timing, 4, s);
  const program adds = [](processor& p) {
    for (int i = 0; i < 300; ++i) {
      p.fetch_add<std::uint32_t>(a, 1);
      std::uint64_t old;
      do {
        old = load_reserved(p, b);
        p.compute(p.id() * 3);
      } while (store_conditional(p, b, old + 1) != 0);
      while (true) {
        const auto seen = p.load<std::uint64_t>(c);
        if (p.compare_exchange<std::uint64_t>(c, seen, seen + 1)) break;
      }
    }
  };
  machine.run({adds, adds, adds, adds});
  EXPECT_EQ(machine.memory<std::uint32_t>(a), 1200u);
  EXPECT_EQ(machine.memory<std::uint64_t>(b), 1200u);
  EXPECT_EQ(machine.memory<std::uint64_t>(c), 1200u);
}

TEST_P(cpu, atomics_of_four_processors_lose_nothing) {
  count_together(GetParam(), {});
}
TEST_P(cpu, atomics_lose_nothing_without_caches) {
  count_together(GetParam(), {{"l1.size", "0"}});
}
TEST_P(cpu, atomics_lose_nothing_with_write_through_caches) {
  count_together(GetParam(), {{"coherence.protocol", "vi"}, {"l1.write", "through"}});
}
TEST_P(cpu, atomics_lose_nothing_with_an_updating_protocol_without_caches) {
  count_together(GetParam(), {{"coherence.protocol", "dragon"}, {"l1.size", "0"}});
}
// The line of a store_conditional is in L1 alone: the rest of its block is brought into L2 on the way.
TEST_P(cpu, atomics_lose_nothing_with_blocks_of_a_second_level) {
  count_together(GetParam(),
                 {{"l2.size", "512B"}, {"l2.ways", "1"}, {"l2.line", "256"}, {"l2.inclusive", "false"}});
}
TEST_P(cpu, atomics_lose_nothing_with_an_updating_protocol) {
  count_together(GetParam(), {{"coherence.protocol", "dragon"}, {"bus.split", "true"}});
}

// --- debug transport

TEST_P(cpu, debug_access_sees_and_changes_the_newest_copy_and_nothing_else) {
  small_machine machine(GetParam(), 2);
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  machine.run({[&](processor& p) {
                 p.store<std::uint64_t>(a, 1);  // modified here only
                 p.sleep_until(10'000 * ns);
                 EXPECT_EQ(machine.memory<std::uint64_t>(a), 1u);
                 before = machine.transactions();
                 const std::uint64_t two = 2;
                 machine->write(a, &two, 8);
                 EXPECT_EQ(p.load<std::uint64_t>(a), 2u);
                 EXPECT_EQ(p.now(), 10'001 * ns);  // still a hit
                 after = machine.transactions();
                 p.sleep_until(30'000 * ns);
               },
               [](processor& p) {
                 p.sleep_until(20'000 * ns);
                 EXPECT_EQ(p.load<std::uint64_t>(a), 2u);
               }});
  EXPECT_EQ(before, after);
  EXPECT_EQ(machine.memory<std::uint64_t>(a), 2u);
}

// --- kinds of caches

TEST_P(cpu, write_through_sends_every_store_and_never_writes_back) {
  small_machine machine(
      GetParam(), 2,
      {{"coherence.protocol", "vi"}, {"l1.write", "through"}, {"l1.size", "128B"}, {"l1.ways", "1"}});
  machine.run({[](processor& p) {
                 p.load<std::uint64_t>(a);
                 for (std::uint64_t i = 1; i <= 5; ++i) p.store<std::uint64_t>(a, i);  // hits
                 p.store<std::uint64_t>(b, 6);   // a miss: does not allocate
                 p.load<std::uint64_t>(0x2000);  // replaces a
                 EXPECT_EQ(p.load<std::uint64_t>(b), 6u);
               },
               [](processor& p) {
                 p.sleep_until(50'000 * ns);
                 EXPECT_EQ(p.load<std::uint64_t>(a), 5u);
                 p.store<std::uint64_t>(a, 7);
               }});
  EXPECT_EQ(machine.bus(bus_transaction::write_through).transactions, 7u);
  EXPECT_EQ(machine.bus(bus_transaction::write_back).transactions, 0u);
  EXPECT_EQ(machine.bus(bus_transaction::read).transactions, 4u);
  EXPECT_EQ(machine.memory<std::uint64_t>(a), 7u);
}

TEST_P(cpu, without_write_allocation_a_store_that_misses_fills_nothing) {
  small_machine machine(GetParam(), 2, {{"l1.write_allocate", "false"}});
  machine.run({[](processor& p) {
                 p.store<std::uint64_t>(a, 5);
                 EXPECT_EQ(p.load<std::uint64_t>(a), 5u);  // a miss
                 p.store<std::uint64_t>(a, 6);             // a hit
               },
               [](processor& p) {
                 p.sleep_until(10'000 * ns);
                 p.store<std::uint64_t>(a + 8, 8);  // a miss on a line that another has modified
                 EXPECT_EQ(p.load<std::uint64_t>(a), 6u);
               }});
  EXPECT_EQ(machine.bus(bus_transaction::io_write).transactions, 2u);
  EXPECT_EQ(machine->cache_at(0)->counters().uncached, 1u);
  EXPECT_EQ(machine.memory<std::uint64_t>(a), 6u);
  EXPECT_EQ(machine.memory<std::uint64_t>(a + 8), 8u);
}

TEST_P(cpu, a_second_level_serves_what_the_first_replaced) {
  for (const char* const inclusive : {GetParam() == timing_mode::loose ? "true" : "false"}) {
    small_machine machine(
        GetParam(), 1,
        {{"l1.size", "64B"}, {"l1.ways", "1"}, {"l2.size", "4KiB"}, {"l2.inclusive", inclusive}});
    machine.run({[](processor& p) {
      p.sleep_until(1000 * ns);
      p.store<std::uint64_t>(a, 3);  // 1 + 10 cycles of look-up: leaves at 1011, granted at 1020
      EXPECT_EQ(p.now(), 1180 * ns);
      p.load<std::uint64_t>(b);
      p.sleep_until(3000 * ns);
      EXPECT_EQ(p.load<std::uint64_t>(a), 3u);
      EXPECT_EQ(p.now(), 3011 * ns);
    }});
    EXPECT_EQ(machine.transactions(), 2u);
    EXPECT_EQ(machine->cache_at(0)->levels().l2_counters().hits, 1u);
  }
}

TEST_P(cpu, a_split_first_level_keeps_instructions_apart_and_coherent) {
  small_machine machine(GetParam(), 1, {{"l1.split", "true"}});
  machine.run({[](processor& p) {
    p.fetch(a, 4);
    p.fetch(a + 4, 4);
    p.store<std::uint32_t>(a, 5);
    EXPECT_EQ(p.load<std::uint32_t>(a), 5u);
    p.fetch(a, 4);
  }});
  using port = private_hierarchy::port;
  EXPECT_EQ(machine.cpu(0).fetches, 3u);
  const cache_level_counters& instructions = machine->cache_at(0)->levels().l1_counters(port::instruction);
  EXPECT_EQ(instructions.misses() + instructions.hits, 3u);
  EXPECT_GE(instructions.misses(), 1u);
  EXPECT_EQ(machine.transactions(), 1u);
}

}  // namespace
}  // namespace mimd::test
