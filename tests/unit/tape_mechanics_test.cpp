#include "io/tape_mechanics.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

using namespace mimd;

namespace {

constexpr time_ps microsecond = 1'000'000;
constexpr time_ps millisecond = 1000 * microsecond;

// Block 1.024 ms, gap 0.476 ms (pitch 1500 bytes), wound in 0.15 ms; start 3 ms, stop 2 ms.
tape_mechanics_parameters small() {
  tape_mechanics_parameters p;
  p.sector_size = byte_count{1024};
  p.sectors = 1000;
  p.gap = byte_count{476};
  p.byte_time = duration{microsecond};
  p.wind_byte_time = duration{microsecond / 10};
  p.start_time = duration{3 * millisecond};
  p.stop_time = duration{2 * millisecond};
  return p;
}
constexpr time_ps block = 1024 * microsecond;
constexpr time_ps gap = 476 * microsecond;
constexpr time_ps pitch_wound = 150 * microsecond;

}  // namespace

TEST(tape_mechanics, a_block_at_rest_costs_start_and_transfer) {
  tape_mechanics t(small());
  const motion m = t.access(7, 0);
  EXPECT_EQ(m.positioning, 0U);
  EXPECT_EQ(m.latency, 3 * millisecond);
  EXPECT_EQ(m.transfer, block);
  EXPECT_EQ(t.position(), 1U);
}

TEST(tape_mechanics, streaming_costs_one_start_and_a_gap_between_blocks) {
  for (const std::uint64_t n : {1U, 2U, 10U, 1000U}) {
    tape_mechanics t(small());
    EXPECT_EQ(t.access(0, 0, n), 3 * millisecond + n * block + (n - 1) * gap);
  }
}

TEST(tape_mechanics, asked_before_the_gap_has_passed_it_streams_on) {
  tape_mechanics t(small());
  const time_ps end = t.access(0, 0, 1);
  const motion m = t.access(end + gap, 1);  // the last moment
  EXPECT_EQ(m.positioning, 0U);
  EXPECT_EQ(m.latency, 0U);
}

TEST(tape_mechanics, asked_too_late_it_stops_and_starts) {
  tape_mechanics t(small());
  const time_ps end = t.access(0, 0, 1);
  const motion m = t.access(end + gap + 1, 1);
  EXPECT_EQ(m.positioning, 2 * millisecond - 1);
  EXPECT_EQ(m.latency, 3 * millisecond);
  tape_mechanics rested(small());
  rested.access(0, 0, 1);
  EXPECT_EQ(rested.access(end + gap + 2 * millisecond, 1).total(), 3 * millisecond + block);
}

TEST(tape_mechanics, winding_is_linear_in_both_directions) {
  tape_mechanics t(small());
  EXPECT_EQ(t.seek(0, 500), 500 * pitch_wound);
  EXPECT_EQ(t.seek(0, 200), 300 * pitch_wound);
  const motion m = t.access(0, 300);
  EXPECT_EQ(m.positioning, 100 * pitch_wound);
  EXPECT_EQ(m.latency, 3 * millisecond);
  const motion back = t.access(m.total(), 300);  // the same block: stop, wind back over it, start
  EXPECT_EQ(back.positioning, gap + 2 * millisecond + pitch_wound);
}

TEST(tape_mechanics, default_winds_a_full_reel_in_45_seconds) {
  const tape_mechanics t{tape_mechanics_parameters{}};
  EXPECT_NEAR(static_cast<double>(t.wind_time(t.sectors())) * 1e-12, 45.0, 0.5);
  EXPECT_EQ(t.transfer_time(), 4096U * 800'000);
}

TEST(tape_mechanics, parameters_out_of_range_are_named) {
  const auto refused = [](auto change, const std::string& name) {
    tape_mechanics_parameters p;
    change(p);
    try {
      const tape_mechanics t(p);
      ADD_FAILURE() << name << " was accepted";
    } catch (const std::invalid_argument& e) {
      EXPECT_NE(std::string(e.what()).find(name), std::string::npos) << e.what();
    }
  };
  refused([](auto& p) { p.sector_size = byte_count{0}; }, "sector_size");
  refused([](auto& p) { p.sectors = 0; }, "sectors");
  refused([](auto& p) { p.byte_time = duration{0}; }, "byte_time");
  refused([](auto& p) { p.gap = byte_count{1U << 20}; }, "gap");
  refused([](auto& p) { p.wind_byte_time = duration{1'000'000'000}, p.sectors = std::uint64_t{1} << 32; },
          "wind_byte_time");
}
