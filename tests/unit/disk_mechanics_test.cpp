#include "io/disk_mechanics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <string>

using namespace mimd;

namespace {

constexpr time_ps microsecond = 1'000'000;
constexpr time_ps millisecond = 1000 * microsecond;

// 10 sectors a track, 1 ms each; 4 heads; 100 cylinders; no skew.
disk_mechanics_parameters small() {
  disk_mechanics_parameters p;
  p.sectors_per_track = 10;
  p.heads = 4;
  p.cylinders = 100;
  p.rotation = duration{10 * millisecond};
  p.seek_base = duration{2 * millisecond};
  p.seek_per_root = duration{millisecond};
  p.long_seek = 36;
  p.long_seek_base = duration{5 * millisecond};
  p.long_seek_per_cylinder = duration{100 * microsecond};
  p.head_switch = duration{500 * microsecond};
  p.track_skew = 0;
  p.cylinder_skew = 0;
  return p;
}

}  // namespace

TEST(disk_mechanics, seek_time_is_a_root_then_a_line) {
  const disk_mechanics d(small());
  EXPECT_EQ(d.seek_time(0), 0U);
  EXPECT_EQ(d.seek_time(1), 3 * millisecond);
  EXPECT_EQ(d.seek_time(25), 7 * millisecond);
  EXPECT_EQ(d.seek_time(35), 2 * millisecond + static_cast<time_ps>(std::llround(1e9 * std::sqrt(35.0))));
  EXPECT_EQ(d.seek_time(36), 5 * millisecond + 3600 * microsecond);
  EXPECT_EQ(d.seek_time(99), 5 * millisecond + 9900 * microsecond);
}

TEST(disk_mechanics, default_follows_the_published_seek_curve) {
  const disk_mechanics d{disk_mechanics_parameters{}};
  EXPECT_EQ(d.seek_time(1), 3'640'000'000U);
  EXPECT_EQ(d.seek_time(100), 7'240'000'000U);
  EXPECT_EQ(d.seek_time(383), 11'064'000'000U);
  EXPECT_EQ(d.seek_time(1961), 23'688'000'000U);
  EXPECT_EQ(d.sectors() * d.sector_size(), 72U * 19 * 1962 * 512);
}

TEST(disk_mechanics, latency_is_the_angle_still_to_turn) {
  for (const time_ps now :
       {time_ps{0}, 300 * microsecond, 4 * millisecond, 4 * millisecond + 1, 12'345 * microsecond}) {
    for (std::uint64_t sector = 0; sector < 10; ++sector) {
      disk_mechanics d(small());
      const motion m = d.access(now, sector);
      EXPECT_EQ(m.positioning, 0U);
      EXPECT_EQ(m.transfer, millisecond);
      EXPECT_LT(m.latency, 10 * millisecond);
      EXPECT_EQ((now + m.latency) % (10 * millisecond), sector * millisecond) << now << " " << sector;
    }
  }
}

TEST(disk_mechanics, rotation_goes_on_during_the_seek) {
  disk_mechanics d(small());
  const motion m = d.access(500 * microsecond, 40 * 9 + 5);  // 9 cylinders: 5 ms; arrives at 5.5 ms
  EXPECT_EQ(m.positioning, 5 * millisecond);
  EXPECT_EQ(m.latency, 9500 * microsecond);  // sector 5 begins at 5 ms: just missed
  EXPECT_EQ(m.transfer, millisecond);
}

TEST(disk_mechanics, sequential_sectors_of_a_track_follow_without_a_gap) {
  disk_mechanics_parameters p = small();
  p.rotation = duration{10 * millisecond + 7};  // sectors of unequal widths in picoseconds
  disk_mechanics d(p);
  EXPECT_EQ(d.access(0, 0, 10), p.rotation.ps);
  EXPECT_EQ(disk_mechanics(p).access(p.rotation.ps * 3, 3, 7), p.rotation.ps);
}

TEST(disk_mechanics, without_skew_a_track_switch_costs_a_turn) {
  disk_mechanics d(small());
  const time_ps turn = 10 * millisecond;
  EXPECT_EQ(d.access(0, 0, 20), turn + turn + turn);  // track, lost turn (switch included), track
}

TEST(disk_mechanics, skew_hides_the_switch) {
  disk_mechanics_parameters p = small();
  p.track_skew = 1;
  p.cylinder_skew = 4;
  disk_mechanics d(p);
  EXPECT_EQ(d.passes_at(10), millisecond);
  EXPECT_EQ(d.passes_at(40), 7 * millisecond);      // 3 track skews and a cylinder skew
  EXPECT_EQ(d.access(0, 0, 20), 21 * millisecond);  // 1 ms, one sector, for the switch of 0.5 ms
  EXPECT_EQ(disk_mechanics(p).access(0, 0, 80), 80 * millisecond + 6 * millisecond + 4 * millisecond);
}

TEST(disk_mechanics, a_missed_sector_costs_a_turn) {
  disk_mechanics d(small());
  const time_ps first = d.access(0, 0, 1);
  EXPECT_EQ(d.access(first + 1, 1).latency, 10 * millisecond - 1);
}

TEST(disk_mechanics, seek_moves_the_arm_once) {
  disk_mechanics d(small());
  EXPECT_EQ(d.seek(0, 40 * 25), 7 * millisecond);
  EXPECT_EQ(d.seek(0, 40 * 25), 0U);
  EXPECT_EQ(d.seek(0, 40 * 25 + 10), 500 * microsecond);
  EXPECT_EQ(d.access(10 * millisecond, 40 * 25 + 10).total(), millisecond);
  EXPECT_EQ(d.seek(0, 0), 7 * millisecond);
}

TEST(disk_mechanics, parameters_out_of_range_are_named) {
  const auto refused = [](auto change, const std::string& name) {
    disk_mechanics_parameters p;
    change(p);
    try {
      const disk_mechanics d(p);
      ADD_FAILURE() << name << " was accepted";
    } catch (const std::invalid_argument& e) {
      EXPECT_NE(std::string(e.what()).find(name), std::string::npos) << e.what();
    }
  };
  refused([](auto& p) { p.sector_size = byte_count{500}; }, "sector_size");
  refused([](auto& p) { p.sectors_per_track = 0; }, "sectors_per_track");
  refused([](auto& p) { p.heads = 257; }, "heads");
  refused([](auto& p) { p.cylinders = 0; }, "cylinders");
  refused([](auto& p) { p.rotation = duration{1}; }, "rotation");
  refused([](auto& p) { p.long_seek = 0; }, "long_seek");
  refused([](auto& p) { p.track_skew = 72; }, "track_skew");
}
