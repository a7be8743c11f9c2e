// The random tester finds the classical coherence bugs, each built into the processors of a functional
// machine.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tb/functional_machine.h"
#include "tb/workload.h"

namespace mimd::tb {
namespace {

enum class bug {
  none,
  stale_copy,    // processor 1 keeps its first copy of one line for ever: an invalidation was lost
  old_copy,      // processor 1 reads one line alternately from memory and from a copy of some reads ago
  torn_line,     // processor 1 writes whole 8-byte words back over its neighbours' bytes
  split_atomic,  // atomics are a load and a store
  wrong_address  // one line is read at the address of the next
};

// Passes everything on to a sound processor, except for its bug.
class buggy_processor final : public processor {
 public:
  buggy_processor(processor& sound, bug kind, std::uint64_t line_number)
      : sound_(sound), kind_(kind), line_(line_number) {}

  unsigned id() const override { return sound_.id(); }
  unsigned count() const override { return sound_.count(); }
  time_ps now() override { return sound_.now(); }
  void read(address_t address, void* data, unsigned size) override {
    const bool here = sound_.id() == 1 && address / 64 == line_;
    if (kind_ == bug::wrong_address && here) address += 64;
    sound_.read(address, data, size);
    if (!here || (kind_ != bug::stale_copy && kind_ != bug::old_copy)) return;
    std::vector<std::uint8_t>& copy = copies_[{address, size}];
    auto* bytes = static_cast<std::uint8_t*>(data);
    const std::vector<std::uint8_t> fresh(bytes, bytes + size);
    if (kind_ == bug::old_copy && ++reads_ % 8 != 0) {
      copy = fresh;
      if (reads_ % 8 == 4) held_ = copies_;
    } else {
      if (kind_ == bug::stale_copy && copy.empty()) copy = fresh;
      const auto& source = kind_ == bug::stale_copy ? copy : held_[{address, size}];
      if (source.size() == size) std::copy(source.begin(), source.end(), bytes);
    }
  }
  void write(address_t address, const void* data, unsigned size) override {
    if (kind_ == bug::torn_line && sound_.id() == 1 && size < 8) {
      const address_t word = address / 8 * 8;
      std::uint8_t bytes[8];
      sound_.read(word, bytes, 8);
      std::memcpy(bytes + (address - word), data, size);
      sound_.write(word, bytes, 8);
    } else {
      sound_.write(address, data, size);
    }
  }
  void modify(address_t address, unsigned size) override { sound_.modify(address, size); }
  void fetch(address_t address, unsigned size) override { sound_.fetch(address, size); }
  std::uint64_t read_modify_write(atomic_operation operation, address_t address, unsigned size,
                                  std::uint64_t operand, std::uint64_t expected) override {
    if (kind_ == bug::split_atomic && operation == atomic_operation::add) {
      std::uint64_t old = 0;
      sound_.read(address, &old, size);
      const std::uint64_t sum = old + operand;
      sound_.write(address, &sum, size);
      return old;
    }
    return sound_.read_modify_write(operation, address, size, operand, expected);
  }
  void fence() override { sound_.fence(); }
  void compute(std::uint64_t cycles) override { sound_.compute(cycles); }
  void sleep_until(time_ps when) override { sound_.sleep_until(when); }
  ticket issue_read(address_t address, unsigned size) override { return sound_.issue_read(address, size); }
  void wait(ticket t, void* data) override { sound_.wait(t, data); }
  void prefetch(address_t address) override { sound_.prefetch(address); }
  void begin_synchronisation() override { sound_.begin_synchronisation(); }
  void end_synchronisation() override { sound_.end_synchronisation(); }
  void wait_for_interrupt() override { sound_.wait_for_interrupt(); }

 private:
  processor& sound_;
  bug kind_;
  std::uint64_t line_;
  std::uint64_t reads_ = 0;
  std::map<std::pair<address_t, unsigned>, std::vector<std::uint8_t>> copies_;
  std::map<std::pair<address_t, unsigned>, std::vector<std::uint8_t>> held_;
};

verdict run(bug kind, const std::string& variant, unsigned store_buffer, std::uint64_t accesses) {
  functional_parameters parameters;
  parameters.processors = 4;
  parameters.store_buffer = store_buffer;
  functional_machine machine(parameters);
  workload_parameters input;
  input.size = accesses;
  input.variant = variant;
  input.processors = 4;
  for (const workload_description& one : shared_memory_workloads()) {
    if (one.name != "random-test") continue;
    const auto tester = one.make(input);
    const std::uint64_t first_line = machine.memory().allocated() / 64;
    tester->prepare(machine.memory());
    machine.run([&](processor& cpu) {
      buggy_processor wrapped(cpu, kind, first_line + 1);
      tester->run(wrapped);
    });
    return tester->check(machine.memory());
  }
  return {};
}

TEST(random_tester, passes_a_sound_machine) {
  for (const char* variant : {"mixed", "dense", "conflict", "full"}) {
    for (const unsigned store_buffer : {0u, 8u}) {
      const verdict result = run(bug::none, variant, store_buffer, 100'000);
      EXPECT_TRUE(result.correct) << variant << ": " << result.text;
    }
  }
}

void expect_found(bug kind) {
  for (const unsigned store_buffer : {0u, 8u}) {
    const verdict result = run(kind, "dense", store_buffer, 20'000);
    EXPECT_FALSE(result.correct) << "store buffer " << store_buffer;
    EXPECT_NE(result.text.find("0x"), std::string::npos) << result.text;
    EXPECT_EQ(result.text.find('\n'), std::string::npos);
  }
}

TEST(random_tester, finds_a_copy_that_was_never_invalidated) {
  expect_found(bug::stale_copy);
}
TEST(random_tester, finds_a_read_that_goes_back_in_time) {
  expect_found(bug::old_copy);
}
TEST(random_tester, finds_a_write_that_clobbers_its_neighbours) {
  expect_found(bug::torn_line);
}
TEST(random_tester, finds_an_atomic_that_is_not) {
  expect_found(bug::split_atomic);
}
TEST(random_tester, finds_data_of_another_address) {
  expect_found(bug::wrong_address);
}

}  // namespace
}  // namespace mimd::tb
