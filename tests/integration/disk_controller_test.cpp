// The disk controller: bytes, times, errors, statistics and waves, in both timings.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "io/disk.h"
#include "tests/support/io_bench.h"

namespace mimd {
namespace {

using namespace test;

class disk_controller : public testing::TestWithParam<timing_mode> {};
INSTANTIATE_TEST_SUITE_P(timing, disk_controller, either_timing, timing_name);

TEST_P(disk_controller, disk_reads_and_writes_real_bytes) {
  io_bench<disk<>> b(small_disk(), GetParam());
  const auto on_disk = pattern(5 * 512, 3);
  b.device.contents().write(7 * 512, on_disk.data(), on_disk.size());
  b.run([](io_test_driver& d) {
    EXPECT_EQ(d.run_command(io_command::read, 7, 5, 0x1004), io_status::done);  // unaligned in memory
    EXPECT_EQ(d.load(io_register::transferred), 5U);
    EXPECT_EQ(d.run_command(io_command::write, 900, 3, 0x1004 + 512), io_status::done);
    EXPECT_EQ(d.load(io_register::status), 0U);
  });
  EXPECT_TRUE(std::equal(on_disk.begin(), on_disk.end(), b.memory.bytes.begin() + 0x1004));
  std::vector<unsigned char> back(3 * 512);
  b.device.contents().read(900 * 512, back.data(), back.size());
  EXPECT_TRUE(std::equal(back.begin(), back.end(), on_disk.begin() + 512));
  EXPECT_EQ(b.device.moved().sectors_read, 5U);
  EXPECT_EQ(b.device.moved().sectors_written, 3U);
  EXPECT_EQ(b.device.data_path().bytes_stored(), 5U * 512);
  EXPECT_EQ(b.device.data_path().bytes_fetched(), 3U * 512);
  EXPECT_EQ(b.memory.accesses, b.device.data_path().bursts());
  EXPECT_EQ(b.device.count().interrupts, 2U);
}

TEST_P(disk_controller, disk_read_takes_overhead_seek_rotation_transfer_and_the_last_sector_to_memory) {
  disk_parameters p = small_disk();
  p.controller.device.command_overhead = duration{50 * microsecond};
  io_bench<disk<>> b(p, GetParam());
  time_ps started = 0;
  b.run([&](io_test_driver& d) {
    d.start(io_command::read, 20 * 9 + 3, 4, 0);
    started = now_ps() - p.controller.device.register_latency.ps;
    d.finish();
  });
  disk_mechanics model(p.mechanics);
  const time_ps begin = started + p.controller.device.command_overhead.ps;
  const time_ps expected = begin + model.access(begin, 20 * 9 + 3, 4) + 8 * b.memory.latency;
  EXPECT_EQ(b.driver.raised, expected);
  EXPECT_EQ(b.device.count().busy_ps, expected - started);
  EXPECT_EQ(b.device.stall_ps(), p.controller.device.command_overhead.ps + 8 * b.memory.latency);
  EXPECT_EQ(b.device.moved().transfer_ps, 400 * microsecond);
}

TEST_P(disk_controller, a_full_buffer_costs_a_turn_of_the_disk) {
  disk_parameters p = small_disk();
  p.controller.buffer_sectors = 1;  // sector 1 is gone while sector 0 is on its way to memory
  io_bench<disk<>> b(p, GetParam());
  b.run([](io_test_driver& d) { EXPECT_EQ(d.run_command(io_command::read, 0, 3, 0), io_status::done); });
  EXPECT_GT(b.device.moved().latency_ps, 2 * 800 * microsecond);
  EXPECT_LT(b.device.moved().latency_ps, 3 * millisecond);
}

TEST_P(disk_controller, slow_memory_stalls_the_medium_only_when_the_buffer_is_full) {
  disk_parameters p = small_disk();
  p.controller.buffer_sectors = 8;
  io_bench<disk<>> b(p, GetParam());
  b.memory.latency = 25 * microsecond;  // a sector takes 0.2 ms to memory, 0.1 ms to pass the head
  b.run([](io_test_driver& d) { EXPECT_EQ(d.run_command(io_command::read, 0, 8, 0), io_status::done); });
  EXPECT_LT(b.device.moved().latency_ps, millisecond);  // no turn lost
  EXPECT_EQ(b.device.moved().transfer_ps, 800 * microsecond);
  EXPECT_EQ(b.device.stall_ps(), 8 * 200 * microsecond - 700 * microsecond);
}

TEST_P(disk_controller, errors_are_status_bits_with_an_interrupt) {
  io_bench<disk<>> b(small_disk(), GetParam());
  b.device.contents().mark_bad(12);
  b.run([](io_test_driver& d) {
    EXPECT_EQ(d.run_command(99, 0, 1, 0), io_status::done | io_status::bad_command);
    EXPECT_EQ(d.run_command(io_command::copy, 0, 1, 0), io_status::done | io_status::bad_command);
    EXPECT_EQ(d.run_command(io_command::read, 0, 0, 0), io_status::done | io_status::bad_count);
    EXPECT_EQ(d.run_command(io_command::read, 1000, 1, 0), io_status::done | io_status::bad_range);
    EXPECT_EQ(d.run_command(io_command::read, 999, 2, 0), io_status::done | io_status::bad_range);
    EXPECT_EQ(d.run_command(io_command::write, 1, ~std::uint64_t{0}, 0),
              io_status::done | io_status::bad_range);
    EXPECT_EQ(d.run_command(io_command::read, 0, 2, ~std::uint64_t{0} - 1000),
              io_status::done | io_status::bad_range);
    EXPECT_EQ(d.run_command(io_command::seek, 1000, 0, 0), io_status::done | io_status::bad_range);
    EXPECT_EQ(d.run_command(io_command::read, 10, 4, 0), io_status::done | io_status::bad_sector);
    EXPECT_EQ(d.load(io_register::transferred), 2U);
    EXPECT_EQ(d.run_command(io_command::write, 11, 4, 0), io_status::done | io_status::bad_sector);
    EXPECT_EQ(d.load(io_register::transferred), 1U);
    EXPECT_EQ(d.run_command(io_command::read, 20, 4, 65536 - 1024), io_status::done | io_status::bad_address);
    EXPECT_EQ(d.load(io_register::transferred), 2U);
    EXPECT_EQ(d.run_command(io_command::write, 20, 4, 65536), io_status::done | io_status::bad_address);
    EXPECT_EQ(d.load(io_register::transferred), 0U);
    EXPECT_EQ(d.run_command(io_command::seek, 999, 0, 0), io_status::done);
  });
  EXPECT_EQ(b.device.count().errors, 12U);
  EXPECT_EQ(b.device.count().commands, 13U);
}

TEST_P(disk_controller, statistics_close_and_waves_show_the_motion) {
  io_bench<disk<>> b(small_disk(), GetParam());
  statistics all;
  b.device.register_statistics(all, "disk");
  const std::string file = testing::TempDir() + "mimd_io_" + (GetParam() == timing_mode::loose ? "lt" : "at");
  trace_recorder recorder({file + ".vcd"});
  b.device.declare_traces(recorder, "disk");
  recorder.start();
  b.run([&](io_test_driver& d) {
    EXPECT_EQ(d.run_command(io_command::read, 300, 40, 0), io_status::done);
    recorder.advance(now_ps());
    EXPECT_EQ(d.run_command(io_command::write, 100, 30, 0), io_status::done);
    recorder.advance(now_ps());
    EXPECT_EQ(d.run_command(io_command::seek, 0, 0, 0), io_status::done);
    d.start(io_command::read, 999, 1, 0);
    sc_core::wait(1, sc_core::SC_MS);
    sc_core::sc_stop();  // in the middle of a command
  });
  recorder.finish(now_ps());
  EXPECT_EQ(recorder.late_changes(), 0U);
  EXPECT_EQ(all.count("disk.busy_ps"), all.count("disk.positioning_ps") + all.count("disk.latency_ps") +
                                           all.count("disk.transfer_ps") + all.count("disk.stall_ps"));
  EXPECT_LT(all.count("disk.stall_ps"), all.count("disk.busy_ps") / 10);
  EXPECT_EQ(all.count("disk.transfer_ps"), 70 * 100 * microsecond);
  EXPECT_EQ(all.count("disk.sectors_read"), 40U);
  EXPECT_EQ(all.count("disk.bytes_to_memory"), 40U * 512);
  EXPECT_EQ(all.count("disk.bytes_from_memory"), 30U * 512);
  std::ifstream in(file + ".vcd");
  const std::string wave((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  for (const char* word : {"sidle", "sseek", "srotate", "stransfer", "smemory"}) {
    EXPECT_NE(wave.find(word), std::string::npos) << word;
  }
}

}  // namespace
}  // namespace mimd
