// What processors' atomics, a DMA engine and a disk send through their memory sockets into a coherent machine
// obeys the base protocol, error responses included, and moves the right bytes.
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "cpu/cpu.h"
#include "infrastructure/random.h"
#include "io/disk.h"
#include "io/dma_engine.h"
#include "tb/io/disk_driver.h"
#include "tests/support/conformance_cases.h"

namespace mimd::test {
namespace {

constexpr address_t memory_size = 1 << 18;
constexpr address_t dma_registers = 0x8000'0000, disk_registers = 0x8000'0080;
constexpr address_t counters = 0x100, blocks = 0x10000, nowhere = 0x4000'0000;
constexpr unsigned block_bytes = 0x8000;

struct transfer_case {
  const char* name;
  timing_mode timing;
  const char* protocol;
  bool split;
};

class device_transfers : public testing::TestWithParam<transfer_case> {};
INSTANTIATE_TEST_SUITE_P(
    all, device_transfers,
    testing::Values(transfer_case{"lt_mesi", timing_mode::loose, "mesi", false},
                    transfer_case{"at_mesi", timing_mode::approximate, "mesi", false},
                    transfer_case{"lt_moesi_split", timing_mode::loose, "moesi", true},
                    transfer_case{"at_moesi_split", timing_mode::approximate, "moesi", true},
                    transfer_case{"at_dragon", timing_mode::approximate, "dragon", false}),
    [](const auto& tested) { return std::string(tested.param.name); });

// Two processors, one with a cache and one without; both devices; a checker on every socket between.
struct machine {
  explicit machine(const transfer_case& c)
      : bus("bus", bus_of(c), *find_snooping_protocol(c.protocol), c.timing, 1, 3, 3),
        store("memory", memory_of(), c.timing),
        cache_0("cache_0", tiny("", c.timing).cache, *find_snooping_protocol(c.protocol), c.timing, 1),
        cpu_0("cpu_0", {}, c.timing, 0, 2),
        cpu_1("cpu_1", {}, c.timing, 1, 2),
        dma("dma", io_device_parameters{}, c.timing),
        drive("disk", disk_parameters{}, c.timing) {
    bus.map(0, 0, memory_size, false);
    bus.map(1, dma_registers, io_register::window, true);
    bus.map(2, disk_registers, io_register::window, true);
    join(bus.target[0], to_memory, store.socket);
    join(bus.target[1], to_dma, dma.registers);
    join(bus.target[2], to_disk, drive.registers);
    cache_0.interconnect.bind(bus.coherent[0]);
    join(cpu_0.data, from_cpu_0, cache_0.data);
    join(cpu_1.data, from_cpu_1, bus.plain[0]);
    join(dma.memory, from_dma, bus.plain[1]);
    join(drive.memory, from_disk, bus.plain[2]);
    cpu_0.interrupt.bind(line);
    dma.interrupt.bind(line);
  }
  template <class From, class To>
  static void join(From& from, tb::protocol_checker<>& checker, To& to) {
    from.bind(checker.target_socket);
    checker.initiator_socket.bind(to);
  }
  static bus_parameters bus_of(const transfer_case& c) {
    bus_parameters p;
    p.line = 32;
    p.split = c.split;
    return p;
  }
  static memory_parameters memory_of() {
    memory_parameters p;
    p.size = memory_size;
    return p;
  }

  snooping_bus<> bus;
  memory<> store;
  cache<> cache_0;
  cpu<> cpu_0, cpu_1;
  dma_engine<> dma;
  disk<> drive;
  sc_core::sc_signal<bool, sc_core::SC_MANY_WRITERS> line{"line"};
  tb::protocol_checker<> from_cpu_0{"from_cpu_0"}, from_cpu_1{"from_cpu_1"}, from_dma{"from_dma"},
      from_disk{"from_disk"}, to_memory{"to_memory"}, to_dma{"to_dma"}, to_disk{"to_disk"};
};

// Adds, exchanges and compare-exchanges on words that both processors use: the sums come out.
void count_together(processor& cpu, unsigned rounds) {
  random_generator random(cpu.id() + 1);
  for (unsigned i = 0; i < rounds; ++i) {
    const address_t word = counters + 8 * random.below(8);
    switch (random.below(3)) {
      case 0:
        cpu.fetch_add<std::uint64_t>(word, 1);
        break;
      case 1:
        cpu.fetch_add<std::uint32_t>(word, 1);
        break;
      default:
        for (;;) {
          const auto old = cpu.load<std::uint64_t>(word);
          if (cpu.compare_exchange<std::uint64_t>(word, old, old + 1)) break;
        }
    }
  }
}

// Copies by the DMA engine and round trips through the disk, against a copy of the bytes here.
unsigned move_blocks(processor& cpu, unsigned rounds) {
  const tb::disk_driver dma(dma_registers), drive(disk_registers);
  std::vector<std::uint8_t> expected(block_bytes);
  random_generator random(99);
  unsigned wrong = 0;
  const auto wait_for = [&](const tb::disk_driver& device) {
    for (;;) {
      const std::uint64_t seen = device.status(cpu);
      if ((seen & io_status::interrupting) == 0) {
        cpu.compute(200);
        continue;
      }
      device.acknowledge(cpu, seen);
      return seen & io_status::any_error;
    }
  };
  for (unsigned i = 0; i < block_bytes; i += 8) {
    const std::uint64_t value = random.next();
    cpu.store<std::uint64_t>(blocks + i, value);
    std::memcpy(&expected[i], &value, 8);
  }
  for (unsigned round = 0; round < rounds; ++round) {
    if (round % 4 == 3) {  // a sector to the disk and back to another place
      const std::uint64_t sector = random.below(16), from = random.below(block_bytes - 512),
                          to = random.below(block_bytes - 512);
      drive.start(cpu, io_command::write, sector, 1, blocks + from);
      wrong += wait_for(drive) != 0;
      drive.start(cpu, io_command::read, sector, 1, blocks + to);
      wrong += wait_for(drive) != 0;
      std::memmove(&expected[to], &expected[from], 512);
    } else {
      const std::uint64_t length = 1 + random.below(600);
      const std::uint64_t from = random.below(block_bytes / 2 - length);
      const std::uint64_t to = block_bytes / 2 + random.below(block_bytes / 2 - length);
      dma.start(cpu, io_command::copy, blocks + from, length, blocks + to);
      wrong += wait_for(dma) != 0;
      std::memcpy(&expected[to], &expected[from], length);
    }
    for (unsigned k = 0; k < 8; ++k) {  // stores of the cached processor in between
      const std::uint64_t at = 8 * random.below(block_bytes / 8);
      const std::uint64_t value = random.next();
      cpu.store<std::uint64_t>(blocks + at, value);
      std::memcpy(&expected[at], &value, 8);
    }
  }
  for (unsigned i = 0; i < block_bytes; ++i) wrong += cpu.load<std::uint8_t>(blocks + i) != expected[i];

  // Where nobody answers: an error response, and the device says so.
  dma.start(cpu, io_command::copy, blocks, 100, nowhere);
  wrong += (wait_for(dma) & io_status::bad_address) == 0;
  dma.start(cpu, io_command::copy, nowhere, 100, blocks);
  wrong += (wait_for(dma) & io_status::bad_address) == 0;
  drive.start(cpu, io_command::read, 0, 1, memory_size - 100);
  wrong += (wait_for(drive) & io_status::bad_address) == 0;
  return wrong;
}

TEST_P(device_transfers, obey_the_base_protocol_and_move_the_right_bytes) {
  machine m(GetParam());
  constexpr unsigned rounds = 3000;
  unsigned wrong = 0;
  m.cpu_0.run_program(
      [&](processor& cpu) {
        count_together(cpu, rounds);
        wrong = move_blocks(cpu, 60);
      },
      [] {});
  m.cpu_1.run_program([&](processor& cpu) { count_together(cpu, rounds); }, [] {});
  sc_core::sc_start();
  EXPECT_TRUE(m.cpu_0.finished()) << m.cpu_0.waiting();
  EXPECT_TRUE(m.cpu_1.finished()) << m.cpu_1.waiting();
  EXPECT_EQ(m.cpu_0.failure() + m.cpu_1.failure(), "");
  EXPECT_EQ(wrong, 0u);
  std::uint64_t sum = 0;
  for (unsigned k = 0; k < 8; ++k) {
    std::uint64_t word = 0;
    m.bus.debug(counters + 8 * k, reinterpret_cast<std::uint8_t*>(&word), 8, false);
    sum += word;
  }
  EXPECT_EQ(sum, 2 * rounds);
  for (const tb::protocol_checker<>* checker :
       {&m.from_cpu_0, &m.from_cpu_1, &m.from_dma, &m.from_disk, &m.to_memory, &m.to_dma, &m.to_disk}) {
    EXPECT_EQ(checker->violations().count(), 0u) << checker->name() << ": " << checker->violations().text();
    EXPECT_EQ(checker->rules().in_flight(), 0u) << checker->name();
    EXPECT_GT(checker->rules().transactions(), 0u) << checker->name();
  }
}

}  // namespace
}  // namespace mimd::test
