// A program that is a function for each processor.
#ifndef MIMD_TESTS_SUPPORT_FUNCTION_PROGRAM_H
#define MIMD_TESTS_SUPPORT_FUNCTION_PROGRAM_H

#include <functional>
#include <utility>
#include <vector>

#include "tb/workload.h"

namespace mimd::test {

using program = std::function<void(processor&)>;

class function_program : public tb::workload {
 public:
  explicit function_program(std::vector<program> programs) : programs_(std::move(programs)) {}
  void prepare(tb::memory_image&) override {}
  void run(processor& cpu) override {
    if (cpu.id() < programs_.size() && programs_[cpu.id()]) programs_[cpu.id()](cpu);
  }
  tb::verdict check(tb::memory_image&) override { return {true, "", {}}; }

 private:
  std::vector<program> programs_;
};

}  // namespace mimd::test

#endif
