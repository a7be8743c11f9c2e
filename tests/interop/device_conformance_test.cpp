// The sockets of the memory, of the I/O controllers and of the processor, alone: registers and memory under
// the random initiator, and what controllers and processors send to memories of other people.
#include <gtest/gtest.h>

#include "cpu/cpu.h"
#include "io/disk.h"
#include "io/dma_engine.h"
#include "io/tape.h"
#include "tests/support/conformance_cases.h"

namespace mimd::test {
namespace {

class device_conformance : public testing::TestWithParam<timing_mode> {};
INSTANTIATE_TEST_SUITE_P(both, device_conformance,
                         testing::Values(timing_mode::loose, timing_mode::approximate),
                         [](const auto& tested) { return tested.param == timing_mode::loose ? "lt" : "at"; });

// A random initiator behind a checker.
struct driven {
  tb::random_initiator initiator;
  tb::protocol_checker<> checker;

  driven(tb::random_initiator_options options, timing_mode timing)
      : initiator("initiator", options),
        checker("checker", {options.sloppy, timing == timing_mode::loose, false}) {
    initiator.socket.bind(checker.target_socket);
  }
  void run() {
    sc_core::sc_start();
    expect_clean(initiator, checker);
  }
};

void try_memory(timing_mode timing, bool direct, bool page_mode) {
  tb::random_initiator_options o;
  o.transactions = 40'000;
  o.outstanding = 8;
  o.ranges = {
      {0x11, 777}, {0x2000, 64}, {0xffff0, 0x30}, {0x100801, 2047}};  // across a host page, to the end
  driven d(o, timing);
  memory_parameters m;
  m.size = 0x101000;
  m.direct = direct;
  m.timing.page_mode = page_mode;
  memory<> target("memory", m, timing);
  d.checker.initiator_socket.bind(target.socket);
  d.run();
  EXPECT_EQ(d.initiator.counted().direct_granted > 0, direct);
  EXPECT_EQ(d.initiator.counted().direct_refused > 0, !direct);
}

TEST_P(device_conformance, of_memory) {
  try_memory(GetParam(), false, false);
}
TEST_P(device_conformance, of_memory_with_direct_access) {
  try_memory(GetParam(), true, false);
}
TEST_P(device_conformance, of_memory_in_page_mode) {
  try_memory(GetParam(), true, true);
}

// The registers that take what is written, and those that only read.
template <typename Device>
void try_registers(timing_mode timing, Device& device) {
  tb::random_initiator_options o;
  o.transactions = 40'000;
  o.debug = 0;  // debug writes of registers are refused
  o.ranges = {{io_register::memory, 24}, {io_register::capacity, 16, false}, {0x48, 56, false}};
  driven d(o, timing);
  d.checker.initiator_socket.bind(device.registers);
  tb::foreign_target nowhere("nowhere", {});
  device.memory.bind(nowhere.socket);
  d.run();
  EXPECT_EQ(d.initiator.counted().direct_granted, 0u);
}

TEST_P(device_conformance, of_disk_registers) {
  disk<> device("disk", disk_parameters{}, GetParam());
  try_registers(GetParam(), device);
}
TEST_P(device_conformance, of_tape_registers) {
  tape<> device("tape", tape_parameters{}, GetParam());
  try_registers(GetParam(), device);
}
TEST_P(device_conformance, of_dma_registers) {
  dma_engine<> device("dma", io_device_parameters{}, GetParam());
  try_registers(GetParam(), device);
}

// A processor without caches before a foreign memory of one kind.
void try_processor(timing_mode timing, const foreign_kind& kind, consistency_model consistency) {
  cpu_parameters p;
  p.outstanding = 4;
  p.consistency = consistency;
  p.store_buffer = 4;
  cpu<> processor_under_test("cpu", p, timing, 0, 1);
  tb::protocol_checker<> checker("checker", {});
  tb::foreign_target_options f;
  f.style = kind.style;
  f.in_order = kind.in_order;
  f.wait = kind.wait;
  f.direct = true;
  tb::foreign_target memory("memory", f);
  processor_under_test.data.bind(checker.target_socket);
  checker.initiator_socket.bind(memory.socket);
  std::uint64_t wrong = 0;
  processor_under_test.run_program(
      [&](mimd::processor& cpu) {
        std::vector<std::uint64_t> expected(64);
        random_generator random(7);
        for (int i = 0; i < 5000; ++i) {
          const std::uint64_t k = random.below(expected.size());
          switch (random.below(5)) {
            case 0:
              cpu.store<std::uint64_t>(8 * k, expected[k] = random.next());
              break;
            case 1:
              wrong += cpu.load<std::uint64_t>(8 * k) != expected[k];
              break;
            case 2: {
              const std::uint64_t other = random.below(expected.size());
              const auto first = cpu.issue_read(8 * k, 8), second = cpu.issue_read(8 * other, 8);
              std::uint64_t value = 0;
              cpu.wait(first, &value);
              wrong += value != expected[k];
              cpu.wait(second, &value);
              wrong += value != expected[other];
              break;
            }
            case 3:
              cpu.fence();
              cpu.compute(random.below(20));
              break;
            default:
              cpu.prefetch(8 * k);
              break;
          }
        }
      },
      [] {});
  sc_core::sc_start();
  EXPECT_TRUE(processor_under_test.finished()) << processor_under_test.waiting();
  EXPECT_EQ(processor_under_test.failure(), "");
  EXPECT_EQ(wrong, 0u);
  EXPECT_EQ(checker.violations().count(), 0u) << checker.violations().text();
  EXPECT_EQ(checker.rules().in_flight(), 0u);
}

class processor_conformance
    : public testing::TestWithParam<std::tuple<timing_mode, foreign_kind, consistency_model>> {};
INSTANTIATE_TEST_SUITE_P(all, processor_conformance,
                         testing::Combine(testing::Values(timing_mode::loose, timing_mode::approximate),
                                          testing::ValuesIn(foreign_kinds()),
                                          testing::Values(consistency_model::sc, consistency_model::tso)),
                         [](const auto& tested) {
                           return std::string(std::get<0>(tested.param) == timing_mode::loose ? "lt_"
                                                                                              : "at_") +
                                  std::get<1>(tested.param).name +
                                  (std::get<2>(tested.param) == consistency_model::sc ? "_sc" : "_tso");
                         });
TEST_P(processor_conformance, holds) {
  try_processor(std::get<0>(GetParam()), std::get<1>(GetParam()), std::get<2>(GetParam()));
}

}  // namespace
}  // namespace mimd::test
