// An I/O controller between a simple memory, an interrupt signal and a driver thread.
#ifndef MIMD_TESTS_SUPPORT_IO_BENCH_H
#define MIMD_TESTS_SUPPORT_IO_BENCH_H

#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <vector>

#include "io/disk.h"
#include "io/io_registers.h"
#include "io/tape.h"

namespace mimd::test {

inline constexpr time_ps microsecond = 1'000'000;
inline constexpr time_ps millisecond = 1000 * microsecond;

// 64 KiB at address 0, 10 ns an access; beyond it an address error. Records what crosses the socket.
class io_test_memory : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<io_test_memory> socket{"socket"};
  std::vector<unsigned char> bytes;
  time_ps latency = 10'000;
  unsigned burst = 64;
  std::uint64_t accesses = 0;

  explicit io_test_memory(const sc_core::sc_module_name& name) : sc_module(name), bytes(65536) {
    socket.register_b_transport(this, &io_test_memory::b_transport);
  }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    ++accesses;
    const std::uint64_t address = payload.get_address();
    const unsigned length = payload.get_data_length();
    EXPECT_EQ(payload.get_streaming_width(), length);
    EXPECT_EQ(payload.get_byte_enable_ptr(), nullptr);
    EXPECT_EQ(payload.get_response_status(), tlm::TLM_INCOMPLETE_RESPONSE);
    EXPECT_EQ(address / burst, (address + length - 1) / burst) << "a burst crosses its boundary";
    delay += to_sc_time(latency);
    if (address + length > bytes.size()) {
      payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
      return;
    }
    if (payload.is_read()) std::copy_n(bytes.data() + address, length, payload.get_data_ptr());
    if (payload.is_write()) std::copy_n(payload.get_data_ptr(), length, bytes.data() + address);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
  }
};

// Runs a script in a thread and accesses registers the way a driver does.
class io_test_driver : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<io_test_driver> socket{"socket"};
  sc_core::sc_in<bool> interrupt{"interrupt"};
  std::function<void(io_test_driver&)> script;

  explicit io_test_driver(const sc_core::sc_module_name& name) : sc_module(name) {
    SC_HAS_PROCESS(io_test_driver);
    SC_THREAD(run);
  }

  tlm::tlm_response_status transport(tlm::tlm_command command, unsigned offset, void* data, unsigned length) {
    tlm::tlm_generic_payload payload;
    set(payload, command, offset, data, length);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    socket->b_transport(payload, delay);
    if (delay != sc_core::SC_ZERO_TIME) wait(delay);
    return payload.get_response_status();
  }
  void store(unsigned offset, std::uint64_t value) {
    EXPECT_EQ(transport(tlm::TLM_WRITE_COMMAND, offset, &value, 8), tlm::TLM_OK_RESPONSE);
  }
  std::uint64_t load(unsigned offset) {
    std::uint64_t value = 0;
    EXPECT_EQ(transport(tlm::TLM_READ_COMMAND, offset, &value, 8), tlm::TLM_OK_RESPONSE);
    return value;
  }
  void start(std::uint64_t command, std::uint64_t sector, std::uint64_t count, std::uint64_t memory) {
    store(io_register::sector, sector);
    store(io_register::count, count);
    store(io_register::memory, memory);
    store(io_register::command, command);
  }
  // Waits for the interrupt, acknowledges, returns the status.
  std::uint64_t finish() {
    if (!interrupt.read()) wait(interrupt.posedge_event());
    raised = now_ps();
    const std::uint64_t status = load(io_register::status);
    store(io_register::acknowledge, status);
    wait(1, sc_core::SC_NS);
    EXPECT_FALSE(interrupt.read()) << "acknowledged, but the line is still up";
    return status;
  }
  std::uint64_t run_command(std::uint64_t command, std::uint64_t sector, std::uint64_t count,
                            std::uint64_t memory) {
    start(command, sector, count, memory);
    return finish();
  }
  static void set(tlm::tlm_generic_payload& payload, tlm::tlm_command command, unsigned offset, void* data,
                  unsigned length) {
    payload.set_command(command);
    payload.set_address(offset);
    payload.set_data_ptr(static_cast<unsigned char*>(data));
    payload.set_data_length(length);
    payload.set_streaming_width(length);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  }
  time_ps raised = 0;
  bool finished = false;

 private:
  void run() {
    script(*this);
    finished = true;
  }
};

template <class Device>
class io_bench {
 public:
  template <class Parameters>
  io_bench(const Parameters& parameters, timing_mode timing) : device("device", parameters, timing) {
    driver.socket.bind(device.registers);
    device.memory.bind(memory.socket);
    device.interrupt.bind(line);
    driver.interrupt.bind(line);
    std::iota(memory.bytes.begin(), memory.bytes.end(), static_cast<unsigned char>(1));
  }
  void run(std::function<void(io_test_driver&)> script) {
    driver.script = std::move(script);
    sc_core::sc_start();
    EXPECT_TRUE(driver.finished) << "the driver is still waiting";
  }

  Device device;
  io_test_memory memory{"memory"};
  io_test_driver driver{"driver"};
  sc_core::sc_signal<bool> line{"line"};
};

// 10 sectors of 512 bytes a track, 0.1 ms each.
inline disk_parameters small_disk() {
  disk_parameters p;
  p.mechanics.sectors_per_track = 10;
  p.mechanics.heads = 2;
  p.mechanics.cylinders = 50;
  p.mechanics.rotation = duration{millisecond};
  p.mechanics.track_skew = 0;
  p.mechanics.cylinder_skew = 0;
  return p;
}

inline tape_parameters small_tape() {
  tape_parameters p;
  p.mechanics.sector_size = byte_count{1024};
  p.mechanics.sectors = 100;
  return p;
}

inline std::vector<unsigned char> pattern(std::size_t size, unsigned char seed) {
  std::vector<unsigned char> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<unsigned char>(seed + i * 7 + i / 256);
  return bytes;
}

// In both timings: INSTANTIATE_TEST_SUITE_P(timing, X, either_timing, timing_name).
inline const auto either_timing = testing::Values(timing_mode::loose, timing_mode::approximate);
inline std::string timing_name(const testing::TestParamInfo<timing_mode>& info) {
  return info.param == timing_mode::loose ? "lt" : "at";
}

}  // namespace mimd::test

#endif
