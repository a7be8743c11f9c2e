// A line that waits in the write-back buffer is still this cache's copy: snoops read and change it. Times as
// in bus_timing_test.cpp, approximately timed.
#include <gtest/gtest.h>

#include "support/small_machine.h"

namespace mimd::test {
namespace {

constexpr time_ps ns = 1000;
constexpr address_t a = 0x1000, b = 0x1040;

const settings one_line{{"l1.size", "64B"}, {"l1.ways", "1"}};

settings one_line_of(const char* protocol) {
  settings s = one_line;
  s.emplace_back("coherence.protocol", protocol);
  return s;
}

// Processor 0 replaces its modified line of `a` at 5170 ns, when processor 1 already waits for the bus.
TEST(write_back_buffer, supplies_a_reader_and_need_not_go_out_any_more) {
  small_machine machine(timing_mode::approximate, 2, one_line_of("mesi"));
  machine.run({[](processor& p) {
                 p.store<std::uint64_t>(a, 7);
                 p.sleep_until(5000 * ns);
                 p.load<std::uint64_t>(b);  // the bus from 5010 to 5170
               },
               [](processor& p) {
                 p.sleep_until(5100 * ns);
                 EXPECT_EQ(p.load<std::uint64_t>(a), 7u);
                 EXPECT_EQ(p.now(), 5290 * ns);  // 5170 + 20 + 20 + 80
               }});
  EXPECT_EQ(machine->bus().counters().cache_supplies, 1u);
  EXPECT_EQ(machine.bus(bus_transaction::write_back).transactions, 0u);  // memory was updated
  EXPECT_EQ(machine.memory<std::uint64_t>(a), 7u);
}

TEST(write_back_buffer, takes_the_word_that_another_cache_writes) {
  small_machine machine(timing_mode::approximate, 3, one_line_of("dragon"));
  machine.run({[](processor& p) {
                 p.sleep_until(3000 * ns);
                 p.store<std::uint64_t>(a, 1);
                 p.sleep_until(5000 * ns);
                 p.load<std::uint64_t>(b);
               },
               [](processor& p) {
                 p.load<std::uint64_t>(a);
                 p.sleep_until(5100 * ns);
                 p.store<std::uint64_t>(a, 7);  // BusUpd from 5170 to 5200
               },
               [&machine](processor& p) {
                 p.sleep_until(5180 * ns);
                 EXPECT_EQ(machine.memory<std::uint64_t>(a), 7u);  // the newest copy, wherever it is
               }});
  EXPECT_EQ(machine.bus(bus_transaction::write_back).transactions, 0u);  // processor 1 owns the line now
  EXPECT_EQ(machine.memory<std::uint64_t>(a), 7u);
}

}  // namespace
}  // namespace mimd::test
