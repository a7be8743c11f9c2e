// A shared-memory machine inside a test: parameters by name as on the command line, one program, one verdict.
// SystemC elaborates once a process: one machine a test.
#ifndef MIMD_TESTS_SUPPORT_MACHINE_IN_PROCESS_H
#define MIMD_TESTS_SUPPORT_MACHINE_IN_PROCESS_H

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "infrastructure/parameters.h"
#include "infrastructure/timing_mode.h"
#include "platforms/support/run_control.h"
#include "tb/workload.h"

namespace mimd::test {

using settings = std::vector<std::pair<std::string, std::string>>;

template <class Parameters, class Machine>
class machine_in_process {
 public:
  machine_in_process(const settings& values, timing_mode timing, std::uint64_t seed, bool check_coherence) {
    parameters_.declare(set_);
    for (const auto& [name, value] : values) set_.set(name, value, "test");
    parameters_.resolve(set_, timing, seed);
    machine_ = std::make_unique<Machine>("machine", parameters_, timing, seed, check_coherence);
  }

  Machine& machine() { return *machine_; }
  const Parameters& parameters() const { return parameters_; }

  // Runs the loaded program to its end; a run that does not end well is a verdict, too.
  tb::verdict run(time_ps max_time = never) {
    run_control control("test", max_time, false);
    run_hooks hooks;
    hooks.finished = [this] { return machine_->finished() || machine_->failed(); };
    hooks.who_waits = [this] { return machine_->waiting(); };
    const run_ending ending = control.run(hooks);
    if (machine_->failed()) return {false, machine_->failure(), {}};
    if (ending != run_ending::finished) return {false, "did not finish: " + machine_->waiting(), {}};
    return machine_->check();
  }

 private:
  parameter_set set_;
  Parameters parameters_;
  std::unique_ptr<Machine> machine_;
};

}  // namespace mimd::test

#endif
