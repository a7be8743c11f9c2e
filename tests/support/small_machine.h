// A shared-bus machine whose processors each run a function: for tests that know the numbers to expect.
//
// Unless told otherwise: processors at 1 GHz with one-cycle hits, a bus at 100 MHz, 8 bytes wide, 2 cycles of
// address and 2 of supply, 64-byte lines, memory with 60 ns access and 100 ns cycle time in 4 banks, MESI.
// One machine a process: SystemC elaborates once.
#ifndef MIMD_TESTS_SUPPORT_SMALL_MACHINE_H
#define MIMD_TESTS_SUPPORT_SMALL_MACHINE_H

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "platforms/uma/uma_machine.h"
#include "tests/support/function_program.h"

namespace mimd::test {

using settings = std::vector<std::pair<std::string, std::string>>;

class small_machine {
 public:
  // `turns`: of the bus, loosely timed.
  small_machine(timing_mode timing, unsigned processors, const settings& changes = {}, bool turns = true)
      : parameters_(timing, processors, changes, turns), machine_("uma", parameters_, timing, 1, true) {}

  // Runs one program a processor to the end; the machine must stay coherent.
  void run(std::vector<program> programs) {
    machine_.load_program(std::make_unique<function_program>(std::move(programs)));
    sc_core::sc_start();
    ASSERT_TRUE(machine_.finished()) << machine_.waiting();
    ASSERT_EQ(machine_.failure(), "");
    const tb::verdict verdict = machine_.check();
    EXPECT_TRUE(verdict.correct) << verdict.text;
  }

  uma_machine* operator->() { return &machine_; }
  const cpu_counters& cpu(unsigned i) { return machine_.processor_at(i).counters(); }
  const bus_account& bus(bus_transaction type) {
    return machine_.bus().counters().by_type[static_cast<unsigned>(type)];
  }
  std::uint64_t transactions() {
    std::uint64_t n = 0;
    for (const bus_account& a : machine_.bus().counters().by_type) n += a.transactions;
    return n;
  }
  template <typename T>
  T memory(address_t address) {
    T value;
    machine_.read(address, &value, sizeof value);
    return value;
  }

 private:
  struct resolved_parameters : uma_parameters {
    resolved_parameters(timing_mode timing, unsigned count, const settings& changes, bool turns) {
      parameter_set set;
      declare(set);
      set.set("cpu.count", std::to_string(count), "test");
      set.set("memory.size", "1MiB", "test");
      for (const auto& [name, value] : changes) set.set(name, value, "test");
      resolve(set, timing, 1);
      bus.turns = turns;
    }
  };

  resolved_parameters parameters_;
  uma_machine machine_;
};

}  // namespace mimd::test

#endif
