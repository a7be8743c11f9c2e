#include "platforms/support/run_outputs.h"

#include <string>
#include <system_error>

namespace mimd {

namespace fs = std::filesystem;

run_outputs::run_outputs(const command_line& line) : line_(line) {
  if (!line.vcd.empty()) {
    recorder_ = std::make_unique<trace_recorder>(
        trace_options{line.vcd, line.trace_scope, line.trace_from, line.trace_to});
  }
  if (!line.transactions.empty()) {
    log_ = std::make_unique<transaction_log>(line.transactions);
    files_.emplace_back(line.transactions);
  }
}

run_outputs::~run_outputs() {
  recorder_.reset();  // closes its file
  log_.reset();
  std::error_code error;
  for (const fs::path& file : files_) {
    if (fs::is_regular_file(fs::symlink_status(file, error))) fs::remove(file, error);
  }
}

void run_outputs::start() {
  if (!recorder_) return;
  recorder_->start();
  opened_waves();
}

// The waves, and beside them the save file and its filters.
void run_outputs::opened_waves() {
  const fs::path vcd = line_.vcd;
  files_.push_back(vcd);
  if (!fs::is_regular_file(vcd)) return;
  files_.push_back(fs::path(vcd).replace_extension(".gtkw"));
  const std::string stem = vcd.stem().string() + '.';
  for (const auto& file : fs::directory_iterator(fs::absolute(vcd).parent_path())) {
    const std::string name = file.path().filename().string();
    if (name.rfind(stem, 0) == 0 && file.path().extension() == ".filter") files_.push_back(file.path());
  }
}

void run_outputs::finish(time_ps end) {
  if (recorder_) recorder_->finish(end);
  if (log_) log_->finish();
}

}  // namespace mimd
