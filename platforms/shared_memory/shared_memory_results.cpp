// The machine after, or during, its run: its verdict, who waits, waves, statistics.
#include <algorithm>

#include "platforms/shared_memory/component_statistics.h"
#include "platforms/shared_memory/shared_memory_machine.h"

namespace mimd {

void shared_memory_machine::read(address_t address, void* data, std::uint64_t size) {
  debug_access(address, static_cast<std::uint8_t*>(data), static_cast<unsigned>(size), false);
}

void shared_memory_machine::write(address_t address, const void* data, std::uint64_t size) {
  debug_access(address, static_cast<std::uint8_t*>(const_cast<void*>(data)), static_cast<unsigned>(size),
               true);
}

std::string shared_memory_machine::failure() const {
  for (const auto& c : cpus_) {
    if (!c->failure().empty()) return c->failure();
  }
  return {};
}

std::string shared_memory_machine::waiting() const {
  std::string text;
  for (const auto& c : cpus_) {
    const std::string one = c->waiting();
    if (!one.empty()) text += (text.empty() ? "" : "; ") + one;
  }
  if (replay_) {
    for (const std::string& one : replay_->waiting()) text += "; " + one;
  }
  const std::string inside = waiting_inside();
  return inside.empty() ? text : text + "; " + inside;
}

tb::verdict shared_memory_machine::check() {
  tb::verdict v{true, "", {}};
  if (workload_) v = workload_->check(*this);
  if (replay_) v.text = std::to_string(replay_->records()) + " trace records replayed";
  if (checker_) {
    checker_->compare(
        [this](address_t address, std::uint8_t* data, unsigned size) { read(address, data, size); });
    const std::string nowhere = lost();
    if (!nowhere.empty()) {
      v.correct = false;
      v.text = nowhere;
    } else if (checker_->violation_count() != 0) {
      v.correct = false;
      v.text = checker_->violations().front();
    } else {
      v.text += "; " + std::to_string(checker_->accesses_checked()) + " accesses coherent";
    }
  }
  return v;
}

void shared_memory_machine::account_polls() {
  for (const auto& c : cpus_) c->account_polls();
}

time_ps shared_memory_machine::finish_time() const {
  time_ps latest = 0;
  for (const auto& c : cpus_)
    latest = std::max(latest, c->finished() ? c->counters().finish_ps : c->local_time());
  return latest;
}

std::uint64_t shared_memory_machine::accesses() const {
  std::uint64_t n = 0;
  for (const auto& c : cpus_) {
    const cpu_counters& k = c->counters();
    n += k.loads + k.stores + k.fetches + k.atomics + k.synchronisation;
  }
  return n;
}

double shared_memory_machine::share_done() const {
  return replay_ ? replay_->share_done() : -1;
}

// --- waves and statistics
// -------------------------------------------------------------------------------------------

void shared_memory_machine::record(trace_recorder* recorder, transaction_log* log) {
  recorder_ = recorder;
  log_ = log;
  record_interconnect(recorder, log);
  if (!recorder) return;
  for (unsigned i = 0; i < cpus_.size(); ++i) {
    const std::string prefix = std::string(name()) + ".cpu_" + std::to_string(i);
    cpus_[i]->declare_traces(*recorder, prefix);
    if (!caches_.empty()) caches_[i]->declare_traces(*recorder, prefix + ".l1");
  }
  record_others(*recorder);
}

void shared_memory_machine::flush_traces() {
  const time_ps complete = recorded_until(now_ps());
  if (recorder_) recorder_->advance(complete);
  if (log_) log_->advance(complete);
}

void shared_memory_machine::register_statistics(statistics& all) {
  all.add(
      "time_ps", [this] { return finish_time(); }, "simulated time at which the last program ended");
  for (unsigned i = 0; i < cpus_.size(); ++i) {
    const std::string prefix = "cpu_" + std::to_string(i);
    register_cpu(all, prefix, *cpus_[i], parameters_.processors.model);
    if (!caches_.empty()) register_cache(all, prefix, *caches_[i]);
  }
  register_inside(all);
  if (checker_) {
    all.add(
        "coherence.accesses_checked", [this] { return checker_->accesses_checked(); },
        "accesses the checker saw");
    all.add(
        "coherence.violations", [this] { return checker_->violation_count(); }, "violations it found");
    all.add(
        "coherence.rows_exercised", [this] { return std::uint64_t{coverage_.exercised()}; },
        "rows of the protocol's table that happened, those that depend on the shared line twice");
  }
}

}  // namespace mimd
