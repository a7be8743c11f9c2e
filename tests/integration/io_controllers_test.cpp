// Disk, tape and DMA engine between a simple memory, an interrupt signal and a driver thread, in both
// timings.
#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <numeric>
#include <vector>

#include "io/disk.h"
#include "io/dma_engine.h"
#include "io/tape.h"

using namespace mimd;

namespace {

constexpr time_ps microsecond = 1'000'000;
constexpr time_ps millisecond = 1000 * microsecond;

// 64 KiB at address 0, 10 ns an access; beyond it an address error. Records what crosses the socket.
class test_memory : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<test_memory> socket{"socket"};
  std::vector<unsigned char> bytes;
  time_ps latency = 10'000;
  unsigned burst = 64;
  std::uint64_t accesses = 0;

  explicit test_memory(const sc_core::sc_module_name& name) : sc_module(name), bytes(65536) {
    socket.register_b_transport(this, &test_memory::b_transport);
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
class test_driver : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<test_driver> socket{"socket"};
  sc_core::sc_in<bool> interrupt{"interrupt"};
  std::function<void(test_driver&)> script;

  explicit test_driver(const sc_core::sc_module_name& name) : sc_module(name) {
    SC_HAS_PROCESS(test_driver);
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
class bench {
 public:
  template <class Parameters>
  bench(const Parameters& parameters, timing_mode timing) : device("device", parameters, timing) {
    driver.socket.bind(device.registers);
    device.memory.bind(memory.socket);
    device.interrupt.bind(line);
    driver.interrupt.bind(line);
    std::iota(memory.bytes.begin(), memory.bytes.end(), static_cast<unsigned char>(1));
  }
  void run(std::function<void(test_driver&)> script) {
    driver.script = std::move(script);
    sc_core::sc_start();
    EXPECT_TRUE(driver.finished) << "the driver is still waiting";
  }

  Device device;
  test_memory memory{"memory"};
  test_driver driver{"driver"};
  sc_core::sc_signal<bool> line{"line"};
};

// 10 sectors of 512 bytes a track, 0.1 ms each.
disk_parameters small_disk() {
  disk_parameters p;
  p.mechanics.sectors_per_track = 10;
  p.mechanics.heads = 2;
  p.mechanics.cylinders = 50;
  p.mechanics.rotation = duration{millisecond};
  p.mechanics.track_skew = 0;
  p.mechanics.cylinder_skew = 0;
  return p;
}

tape_parameters small_tape() {
  tape_parameters p;
  p.mechanics.sector_size = byte_count{1024};
  p.mechanics.sectors = 100;
  return p;
}

std::vector<unsigned char> pattern(std::size_t size, unsigned char seed) {
  std::vector<unsigned char> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<unsigned char>(seed + i * 7 + i / 256);
  return bytes;
}

class both_timings : public testing::TestWithParam<timing_mode> {};

INSTANTIATE_TEST_SUITE_P(timing, both_timings, testing::Values(timing_mode::loose, timing_mode::approximate),
                         [](const auto& p) { return p.param == timing_mode::loose ? "lt" : "at"; });

}  // namespace

TEST_P(both_timings, disk_reads_and_writes_real_bytes) {
  bench<disk<>> b(small_disk(), GetParam());
  const auto on_disk = pattern(5 * 512, 3);
  b.device.contents().write(7 * 512, on_disk.data(), on_disk.size());
  b.run([](test_driver& d) {
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

TEST_P(both_timings, disk_read_takes_overhead_seek_rotation_transfer_and_the_last_sector_to_memory) {
  disk_parameters p = small_disk();
  p.controller.device.command_overhead = duration{50 * microsecond};
  bench<disk<>> b(p, GetParam());
  time_ps started = 0;
  b.run([&](test_driver& d) {
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

TEST_P(both_timings, a_full_buffer_costs_a_turn_of_the_disk) {
  disk_parameters p = small_disk();
  p.controller.buffer_sectors = 1;  // sector 1 is gone while sector 0 is on its way to memory
  bench<disk<>> b(p, GetParam());
  b.run([](test_driver& d) { EXPECT_EQ(d.run_command(io_command::read, 0, 3, 0), io_status::done); });
  EXPECT_GT(b.device.moved().latency_ps, 2 * 800 * microsecond);
  EXPECT_LT(b.device.moved().latency_ps, 3 * millisecond);
}

TEST_P(both_timings, slow_memory_stalls_the_medium_only_when_the_buffer_is_full) {
  disk_parameters p = small_disk();
  p.controller.buffer_sectors = 8;
  bench<disk<>> b(p, GetParam());
  b.memory.latency = 25 * microsecond;  // a sector takes 0.2 ms to memory, 0.1 ms to pass the head
  b.run([](test_driver& d) { EXPECT_EQ(d.run_command(io_command::read, 0, 8, 0), io_status::done); });
  EXPECT_LT(b.device.moved().latency_ps, millisecond);  // no turn lost
  EXPECT_EQ(b.device.moved().transfer_ps, 800 * microsecond);
  EXPECT_EQ(b.device.stall_ps(), 8 * 200 * microsecond - 700 * microsecond);
}

TEST_P(both_timings, errors_are_status_bits_with_an_interrupt) {
  bench<disk<>> b(small_disk(), GetParam());
  b.device.contents().mark_bad(12);
  b.run([](test_driver& d) {
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

TEST_P(both_timings, a_command_while_busy_is_rejected_and_the_running_one_completes) {
  bench<disk<>> b(small_disk(), GetParam());
  const auto on_disk = pattern(512, 9);
  b.device.contents().write(0, on_disk.data(), on_disk.size());
  b.run([](test_driver& d) {
    d.start(io_command::read, 0, 1, 0x200);
    d.start(io_command::write, 5, 1, 0x400);
    EXPECT_EQ(d.finish(), io_status::busy | io_status::rejected);
    EXPECT_EQ(d.load(io_register::status), io_status::busy);
    EXPECT_EQ(d.finish(), io_status::done);
  });
  EXPECT_TRUE(std::equal(on_disk.begin(), on_disk.end(), b.memory.bytes.begin() + 0x200));
  EXPECT_EQ(b.device.moved().sectors_written, 0U);
  EXPECT_EQ(b.device.count().rejected, 1U);
}

TEST_P(both_timings, registers_take_any_access) {
  bench<disk<>> b(small_disk(), GetParam());
  b.run([](test_driver& d) {
    std::uint32_t half = 0x11223344;
    EXPECT_EQ(d.transport(tlm::TLM_WRITE_COMMAND, io_register::sector + 4, &half, 4), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(d.load(io_register::sector), 0x1122334400000000U);
    std::uint64_t pair[2] = {1, 2};  // sector and count at once
    EXPECT_EQ(d.transport(tlm::TLM_WRITE_COMMAND, io_register::sector, pair, 16), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(d.load(io_register::count), 2U);
    std::uint16_t odd = 0xabcd;
    EXPECT_EQ(d.transport(tlm::TLM_WRITE_COMMAND, io_register::sector + 3, &odd, 2), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(d.load(io_register::sector), 0xabcd000001U);

    tlm::tlm_generic_payload payload;
    std::uint64_t value = ~std::uint64_t{0};
    unsigned char enables[2] = {TLM_BYTE_ENABLED, TLM_BYTE_DISABLED};
    test_driver::set(payload, tlm::TLM_WRITE_COMMAND, io_register::count, &value, 8);
    payload.set_byte_enable_ptr(enables);
    payload.set_byte_enable_length(2);
    sc_core::sc_time delay(3, sc_core::SC_NS);
    d.socket->b_transport(payload, delay);
    EXPECT_EQ(payload.get_response_status(), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(d.load(io_register::count), 0x00ff00ff00ff00ffU | 2U);

    EXPECT_EQ(d.load(io_register::capacity), 1000U);
    EXPECT_EQ(d.load(io_register::sector_size), 512U);
    EXPECT_EQ(d.load(0x78), 0U);
    d.store(io_register::capacity, 5);
    d.store(io_register::status, ~std::uint64_t{0});
    EXPECT_EQ(d.load(io_register::capacity), 1000U);
    EXPECT_EQ(d.load(io_register::status), 0U);

    EXPECT_EQ(d.transport(tlm::TLM_READ_COMMAND, io_register::window, &value, 8),
              tlm::TLM_ADDRESS_ERROR_RESPONSE);
    EXPECT_EQ(d.transport(tlm::TLM_READ_COMMAND, io_register::window - 4, &value, 8),
              tlm::TLM_ADDRESS_ERROR_RESPONSE);
    EXPECT_EQ(d.transport(tlm::TLM_IGNORE_COMMAND, 0, &value, 8), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(d.transport(tlm::TLM_READ_COMMAND, 0, &value, 0), tlm::TLM_BURST_ERROR_RESPONSE);
  });
  EXPECT_EQ(b.device.count().commands, 0U);
}

TEST_P(both_timings, debug_reads_registers_and_starts_nothing) {
  bench<disk<>> b(small_disk(), GetParam());
  b.run([](test_driver& d) {
    d.store(io_register::sector, 0x77);
    const time_ps before = now_ps();
    tlm::tlm_generic_payload payload;
    std::uint64_t value = 0;
    test_driver::set(payload, tlm::TLM_READ_COMMAND, io_register::sector, &value, 8);
    EXPECT_EQ(d.socket->transport_dbg(payload), 8U);
    EXPECT_EQ(value, 0x77U);
    test_driver::set(payload, tlm::TLM_WRITE_COMMAND, io_register::command, &value, 8);
    EXPECT_EQ(d.socket->transport_dbg(payload), 0U);
    unsigned char all[200];
    test_driver::set(payload, tlm::TLM_READ_COMMAND, 0x70, all, 200);
    EXPECT_EQ(d.socket->transport_dbg(payload), 16U);
    tlm::tlm_dmi dmi;
    EXPECT_FALSE(d.socket->get_direct_mem_ptr(payload, dmi));
    EXPECT_EQ(now_ps(), before);
  });
  EXPECT_TRUE(b.device.idle());
}

TEST_P(both_timings, registers_answer_nb_transport) {
  bench<dma_engine<>> b(io_device_parameters{}, GetParam());
  b.run([](test_driver& d) {
    const auto nb_store = [&d](unsigned offset, std::uint64_t value) {
      tlm::tlm_generic_payload payload;
      test_driver::set(payload, tlm::TLM_WRITE_COMMAND, offset, &value, 8);
      tlm::tlm_phase phase = tlm::BEGIN_REQ;
      sc_core::sc_time delay(7, sc_core::SC_NS);
      EXPECT_EQ(d.socket->nb_transport_fw(payload, phase, delay), tlm::TLM_COMPLETED);
      EXPECT_EQ(payload.get_response_status(), tlm::TLM_OK_RESPONSE);
      EXPECT_EQ(delay, sc_core::sc_time(17, sc_core::SC_NS));
      sc_core::wait(delay);
    };
    nb_store(io_register::source, 0x100);
    nb_store(io_register::destination, 0x8000);
    nb_store(io_register::count, 100);
    nb_store(io_register::command, io_command::copy);
    EXPECT_EQ(d.finish(), io_status::done);
  });
  EXPECT_TRUE(std::equal(b.memory.bytes.begin() + 0x100, b.memory.bytes.begin() + 0x164,
                         b.memory.bytes.begin() + 0x8000));
}

TEST_P(both_timings, tape_streams_stops_and_winds) {
  bench<tape<>> b(small_tape(), GetParam());
  const auto on_tape = pattern(8 * 1024, 5);
  b.device.contents().write(0, on_tape.data(), on_tape.size());
  b.run([](test_driver& d) {
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

TEST_P(both_timings, dma_copies_any_length_and_alignment) {
  io_device_parameters p;
  p.burst = byte_count{32};
  bench<dma_engine<>> b(p, GetParam());
  b.memory.burst = 32;
  const std::vector<unsigned char> before = b.memory.bytes;
  b.run([&](test_driver& d) {
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

TEST_P(both_timings, dma_errors_are_status_bits) {
  bench<dma_engine<>> b(io_device_parameters{}, GetParam());
  b.run([](test_driver& d) {
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

TEST_P(both_timings, the_quantum_changes_no_data_and_no_time_of_an_uncontended_transfer) {
  tlm::tlm_global_quantum::instance().set(sc_core::sc_time(10, sc_core::SC_US));
  bench<dma_engine<>> b(io_device_parameters{}, GetParam());
  time_ps started = 0;
  b.run([&](test_driver& d) {
    d.start(io_command::copy, 0, 6400, 0x8000);
    started = now_ps() - 10'000;
    d.finish();
  });
  tlm::tlm_global_quantum::instance().set(sc_core::SC_ZERO_TIME);
  EXPECT_EQ(b.driver.raised, started + 2 * 100 * b.memory.latency);
  EXPECT_TRUE(
      std::equal(b.memory.bytes.begin(), b.memory.bytes.begin() + 6400, b.memory.bytes.begin() + 0x8000));
}

namespace {

struct wide_ends : sc_core::sc_module {
  tlm_utils::simple_initiator_socket<wide_ends, 64> cpu{"cpu"};
  tlm_utils::simple_target_socket<wide_ends, 64> memory{"memory"};
  explicit wide_ends(const sc_core::sc_module_name& name) : sc_module(name) {}
};

}  // namespace

TEST(io_controllers, the_interrupt_may_stay_unbound_and_a_socket_may_be_wider) {
  disk<64> device("device", small_disk(), timing_mode::approximate);
  wide_ends ends("ends");
  ends.cpu.bind(device.registers);
  device.memory.bind(ends.memory);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  std::uint64_t command = io_command::seek;
  tlm::tlm_generic_payload payload;
  test_driver::set(payload, tlm::TLM_WRITE_COMMAND, io_register::command, &command, 8);
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay;
  EXPECT_EQ(ends.cpu->nb_transport_fw(payload, phase, delay), tlm::TLM_COMPLETED);
  sc_core::sc_start();
  EXPECT_EQ(device.count().commands, 1U);
  EXPECT_TRUE(device.idle());
}

TEST_P(both_timings, statistics_close_and_waves_show_the_motion) {
  bench<disk<>> b(small_disk(), GetParam());
  statistics all;
  b.device.register_statistics(all, "disk");
  const std::string file = testing::TempDir() + "mimd_io_" + (GetParam() == timing_mode::loose ? "lt" : "at");
  trace_recorder recorder({file + ".vcd"});
  b.device.declare_traces(recorder, "disk");
  recorder.start();
  b.run([&](test_driver& d) {
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

TEST(io_controllers, parameters_are_declared_once_and_checked_in_both_ways) {
  disk_parameters disk_variables;
  tape_parameters tape_variables;
  io_device_parameters dma_variables;
  parameter_set parameters;
  declare(parameters, disk_variables, "disk");
  declare(parameters, tape_variables, "tape");
  declare(parameters, dma_variables, "dma");
  parameters.set("disk.rotation", "6ms", "test");
  parameters.set("disk.buffer_sectors", "4", "test");
  parameters.set("tape.gap", "1KiB", "test");
  parameters.set("dma.burst", "32B", "test");
  EXPECT_EQ(disk_variables.mechanics.rotation.ps, 6 * millisecond);
  EXPECT_EQ(disk_variables.controller.buffer_sectors, 4U);
  EXPECT_EQ(tape_variables.mechanics.gap.value, 1024U);
  EXPECT_EQ(dma_variables.burst.value, 32U);
  EXPECT_THROW(parameters.set("dma.burst", "48B", "test"), parameter_error);
  dma_variables.burst.value = 48;
  EXPECT_THROW(dma_engine<>("dma", dma_variables, timing_mode::loose), std::invalid_argument);
  disk_variables.controller.buffer_sectors = 0;
  EXPECT_THROW(disk<>("disk", disk_variables, timing_mode::loose), std::invalid_argument);
}

TEST(storage, host_range_files_and_limits) {
  storage s(512, 10);
  const auto data = pattern(1000, 1);
  s.write(700, data.data(), data.size());
  std::vector<unsigned char> all(s.size());
  s.read(0, all.data(), all.size());
  EXPECT_EQ(std::count(all.begin(), all.begin() + 700, 0), 700);
  EXPECT_TRUE(std::equal(data.begin(), data.end(), all.begin() + 700));

  const std::string file = testing::TempDir() + "mimd_storage_test.img";
  std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(data.data()), 1000);
  EXPECT_EQ(s.load_image(file, 8), 1000U);
  s.read(8 * 512, all.data(), 1000);
  EXPECT_TRUE(std::equal(data.begin(), data.end(), all.begin()));
  EXPECT_THROW(s.load_image(file, 9), std::runtime_error);
  std::remove(file.c_str());
  EXPECT_THROW(s.load_image(file), std::runtime_error);
  EXPECT_THROW(s.read(5119, all.data(), 2), std::out_of_range);
  EXPECT_THROW(s.write(~std::uint64_t{0}, all.data(), 2), std::out_of_range);
  EXPECT_THROW(s.mark_bad(10), std::out_of_range);
}
