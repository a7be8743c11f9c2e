// Access and cycle time, banks, page mode, refresh and bandwidth against closed forms.
#include "memory/memory_timing.h"

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

namespace mimd {
namespace {

constexpr time_ps ns = 1000;

memory_timing_parameters banked(unsigned banks) {
  memory_timing_parameters p;
  p.access_time = 60 * ns;
  p.cycle_time = 100 * ns;
  p.banks = banks;
  p.interleave = 64;
  return p;
}

TEST(memory_timing, answers_after_the_access_time_and_is_busy_for_the_cycle_time) {
  memory_timing m(banked(1));
  const auto first = m.access(0, 64, false, 5 * ns, 0);
  EXPECT_EQ(first.start, 5 * ns);
  EXPECT_EQ(first.ready, 65 * ns);
  const auto second = m.access(4096, 64, true, 10 * ns, 0);
  EXPECT_EQ(second.start, 105 * ns);
  EXPECT_EQ(second.ready, 165 * ns);
  EXPECT_EQ(m.counters().wait_ps, 95 * ns);
  EXPECT_EQ(m.counters().busy_ps, 200 * ns);
  EXPECT_EQ(m.counters().reads, 1u);
  EXPECT_EQ(m.counters().writes, 1u);
  EXPECT_EQ(m.counters().bytes_read, 64u);
  EXPECT_EQ(m.counters().bytes_written, 64u);
}

TEST(memory_timing, banks_interleave_and_work_at_once) {
  memory_timing m(banked(4));
  for (unsigned i = 0; i < 12; ++i) {
    EXPECT_EQ(m.access(64 * i, 64, false, 0, 0).start, (i / 4) * 100 * ns) << i;
  }
}

TEST(memory_timing, three_banks_are_as_good_as_four) {
  memory_timing m(banked(3));
  for (unsigned i = 0; i < 9; ++i)
    EXPECT_EQ(m.access(64 * i, 64, false, 0, 0).start, (i / 3) * 100 * ns) << i;
}

TEST(memory_timing, channels_have_banks_and_data_buses_of_their_own) {
  memory_timing_parameters p = banked(2);
  p.channels = 3;
  p.channel_interleave = 256;
  p.bytes_per_second = 64e9;  // 1 ns a line
  memory_timing m(p);
  // Four lines of a channel, on two banks; the next channel is as free as the first was.
  for (unsigned channel = 0; channel < 3; ++channel) {
    for (unsigned line = 0; line < 4; ++line) {
      const auto a = m.access(256 * channel + 64 * line, 64, false, 0, 0);
      EXPECT_EQ(a.start, (line / 2) * 100 * ns) << channel << ' ' << line;
      EXPECT_EQ(a.ready, a.start + (60 + 1 + line % 2) * ns) << channel << ' ' << line;
    }
  }
  EXPECT_EQ(m.access(3 * 256, 64, false, 0, 0).start, 200 * ns);       // the first channel again,
  EXPECT_EQ(m.access(3 * 256 + 64, 64, false, 0, 0).start, 200 * ns);  // from its next line
}

TEST(memory_timing, a_request_out_of_order_takes_the_gap_it_would_have_had) {
  memory_timing m(banked(1));
  EXPECT_EQ(m.access(0, 8, false, 500 * ns, 0).start, 500 * ns);
  EXPECT_EQ(m.access(0, 8, false, 100 * ns, 0).start, 100 * ns);
  EXPECT_EQ(m.access(0, 8, false, 350 * ns, 0).start, 350 * ns);
  EXPECT_EQ(m.access(0, 8, false, 250 * ns, 0).start, 250 * ns);
  EXPECT_EQ(m.access(0, 8, false, 120 * ns, 0).start, 600 * ns);  // no gap of a whole cycle is left before
}

TEST(memory_timing, bandwidth_spaces_transfers_of_different_banks) {
  memory_timing_parameters p = banked(4);
  p.bytes_per_second = 6.4e9;  // 64 bytes in 10 ns
  memory_timing m(p);
  for (unsigned i = 0; i < 4; ++i) EXPECT_EQ(m.access(64 * i, 64, false, 0, 0).ready, (70 + 10 * i) * ns);
  EXPECT_EQ(m.access(64 * 4, 64, false, 0, 0).ready, 170 * ns);  // waits for its bank, not for the channel
}

memory_timing_parameters paged(unsigned banks, time_ps refresh_interval) {
  memory_timing_parameters p;
  p.page_mode = true;
  p.banks = banks;
  p.interleave = 64;
  p.row_size = 1024;  // 16 blocks of a bank
  p.row_access = 14 * ns;
  p.column_access = 15 * ns;
  p.precharge = 16 * ns;
  p.refresh_interval = refresh_interval;
  p.refresh_time = 100 * ns;
  return p;
}

TEST(memory_timing, page_mode_costs_by_the_state_of_the_row) {
  memory_timing m(paged(1, 0));
  EXPECT_EQ(m.access(0, 64, false, 0, 0).ready, 29 * ns);                    // closed
  EXPECT_EQ(m.access(64, 64, false, 100 * ns, 0).ready, 115 * ns);           // hit
  EXPECT_EQ(m.access(960, 64, false, 200 * ns, 0).ready, 215 * ns);          // still the same row
  EXPECT_EQ(m.access(1024, 64, false, 300 * ns, 0).ready, (300 + 45) * ns);  // conflict
  EXPECT_EQ(m.access(1024, 64, false, 301 * ns, 0).ready, (345 + 15) * ns);  // busy for that time
  EXPECT_EQ(m.counters().row_empty, 1u);
  EXPECT_EQ(m.counters().row_hits, 3u);
  EXPECT_EQ(m.counters().row_conflicts, 1u);
  EXPECT_EQ(m.counters().busy_ps, (29 + 3 * 15 + 45) * ns);
}

TEST(memory_timing, each_bank_has_its_own_row) {
  memory_timing m(paged(2, 0));
  m.access(0, 64, false, 0, 0);
  m.access(64, 64, false, 0, 0);                                        // the other bank
  m.access(2 * 1024, 64, false, 100 * ns, 0);                           // second row of bank 0: block 32
  EXPECT_EQ(m.access(64 * 3, 64, false, 200 * ns, 0).ready, 215 * ns);  // bank 1 kept its row
  EXPECT_EQ(m.counters().row_empty, 2u);
  EXPECT_EQ(m.counters().row_conflicts, 1u);
  EXPECT_EQ(m.counters().row_hits, 1u);
}

TEST(memory_timing, refresh_closes_the_rows_and_holds_the_banks) {
  memory_timing m(paged(1, 1000 * ns));
  EXPECT_EQ(m.access(0, 64, false, 0, 0).ready, 29 * ns);  // no refresh at time zero
  EXPECT_EQ(m.access(0, 64, false, 900 * ns, 0).ready, 915 * ns);
  const auto held = m.access(0, 64, false, 1020 * ns, 0);
  EXPECT_EQ(held.start, 1100 * ns);
  EXPECT_EQ(held.ready, 1129 * ns);
  EXPECT_EQ(m.access(0, 64, false, 1500 * ns, 0).ready, 1515 * ns);
  EXPECT_EQ(m.counters().row_empty, 2u);
  EXPECT_EQ(m.counters().wait_ps, 80 * ns);
}

TEST(memory_timing, a_row_is_closed_for_a_request_that_waits_across_a_refresh) {
  memory_timing m(paged(1, 1000 * ns));
  m.access(0, 64, false, 0, 0);
  m.access(1024, 64, false, 980 * ns, 0);                     // conflict: busy until 1025 ns
  const auto waits = m.access(1024, 64, false, 990 * ns, 0);  // the same row, but the refresh comes first
  EXPECT_EQ(waits.start, 1100 * ns);
  EXPECT_EQ(waits.ready, 1129 * ns);
  EXPECT_EQ(m.counters().row_empty, 2u);
  EXPECT_EQ(m.counters().row_hits, 0u);
}

TEST(memory_timing, no_access_ever_starts_in_a_refresh) {
  memory_timing m(paged(2, 500 * ns));
  for (time_ps at = 0; at < 20'000 * ns; at += 17 * ns) {
    const auto answer = m.access((at * 7919) % 65536, 64, false, at, at);
    EXPECT_TRUE(answer.start < 500 * ns || answer.start % (500 * ns) >= 100 * ns) << answer.start;
    EXPECT_GE(answer.start, at);
  }
}

TEST(memory_timing, says_which_field_is_impossible) {
  const auto complaint = [](const std::function<void(memory_timing_parameters&)>& change) {
    memory_timing_parameters p;
    change(p);
    EXPECT_THROW(memory_timing{p}, std::invalid_argument);
    return p.check();
  };
  using parameters = memory_timing_parameters;
  EXPECT_EQ(parameters{}.check(), "");
  EXPECT_NE(complaint([](parameters& p) { p.banks = 0; }).find("memory.banks"), std::string::npos);
  EXPECT_NE(complaint([](parameters& p) { p.interleave = 48; }).find("memory.interleave"), std::string::npos);
  EXPECT_NE(complaint([](parameters& p) { p.cycle_time = 1; }).find("memory.cycle_time"), std::string::npos);
  EXPECT_NE(complaint([](parameters& p) {
              p.page_mode = true;
              p.row_size = 32;
            }).find("memory.row_size"),
            std::string::npos);
  EXPECT_NE(complaint([](parameters& p) {
              p.page_mode = true;
              p.refresh_time = p.refresh_interval;
            }).find("memory.refresh_time"),
            std::string::npos);
}

}  // namespace
}  // namespace mimd
