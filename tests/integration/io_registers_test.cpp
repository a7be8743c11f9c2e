// The registers of a controller: any access of a driver, in both timings.
#include <gtest/gtest.h>

#include <algorithm>

#include "io/disk.h"
#include "io/dma_engine.h"
#include "io/tape.h"
#include "tests/support/io_bench.h"

namespace mimd {
namespace {

using namespace test;

class io_registers : public testing::TestWithParam<timing_mode> {};
INSTANTIATE_TEST_SUITE_P(timing, io_registers, either_timing, timing_name);

TEST_P(io_registers, registers_take_any_access) {
  io_bench<disk<>> b(small_disk(), GetParam());
  b.run([](io_test_driver& d) {
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
    io_test_driver::set(payload, tlm::TLM_WRITE_COMMAND, io_register::count, &value, 8);
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

TEST_P(io_registers, registers_answer_nb_transport) {
  io_bench<dma_engine<>> b(io_device_parameters{}, GetParam());
  b.run([](io_test_driver& d) {
    const auto nb_store = [&d](unsigned offset, std::uint64_t value) {
      tlm::tlm_generic_payload payload;
      io_test_driver::set(payload, tlm::TLM_WRITE_COMMAND, offset, &value, 8);
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

TEST_P(io_registers, debug_reads_registers_and_starts_nothing) {
  io_bench<disk<>> b(small_disk(), GetParam());
  b.run([](io_test_driver& d) {
    d.store(io_register::sector, 0x77);
    const time_ps before = now_ps();
    tlm::tlm_generic_payload payload;
    std::uint64_t value = 0;
    io_test_driver::set(payload, tlm::TLM_READ_COMMAND, io_register::sector, &value, 8);
    EXPECT_EQ(d.socket->transport_dbg(payload), 8U);
    EXPECT_EQ(value, 0x77U);
    io_test_driver::set(payload, tlm::TLM_WRITE_COMMAND, io_register::command, &value, 8);
    EXPECT_EQ(d.socket->transport_dbg(payload), 0U);
    unsigned char all[200];
    io_test_driver::set(payload, tlm::TLM_READ_COMMAND, 0x70, all, 200);
    EXPECT_EQ(d.socket->transport_dbg(payload), 16U);
    tlm::tlm_dmi dmi;
    EXPECT_FALSE(d.socket->get_direct_mem_ptr(payload, dmi));
    EXPECT_EQ(now_ps(), before);
  });
  EXPECT_TRUE(b.device.idle());
}

TEST_P(io_registers, a_command_while_busy_is_rejected_and_the_running_one_completes) {
  io_bench<disk<>> b(small_disk(), GetParam());
  const auto on_disk = pattern(512, 9);
  b.device.contents().write(0, on_disk.data(), on_disk.size());
  b.run([](io_test_driver& d) {
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

struct wide_ends : sc_core::sc_module {
  tlm_utils::simple_initiator_socket<wide_ends, 64> cpu{"cpu"};
  tlm_utils::simple_target_socket<wide_ends, 64> memory{"memory"};
  explicit wide_ends(const sc_core::sc_module_name& name) : sc_module(name) {}
};

TEST(io_registers_alone, the_interrupt_may_stay_unbound_and_a_socket_may_be_wider) {
  disk<64> device("device", small_disk(), timing_mode::approximate);
  wide_ends ends("ends");
  ends.cpu.bind(device.registers);
  device.memory.bind(ends.memory);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  std::uint64_t command = io_command::seek;
  tlm::tlm_generic_payload payload;
  io_test_driver::set(payload, tlm::TLM_WRITE_COMMAND, io_register::command, &command, 8);
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay;
  EXPECT_EQ(ends.cpu->nb_transport_fw(payload, phase, delay), tlm::TLM_COMPLETED);
  sc_core::sc_start();
  EXPECT_EQ(device.count().commands, 1U);
  EXPECT_TRUE(device.idle());
}

TEST(io_registers_alone, parameters_are_declared_once_and_checked_in_both_ways) {
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

}  // namespace
}  // namespace mimd
