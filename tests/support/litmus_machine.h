// Runs litmus tests on a shared-memory machine, thousands of times with seeded timings, and collects what
// each ended with.
//
// One elaborated machine runs everything: simulated time is cut into slots, one a run. At the start of a slot
// the host collects the last run's final memory and sets the variables to zero through coherent debug writes,
// which move no line; then the processors warm or cool the caches at random, and run their threads with
// random computation before and between the accesses. Variables share lines or not, and threads change
// processors, from run to run.
#ifndef MIMD_TESTS_SUPPORT_LITMUS_MACHINE_H
#define MIMD_TESTS_SUPPORT_LITMUS_MACHINE_H

#include <array>
#include <map>
#include <memory>
#include <string>
#include <systemc>
#include <utility>
#include <vector>

#include "infrastructure/random.h"
#include "platforms/numa/numa_machine.h"
#include "platforms/uma/uma_machine.h"
#include "support/litmus_test.h"

namespace mimd::test {

using litmus_counts = std::map<litmus_outcome, std::uint64_t>;

struct litmus_configuration {
  timing_mode timing = timing_mode::approximate;
  consistency_model consistency = consistency_model::sc;
  std::vector<std::pair<std::string, std::string>> parameters;  // name, value, as on the command line
  std::uint64_t runs = 1000;                                    // of each test
  std::uint64_t seed = 1;
  bool check_coherence = true;
  bool directories = false;  // mimd-numa instead of mimd-uma
};

class litmus_program : public tb::workload {
 public:
  static constexpr unsigned processors = 4;

  litmus_program(const std::vector<litmus_test>& tests, std::uint64_t runs, std::uint64_t seed)
      : tests_(tests), runs_(runs), seed_(seed), counts_(tests.size()) {}

  void prepare(tb::memory_image& memory) override {
    memory_ = &memory;
    arena_ = memory.allocate(pool_lines * spacing, spacing);
  }

  void run(processor& cpu) override {
    const std::uint64_t all = runs_ * tests_.size();
    for (std::uint64_t run = 0; run < all; ++run) {
      const litmus_test& test = tests_[run / runs_];
      const auto& threads = test.threads;
      const plan p = plan_of(run);
      const unsigned thread = (cpu.id() + processors - p.first) % processors;
      if (thread >= threads.size()) continue;
      const time_ps begin = (run + 1) * slot;
      if (cpu.now() > begin) ++overruns_;
      cpu.sleep_until(begin);
      if (started_ <= run) start(run, p);
      random_generator random(seed_ * 0x9e3779b97f4a7c15u + run, 1 + thread);
      warm(cpu, p, random);
      if (cpu.now() > begin + warm_up) ++overruns_;
      cpu.sleep_until(begin + warm_up + random.below(8) * 1000);
      execute(cpu, threads[thread], p, random, registers_[thread]);
    }
  }

  tb::verdict check(tb::memory_image&) override {
    collect(runs_ * tests_.size() - 1);
    return {overruns_ == 0, std::to_string(overruns_) + " runs took longer than their slot", {}};
  }

  const litmus_counts& counts(std::size_t test) const { return counts_[test]; }

 private:
  static constexpr time_ps warm_up = 30'000'000;
  static constexpr time_ps slot = 100'000'000;
  static constexpr unsigned pool_lines = 8;
  static constexpr unsigned spacing = 256;  // lines of one set in a small cache

  struct plan {
    unsigned first;  // processor of thread 0
    std::array<address_t, litmus_variables> address;
  };

  plan plan_of(std::uint64_t run) const {
    random_generator random(seed_ * 0x9e3779b97f4a7c15u + run);
    plan p{static_cast<unsigned>(random.below(processors)), {}};
    const std::uint64_t line = random.below(pool_lines);
    const std::uint64_t layout = random.below(4);
    for (unsigned v = 0; v < litmus_variables; ++v) {
      const bool together = layout == 1 || (layout == 2 && v < 2);
      p.address[v] = arena_ + (together ? line : (line + v) % pool_lines) * spacing + 8 * v;
    }
    return p;
  }

  void start(std::uint64_t run, const plan& p) {
    if (run > 0) collect(run - 1);
    started_ = run + 1;
    registers_ = {};
    const std::uint32_t zero = 0;
    for (const address_t a : p.address) memory_->write(a, &zero, sizeof zero);
  }

  void collect(std::uint64_t run) {
    const plan p = plan_of(run);
    const litmus_test& test = tests_[run / runs_];
    litmus_outcome outcome;
    for (const litmus_observation& o : test.observed) {
      std::uint32_t value = 0;
      if (o.is_register) {
        value = registers_[o.thread][o.index];
      } else {
        memory_->read(p.address[o.index], &value, sizeof value);
      }
      outcome.push_back(value);
    }
    ++counts_[run / runs_][outcome];
  }

  void warm(processor& cpu, const plan& p, random_generator& random) {
    for (const address_t a : p.address) {
      switch (random.below(6)) {
        case 0:
          cpu.store<std::uint32_t>(a, 0);
          break;
        case 1:
        case 2:
          cpu.load<std::uint32_t>(a);
          break;
        case 3:
          cpu.load<std::uint32_t>(arena_ + random.below(pool_lines) * spacing + 64);
          break;
        default:
          break;
      }
    }
  }

  static std::uint64_t delay(random_generator& random) {
    switch (random.below(8)) {
      case 0:
      case 1:
        return random.below(8);
      case 2:
        return random.below(100);
      case 3:
        return random.below(1500);
      default:
        return 0;
    }
  }

  static void execute(processor& cpu, const std::vector<litmus_operation>& thread, const plan& p,
                      random_generator& random, std::array<std::uint32_t, litmus_registers>& registers) {
    for (const litmus_operation& o : thread) {
      if (const std::uint64_t cycles = delay(random)) cpu.compute(cycles);
      const std::uint32_t zero = o.depends ? registers[o.on] ^ registers[o.on] : 0;
      const address_t a = p.address[o.variable] + zero;
      switch (o.what) {
        case litmus_operation::kind::store:
          cpu.store<std::uint32_t>(a, o.value + zero);
          break;
        case litmus_operation::kind::load:
          registers[o.reg] = cpu.load<std::uint32_t>(a);
          break;
        case litmus_operation::kind::fence:
          cpu.fence();
          break;
      }
    }
  }

  const std::vector<litmus_test>& tests_;
  std::uint64_t runs_;
  std::uint64_t seed_;
  std::vector<litmus_counts> counts_;
  tb::memory_image* memory_ = nullptr;
  address_t arena_ = 0;
  std::uint64_t started_ = 0;
  std::uint64_t overruns_ = 0;
  std::array<std::array<std::uint32_t, litmus_registers>, processors> registers_{};
};

struct litmus_result {
  std::string trouble;                // empty: every run ended in its slot, and the machine was coherent
  std::vector<litmus_counts> counts;  // one a test
};

template <class Parameters, class Machine>
litmus_result run_litmus_tests_on(const std::vector<litmus_test>& tests, const litmus_configuration& c) {
  parameter_set set;
  Parameters parameters;
  parameters.declare(set);
  set.set("cpu.count", std::to_string(litmus_program::processors), "test");
  set.set("cpu.consistency", c.consistency == consistency_model::tso ? "tso" : "sc", "test");
  set.set("memory.size", "64KiB", "test");
  for (const auto& [name, value] : c.parameters) set.set(name, value, "test");
  parameters.resolve(set, c.timing, c.seed);
  Machine machine("machine", parameters, c.timing, c.seed, c.check_coherence);
  auto program = std::make_unique<litmus_program>(tests, c.runs, c.seed);
  const litmus_program& watched = *program;
  machine.load_program(std::move(program));
  sc_core::sc_start();
  litmus_result result;
  if (!machine.finished() || machine.failed()) {
    result.trouble = "the machine did not finish: " + machine.failure() + machine.waiting();
    return result;
  }
  const tb::verdict verdict = machine.check();
  if (!verdict.correct) result.trouble = verdict.text;
  for (std::size_t i = 0; i < tests.size(); ++i) result.counts.push_back(watched.counts(i));
  return result;
}

// Once a process: SystemC elaborates once.
inline litmus_result run_litmus_tests(const std::vector<litmus_test>& tests, const litmus_configuration& c) {
  return c.directories ? run_litmus_tests_on<numa_parameters, numa_machine>(tests, c)
                       : run_litmus_tests_on<uma_parameters, uma_machine>(tests, c);
}

}  // namespace mimd::test

#endif
