// A multicomputer inside a test, and programs for it that are a function for each rank.
#ifndef MIMD_TESTS_SUPPORT_NORMA_IN_PROCESS_H
#define MIMD_TESTS_SUPPORT_NORMA_IN_PROCESS_H

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "platforms/norma/norma_machine.h"
#include "tests/support/machine_in_process.h"

namespace mimd::test {

using norma_in_process = machine_in_process<norma_parameters, norma_machine>;

using rank_function = std::function<void(communicator&)>;

class rank_functions final : public tb::message_workload {
 public:
  explicit rank_functions(std::vector<rank_function> functions) : functions_(std::move(functions)) {}
  void prepare(tb::private_memories&) override {}
  void run(communicator& ranks) override {
    if (ranks.rank() < functions_.size() && functions_[ranks.rank()]) functions_[ranks.rank()](ranks);
  }
  tb::verdict check(tb::private_memories&) override { return {true, "", {}}; }

 private:
  std::vector<rank_function> functions_;
};

// One function for each node.
inline tb::verdict run_ranks(norma_in_process& machine, std::vector<rank_function> functions,
                             time_ps max_time = never) {
  machine.machine().load_messages(std::make_unique<rank_functions>(std::move(functions)));
  return machine.run(max_time);
}

}  // namespace mimd::test

#endif
