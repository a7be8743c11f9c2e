// What single transactions cost on the shared bus, computed by hand, in both timings; and contention,
// approximately timed.
//
// A bus cycle is 10 ns: address 20 ns, a line 80 ns, supply by a cache 20 ns, memory 60 ns. A load issued at
// 1000 ns leaves its cache at 1001 and is granted the bus at 1010.
#include <gtest/gtest.h>

#include <array>

#include "support/small_machine.h"

namespace mimd::test {
namespace {

constexpr time_ps ns = 1000;
constexpr address_t a = 0x1000, b = 0x1040, same_bank = 0x1100;

class bus_timing : public testing::TestWithParam<timing_mode> {};
INSTANTIATE_TEST_SUITE_P(both, bus_timing, testing::Values(timing_mode::loose, timing_mode::approximate),
                         [](const auto& tested) { return tested.param == timing_mode::loose ? "lt" : "at"; });

time_ps timed_load(processor& cpu, time_ps at, address_t address) {
  cpu.sleep_until(at);
  cpu.load<std::uint64_t>(address);
  return cpu.now();
}
time_ps timed_store(processor& cpu, time_ps at, address_t address) {
  cpu.sleep_until(at);
  cpu.store<std::uint64_t>(address, 1);
  return cpu.now();
}

TEST_P(bus_timing, a_read_miss_from_memory_and_a_hit) {
  small_machine machine(GetParam(), 1);
  machine.run({[](processor& cpu) {
    EXPECT_EQ(timed_load(cpu, 1000 * ns, a), 1170 * ns);  // 1010 + 20 + 60 + 80
    EXPECT_EQ(timed_load(cpu, 2000 * ns, a + 8), 2001 * ns);
    EXPECT_EQ(timed_load(cpu, 3009 * ns, b), 3170 * ns);  // leaves at 3010: that edge is just caught
    EXPECT_EQ(timed_load(cpu, 4010 * ns, 0x2000), 4180 * ns);
  }});
  EXPECT_EQ(machine.bus(bus_transaction::read).transactions, 3u);
  EXPECT_EQ(machine.bus(bus_transaction::read).service_ps, 3 * 160 * ns);
  EXPECT_EQ(machine.bus(bus_transaction::read).wait_ps, (9 + 0 + 9) * ns);
  EXPECT_EQ(machine->bus().counters().busy_ps, 3 * 160 * ns);
  EXPECT_EQ(machine->bus().counters().bytes, 3 * 64u);
}

TEST_P(bus_timing, a_read_miss_from_another_cache) {
  small_machine machine(GetParam(), 2);
  machine.run(
      {[](processor& cpu) { timed_load(cpu, 1000 * ns, a); },
       [](processor& cpu) { EXPECT_EQ(timed_load(cpu, 5000 * ns, a), 5130 * ns); }});  // 5010 + 20 + 20 + 80
  EXPECT_EQ(machine->bus().counters().cache_supplies, 1u);
  EXPECT_EQ(machine->bus().counters().shared_responses, 1u);
}

TEST_P(bus_timing, a_read_of_a_modified_line_brings_the_new_value) {
  small_machine machine(GetParam(), 2);
  machine.run({[](processor& cpu) {
                 cpu.sleep_until(1000 * ns);
                 cpu.store<std::uint64_t>(a, 0x1122334455667788);
               },
               [](processor& cpu) {
                 cpu.sleep_until(5000 * ns);
                 EXPECT_EQ(cpu.load<std::uint64_t>(a), 0x1122334455667788u);
                 EXPECT_EQ(cpu.now(), 5130 * ns);
               }});
}

TEST_P(bus_timing, a_write_miss_an_upgrade_and_a_silent_write) {
  small_machine machine(GetParam(), 2);
  machine.run({[](processor& cpu) {
                 EXPECT_EQ(timed_store(cpu, 1000 * ns, a), 1170 * ns);  // BusRdX from memory
                 EXPECT_EQ(timed_store(cpu, 2000 * ns, a), 2001 * ns);
                 EXPECT_EQ(timed_load(cpu, 6000 * ns, a), 6001 * ns);
                 EXPECT_EQ(timed_store(cpu, 7000 * ns, a), 7030 * ns);  // BusUpgr: address only
                 EXPECT_EQ(timed_store(cpu, 8000 * ns, a), 8001 * ns);
               },
               [](processor& cpu) {
                 timed_load(cpu, 4000 * ns, a);
                 EXPECT_EQ(timed_store(cpu, 9000 * ns, a), 9130 * ns);  // BusRdX from the other cache
               }});
  EXPECT_EQ(machine.bus(bus_transaction::upgrade).transactions, 1u);
  EXPECT_EQ(machine.bus(bus_transaction::upgrade).service_ps, 20 * ns);
  EXPECT_EQ(machine.bus(bus_transaction::read_exclusive).transactions, 2u);
}

TEST_P(bus_timing, a_write_back_follows_the_fill_and_does_not_delay_it) {
  small_machine machine(GetParam(), 1, {{"l1.size", "64B"}, {"l1.ways", "1"}});
  machine.run({[](processor& cpu) {
    timed_store(cpu, 1000 * ns, a);
    EXPECT_EQ(timed_load(cpu, 2000 * ns, b), 2170 * ns);
    // The write-back holds the bus from 2170 to 2270: a miss right after the fill waits for it.
    cpu.load<std::uint64_t>(0x2080);
    EXPECT_EQ(cpu.now(), 2430 * ns);
  }});
  EXPECT_EQ(machine.bus(bus_transaction::write_back).transactions, 1u);
  EXPECT_EQ(machine.bus(bus_transaction::write_back).service_ps, 100 * ns);
  EXPECT_EQ(machine.memory<std::uint64_t>(a), 1u);
}

TEST_P(bus_timing, a_slow_memory_cycle_is_felt_by_the_next_access_of_that_bank_only) {
  small_machine machine(GetParam(), 1, {{"memory.cycle_time", "300ns"}});
  machine.run({[](processor& cpu) {
    EXPECT_EQ(timed_load(cpu, 1000 * ns, a), 1170 * ns);  // bank busy 1030 ... 1330
    cpu.load<std::uint64_t>(same_bank);                   // asks at 1200
    EXPECT_EQ(cpu.now(), 1470 * ns);                      // 1330 + 60 + 80
    EXPECT_EQ(timed_load(cpu, 2000 * ns, 0x3000), 2170 * ns);
    cpu.load<std::uint64_t>(0x3040);  // the next bank
    EXPECT_EQ(cpu.now(), 2340 * ns);  // 2180 + 160
  }});
}

TEST_P(bus_timing, a_write_miss_of_an_updating_protocol_is_a_read_and_a_write_in_one_tenure) {
  small_machine machine(GetParam(), 2, {{"coherence.protocol", "firefly"}});
  machine.run({[](processor& cpu) {
                 // 5010 + 20 + 20 + 80, then address and one beat of the word: 20 + 10
                 EXPECT_EQ(timed_store(cpu, 5000 * ns, a), 5160 * ns);
                 EXPECT_EQ(timed_store(cpu, 6000 * ns, a), 6040 * ns);  // the word alone
               },
               [](processor& cpu) {
                 timed_load(cpu, 1000 * ns, a);
                 cpu.sleep_until(5500 * ns);
                 EXPECT_EQ(cpu.load<std::uint64_t>(a), 1u);
                 EXPECT_EQ(cpu.now(), 5501 * ns);  // the copy was updated
               }});
  EXPECT_EQ(machine->bus().counters().bytes, 64u + 64u + 8u + 8u);
  EXPECT_EQ(machine.memory<std::uint64_t>(a), 1u);
}

TEST_P(bus_timing, memory_that_does_not_listen_gets_a_modified_line_before_it_is_read) {
  small_machine machine(GetParam(), 2, {{"coherence.protocol", "synapse"}});
  machine.run({[](processor& cpu) { EXPECT_EQ(timed_store(cpu, 1000 * ns, a), 1170 * ns); },
               [](processor& cpu) {
                 cpu.sleep_until(5000 * ns);
                 EXPECT_EQ(cpu.load<std::uint64_t>(a), 1u);
                 // 5010 + 20, the line to memory 80, whose bank is then busy for 100; 60 + 80
                 EXPECT_EQ(cpu.now(), 5350 * ns);
               }});
  EXPECT_EQ(machine->bus().counters().cache_supplies, 0u);
}

TEST_P(bus_timing, a_processor_without_cache_moves_words) {
  small_machine machine(GetParam(), 1, {{"l1.size", "0"}});
  machine.run({[](processor& cpu) {
    EXPECT_EQ(timed_store(cpu, 1000 * ns, a), 1030 * ns);  // address, one beat
    EXPECT_EQ(timed_load(cpu, 2000 * ns, a), 2090 * ns);   // address, memory, one beat
    EXPECT_EQ(cpu.load<std::uint64_t>(a), 1u);
  }});
  EXPECT_EQ(machine.bus(bus_transaction::io_read).transactions, 2u);
  EXPECT_EQ(machine.bus(bus_transaction::io_write).transactions, 1u);
  EXPECT_EQ(machine->bus().counters().bytes, 24u);
}

TEST_P(bus_timing, an_asynchronous_bus_waits_for_no_edge) {
  small_machine machine(GetParam(), 1, {{"bus.asynchronous", "true"}});
  machine.run({[](processor& cpu) { EXPECT_EQ(timed_load(cpu, 1000 * ns, a), 1161 * ns); }});
}

// Loosely timed without turns, processor 1 comes after processor 0 and finds a gap of 170 ns before its
// second load: enough for the usual 160 ns, but this bank is busy.
TEST(bus_gaps, a_transaction_that_takes_longer_than_expected_moves_behind_what_is_booked) {
  small_machine machine(timing_mode::loose, 2, {{"memory.cycle_time", "300ns"}, {"cpu.lt_quantum", "10us"}},
                        false);
  std::array<time_ps, 2> done{};
  machine.run({[&done](processor& cpu) {
                 cpu.compute(1000);
                 cpu.load<std::uint64_t>(a);  // the bus from 1010 to 1170
                 cpu.compute(160);
                 cpu.load<std::uint64_t>(b);  // from 1340 to 1500
                 done[0] = cpu.now();
               },
               [&done](processor& cpu) {
                 cpu.compute(1000);
                 cpu.load<std::uint64_t>(same_bank);
                 done[1] = cpu.now();
               }});
  EXPECT_EQ(done[0], 1500 * ns);
  EXPECT_GE(done[1], (1500 + 160) * ns);
}

// --- contention, approximately timed

std::array<time_ps, 2> two_loads(const settings& changes, address_t first, address_t second) {
  std::array<time_ps, 2> done{};
  small_machine machine(timing_mode::approximate, 2, changes);
  machine.run({[&](processor& cpu) { done[0] = timed_load(cpu, 1000 * ns, first); },
               [&](processor& cpu) { done[1] = timed_load(cpu, 1000 * ns, second); }});
  return done;
}

TEST(bus_contention, an_atomic_bus_serves_one_after_the_other) {
  EXPECT_EQ(two_loads({}, a, b), (std::array<time_ps, 2>{1170 * ns, 1330 * ns}));
}
TEST(bus_contention, a_split_bus_overlaps_memory_with_other_transactions) {
  // Addresses 1010 and 1030; data 1090 ... 1170 and 1170 ... 1250.
  EXPECT_EQ(two_loads({{"bus.split", "true"}}, a, b), (std::array<time_ps, 2>{1170 * ns, 1250 * ns}));
}
TEST(bus_contention, a_split_bus_waits_for_a_busy_bank) {
  // The bank is busy from 1030 to 1130; then 60 ns of access, 80 of data.
  EXPECT_EQ(two_loads({{"bus.split", "true"}}, a, same_bank), (std::array<time_ps, 2>{1170 * ns, 1270 * ns}));
}
TEST(bus_contention, one_transaction_in_flight_makes_a_split_bus_serial) {
  EXPECT_EQ(two_loads({{"bus.split", "true"}, {"bus.outstanding", "1"}}, a, b),
            (std::array<time_ps, 2>{1170 * ns, 1330 * ns}));
}

TEST(bus_contention, a_request_for_a_line_in_flight_is_refused_once_and_then_served) {
  std::array<time_ps, 2> done{};
  small_machine machine(timing_mode::approximate, 2, {{"bus.split", "true"}});
  machine.run({[&](processor& cpu) { done[0] = timed_load(cpu, 1000 * ns, a); },
               [&](processor& cpu) { done[1] = timed_load(cpu, 1000 * ns, a); }});
  EXPECT_EQ(done[0], 1170 * ns);
  EXPECT_EQ(done[1], 1290 * ns);  // granted at 1170, supplied by the first
  EXPECT_EQ(machine->bus().counters().retries, 1u);
}

// Master 1 has the bus; masters 0 and 2 wait.
std::array<time_ps, 3> waiting(const std::string& policy, time_ps zero_at, time_ps two_at) {
  std::array<time_ps, 3> done{};
  small_machine machine(timing_mode::approximate, 3, {{"bus.arbitration", policy}});
  machine.run({[&](processor& cpu) { done[0] = timed_load(cpu, zero_at, 0x1000); },
               [&](processor& cpu) { done[1] = timed_load(cpu, 1000 * ns, 0x2000); },
               [&](processor& cpu) { done[2] = timed_load(cpu, two_at, 0x3000); }});
  return done;
}
constexpr std::array<time_ps, 3> zero_first{1330 * ns, 1170 * ns, 1490 * ns};
constexpr std::array<time_ps, 3> two_first{1490 * ns, 1170 * ns, 1330 * ns};

TEST(bus_arbitration, fixed_priority_prefers_the_lower_number) {
  EXPECT_EQ(waiting("fixed-priority", 1080 * ns, 1040 * ns), zero_first);
}
TEST(bus_arbitration, round_robin_prefers_the_one_after_the_last) {
  EXPECT_EQ(waiting("round-robin", 1040 * ns, 1080 * ns), two_first);
}
TEST(bus_arbitration, fcfs_prefers_the_earlier) {
  EXPECT_EQ(waiting("fcfs", 1040 * ns, 1080 * ns), zero_first);
}
TEST(bus_arbitration, fcfs_prefers_the_earlier_of_higher_number) {
  EXPECT_EQ(waiting("fcfs", 1080 * ns, 1040 * ns), two_first);
}

}  // namespace
}  // namespace mimd::test
