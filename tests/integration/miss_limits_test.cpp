// How many misses and write-backs of one cache may be under way, approximately timed. Times as in
// bus_timing_test.cpp: on a split bus two loads of free banks end at 1170 and 1250 ns.
#include <gtest/gtest.h>

#include <array>

#include "support/small_machine.h"

namespace mimd::test {
namespace {

constexpr time_ps ns = 1000;

settings with_limits(const char* mshrs, const char* write_backs) {
  return {{"bus.split", "true"}, {"cpu.outstanding", "4"}, {"l1.size", "128B"},
          {"l1.ways", "1"},      {"l1.mshrs", mshrs},      {"l1.write_back_entries", write_backs}};
}

struct outcome {
  time_ps ended = 0;
  std::uint64_t stalls = 0;
};

outcome two_loads_at_once(const char* mshrs) {
  small_machine machine(timing_mode::approximate, 1, with_limits(mshrs, "4"));
  outcome result;
  machine.run({[&result](processor& p) {
    p.sleep_until(1000 * ns);
    const std::array<processor::ticket, 2> tickets{p.issue_read(0x1000, 8), p.issue_read(0x1040, 8)};
    std::uint64_t value;
    for (const processor::ticket& t : tickets) p.wait(t, &value);
    result.ended = p.now();
  }});
  result.stalls = machine->cache_at(0)->counters().mshr_stalls;
  return result;
}

TEST(miss_limits, two_mshrs_let_two_misses_overlap) {
  const outcome o = two_loads_at_once("2");
  EXPECT_EQ(o.ended, 1250 * ns);
  EXPECT_EQ(o.stalls, 0u);
}

TEST(miss_limits, one_mshr_serves_one_miss_after_the_other) {
  const outcome o = two_loads_at_once("1");
  EXPECT_EQ(o.ended, 1340 * ns);  // the second leaves at 1171 and is granted the bus at 1180
  EXPECT_EQ(o.stalls, 1u);
}

// Two modified lines are replaced by the loads of 0x2000 and 0x2040; the third load finds both in the buffer.
outcome three_loads_over_modified_lines(const char* write_backs) {
  small_machine machine(timing_mode::approximate, 1, with_limits("8", write_backs));
  outcome result;
  machine.run({[&result](processor& p) {
    p.store<std::uint64_t>(0x1000, 1);
    p.store<std::uint64_t>(0x1040, 2);
    p.sleep_until(5000 * ns);
    const std::array<processor::ticket, 2> first{p.issue_read(0x2000, 8), p.issue_read(0x2040, 8)};
    std::uint64_t value;
    p.wait(first[0], &value);
    const processor::ticket third = p.issue_read(0x3080, 8);
    p.wait(first[1], &value);
    p.wait(third, &value);
    result.ended = p.now();
  }});
  result.stalls = machine->cache_at(0)->counters().mshr_stalls;
  EXPECT_EQ(machine.memory<std::uint64_t>(0x1000), 1u);
  return result;
}

TEST(miss_limits, a_miss_waits_for_room_in_the_write_back_buffer) {
  EXPECT_GE(three_loads_over_modified_lines("1").stalls, 1u);
}

TEST(miss_limits, a_larger_write_back_buffer_has_room) {
  EXPECT_EQ(three_loads_over_modified_lines("4").stalls, 0u);
}

// What fills up a block of L2 does not take the block's place back from another one that has it now.
TEST(miss_limits, blocks_of_l2_that_replace_each_other_are_both_filled_up_only_once) {
  small_machine machine(timing_mode::approximate, 1,
                        {{"cpu.outstanding", "2"},
                         {"l1.size", "512B"},
                         {"l1.line", "32"},
                         {"l1.ways", "8"},
                         {"l2.size", "1KiB"},
                         {"l2.line", "64"},
                         {"l2.ways", "1"}});
  time_ps ended = 0;
  machine.run({[&ended](processor& p) {
    p.sleep_until(1000 * ns);
    const std::array<processor::ticket, 2> tickets{p.issue_read(0x1600, 8), p.issue_read(0xe30, 1)};
    std::uint64_t value;
    for (const processor::ticket& t : tickets) p.wait(t, &value);
    ended = p.now();
  }});
  EXPECT_GT(ended, 1000 * ns);
  EXPECT_LT(ended, 3000 * ns);
}

}  // namespace
}  // namespace mimd::test
