#include "platforms/shared_memory/shared_memory_machine.h"

#include <algorithm>
#include <stdexcept>

#include "tb/traces/open_trace.h"

namespace mimd {

shared_memory_machine::shared_memory_machine(const sc_core::sc_module_name& name,
                                             const shared_memory_parameters& parameters, timing_mode timing,
                                             std::uint64_t seed)
    : sc_module(name), parameters_(parameters), timing_(timing), seed_(seed) {}

shared_memory_machine::~shared_memory_machine() = default;

void shared_memory_machine::build_processors(const snooping_protocol& protocol) {
  const unsigned count = parameters_.processors.count;
  for (unsigned i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    cpus_.push_back(
        std::make_unique<cpu<>>(("cpu_" + number).c_str(), parameters_.processors.model, timing_, i, count));
    if (!parameters_.caches.present()) continue;
    caches_.push_back(std::make_unique<cache<>>(("cache_" + number).c_str(), parameters_.caches.model,
                                                protocol, timing_, seed_ + i));
    cpus_[i]->data.bind(caches_[i]->data);
    cpus_[i]->instruction.bind(caches_[i]->instruction);
    if (parameters_.caches.classify_misses) caches_[i]->classify_misses(history_, i);
  }
}

coherence_checker* shared_memory_machine::build_checker(const snooping_protocol& protocol,
                                                        std::vector<std::string> agents,
                                                        coherence_checker::state_reader state) {
  checker_ = std::make_unique<coherence_checker>(protocol, std::move(agents), parameters_.caches.line(),
                                                 std::move(state));
  for (unsigned i = 0; i < caches_.size(); ++i) {
    caches_[i]->set_observer(checker_.get(), i);
    caches_[i]->set_row_coverage(&coverage_);
  }
  return checker_.get();
}

// --- programs
// -------------------------------------------------------------------------------------------------------

std::vector<tb::workload_description> shared_memory_machine::workloads_and(
    std::vector<tb::workload_description> own) {
  std::vector<tb::workload_description> all = tb::shared_memory_workloads();
  all.push_back(tb::synthetic::describe());
  all.insert(all.end(), own.begin(), own.end());
  std::sort(all.begin(), all.end(), [](const tb::workload_description& a, const tb::workload_description& b) {
    return a.name < b.name;
  });
  return all;
}

void shared_memory_machine::load_workload(const std::string& workload_name) {
  if (workload_name == tb::synthetic::describe().name) {
    load_program(std::make_unique<tb::synthetic>(parameters_.programs.synthetic));
    return;
  }
  if (auto own = make_own_workload(workload_name)) {
    load_program(std::move(own));
    return;
  }
  for (const tb::workload_description& w : tb::shared_memory_workloads()) {
    if (w.name == workload_name) load_program(w.make(parameters_.programs.workload));
  }
}

void shared_memory_machine::load_program(std::unique_ptr<tb::workload> workload) {
  workload_ = std::move(workload);
  start([this](processor& p) { workload_->run(p); });
}

void shared_memory_machine::load_traces(const std::vector<std::string>& paths) {
  auto streams = tb::open_traces(paths);
  if (streams.size() > cpus_.size()) {
    throw std::invalid_argument("the traces have " + std::to_string(streams.size()) +
                                " threads, but cpu.count is " + std::to_string(cpus_.size()));
  }
  replay_ = std::make_unique<tb::trace_replay>(std::move(streams), parameters_.programs.replay,
                                               static_cast<tb::blocker&>(*this));
  start([this](processor& p) {
    try {
      replay_->run(p);
    } catch (
        const std::runtime_error& e) {  // the trace itself; an access that fails is the processor's to tell
      if (bad_input_.empty()) bad_input_ = e.what();
      throw;
    }
  });
}

void shared_memory_machine::refuse(const std::string& reason) {
  if (bad_input_.empty()) bad_input_ = reason;
  agenda::of_simulation().pause();
}

void shared_memory_machine::start(const std::function<void(processor&)>& program) {
  running_ = processors();
  for (const auto& c : cpus_) c->run_program(program, [this] { program_ended(); });
}

void shared_memory_machine::start_of_simulation() {
  if (workload_) workload_->prepare(*this);
}

void shared_memory_machine::program_ended() {
  --running_;
  if (failed()) agenda::of_simulation().pause();
  if (running_ > 0) return;
  when_quiet([this] {
    finished_ = true;
    agenda::of_simulation().pause();
  });
}

void shared_memory_machine::block(processor& p) {
  cpus_[p.id()]->block();
}

void shared_memory_machine::wake(unsigned processor, time_ps not_before) {
  cpus_[processor]->wake(not_before);
}

}  // namespace mimd
