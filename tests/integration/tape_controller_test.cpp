// The tape controller, in both timings.
#include <gtest/gtest.h>

#include <algorithm>

#include "io/tape.h"
#include "tests/support/io_bench.h"

namespace mimd {
namespace {

using namespace test;

class tape_controller : public testing::TestWithParam<timing_mode> {};
INSTANTIATE_TEST_SUITE_P(timing, tape_controller, either_timing, timing_name);

TEST_P(tape_controller, tape_streams_stops_and_winds) {
  io_bench<tape<>> b(small_tape(), GetParam());
  const auto on_tape = pattern(8 * 1024, 5);
  b.device.contents().write(0, on_tape.data(), on_tape.size());
  b.run([](io_test_driver& d) {
    EXPECT_EQ(d.run_command(io_command::read, 0, 8, 0), io_status::done);
    sc_core::wait(1, sc_core::SC_SEC);
    EXPECT_EQ(d.run_command(io_command::write, 8, 2, 0), io_status::done);
    EXPECT_EQ(d.run_command(io_command::seek, 0, 0, 0), io_status::done);
    EXPECT_EQ(d.run_command(io_command::read, 100, 1, 0), io_status::done | io_status::bad_range);
  });
  EXPECT_TRUE(std::equal(on_tape.begin(), on_tape.end(), b.memory.bytes.begin()));
  std::vector<unsigned char> back(2 * 1024);
  b.device.contents().read(8 * 1024, back.data(), back.size());
  EXPECT_TRUE(std::equal(back.begin(), back.end(), on_tape.begin()));
  const tape_mechanics model(small_tape().mechanics);
  EXPECT_EQ(b.device.moved().transfer_ps, 10 * model.transfer_time());
  EXPECT_EQ(b.device.moved().latency_ps, 2 * model.parameters().start_time.ps + 8 * model.gap_time());
  EXPECT_GE(b.device.moved().positioning_ps, model.wind_time(10));
}

}  // namespace
}  // namespace mimd
