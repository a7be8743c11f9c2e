// The waves and the transaction log of a run, as the command line asks for them.
//
// Those of a run that turns out to be impossible do not stay: until keep() they are removed with the object.
#ifndef MIMD_PLATFORMS_SUPPORT_RUN_OUTPUTS_H
#define MIMD_PLATFORMS_SUPPORT_RUN_OUTPUTS_H

#include <filesystem>
#include <memory>
#include <vector>

#include "infrastructure/trace.h"
#include "infrastructure/transaction_log.h"
#include "platforms/support/command_line.h"

namespace mimd {

class run_outputs {
 public:
  // Opens the log. The waves start with start(), after the machine has registered its signals.
  explicit run_outputs(const command_line& line);
  ~run_outputs();
  run_outputs(const run_outputs&) = delete;
  run_outputs& operator=(const run_outputs&) = delete;

  trace_recorder* recorder() { return recorder_.get(); }  // nullptr: none asked for
  transaction_log* log() { return log_.get(); }

  void start();
  void keep() { files_.clear(); }
  void finish(time_ps end);

 private:
  void opened_waves();

  const command_line& line_;
  std::vector<std::filesystem::path> files_;
  std::unique_ptr<trace_recorder> recorder_;
  std::unique_ptr<transaction_log> log_;
};

}  // namespace mimd

#endif
