// The DMA engine: copies, errors, times, in both timings.
#include <gtest/gtest.h>

#include <algorithm>

#include "io/dma_engine.h"
#include "tests/support/io_bench.h"

namespace mimd {
namespace {

using namespace test;

class dma_transfers : public testing::TestWithParam<timing_mode> {};
INSTANTIATE_TEST_SUITE_P(timing, dma_transfers, either_timing, timing_name);

TEST_P(dma_transfers, dma_copies_any_length_and_alignment) {
  io_device_parameters p;
  p.burst = byte_count{32};
  io_bench<dma_engine<>> b(p, GetParam());
  b.memory.burst = 32;
  const std::vector<unsigned char> before = b.memory.bytes;
  b.run([&](io_test_driver& d) {
    std::uint64_t destination = 0x8000;
    for (const std::uint64_t length : {1U, 7U, 31U, 32U, 33U, 100U, 1000U}) {
      for (const std::uint64_t offset : {0U, 1U, 13U, 31U}) {
        ASSERT_EQ(d.run_command(io_command::copy, 0x100 + offset, length, destination), io_status::done);
        ASSERT_EQ(d.load(io_register::transferred), length);
        ASSERT_TRUE(std::equal(before.begin() + static_cast<long>(0x100 + offset),
                               before.begin() + static_cast<long>(0x100 + offset + length),
                               b.memory.bytes.begin() + static_cast<long>(destination)));
        ASSERT_EQ(b.memory.bytes[destination + length], before[destination + length]);
        destination += length + 3;
      }
    }
  });
}

TEST_P(dma_transfers, dma_errors_are_status_bits) {
  io_bench<dma_engine<>> b(io_device_parameters{}, GetParam());
  b.run([](io_test_driver& d) {
    EXPECT_EQ(d.run_command(io_command::read, 0, 64, 0), io_status::done | io_status::bad_command);
    EXPECT_EQ(d.run_command(io_command::copy, 0, 0, 0), io_status::done | io_status::bad_count);
    EXPECT_EQ(d.run_command(io_command::copy, ~std::uint64_t{0} - 10, 64, 0),
              io_status::done | io_status::bad_range);
    EXPECT_EQ(d.run_command(io_command::copy, 0, 256, 65536 - 128), io_status::done | io_status::bad_address);
    EXPECT_EQ(d.load(io_register::transferred), 128U);
    EXPECT_EQ(d.run_command(io_command::copy, 65536, 64, 0), io_status::done | io_status::bad_address);
    EXPECT_EQ(d.run_command(io_command::copy, 0, 65536 - 64, 64), io_status::done);
  });
}

TEST_P(dma_transfers, the_quantum_changes_no_data_and_no_time_of_an_uncontended_transfer) {
  tlm::tlm_global_quantum::instance().set(sc_core::sc_time(10, sc_core::SC_US));
  io_bench<dma_engine<>> b(io_device_parameters{}, GetParam());
  time_ps started = 0;
  b.run([&](io_test_driver& d) {
    d.start(io_command::copy, 0, 6400, 0x8000);
    started = now_ps() - 10'000;
    d.finish();
  });
  tlm::tlm_global_quantum::instance().set(sc_core::SC_ZERO_TIME);
  EXPECT_EQ(b.driver.raised, started + 2 * 100 * b.memory.latency);
  EXPECT_TRUE(
      std::equal(b.memory.bytes.begin(), b.memory.bytes.begin() + 6400, b.memory.bytes.begin() + 0x8000));
}

}  // namespace
}  // namespace mimd
