// The shared-bus machine assembled: processors, caches, bus, memory, I/O; and its program.
#ifndef MIMD_PLATFORMS_UMA_UMA_MACHINE_H
#define MIMD_PLATFORMS_UMA_UMA_MACHINE_H

#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "cache/miss_classifier.h"
#include "coherence/coherence_checker.h"
#include "coherence/row_coverage.h"
#include "infrastructure/statistics.h"
#include "infrastructure/trace.h"
#include "infrastructure/transaction_log.h"
#include "platforms/uma/uma_parameters.h"
#include "tb/traces/replay.h"
#include "tb/workload.h"

namespace mimd {

class uma_machine : public sc_core::sc_module, public tb::memory_image, private tb::blocker {
 public:
  static constexpr address_t device_base = address_t{1} << 48;  // register windows, above any memory

  uma_machine(const sc_core::sc_module_name& name, const uma_parameters& parameters, timing_mode timing,
              std::uint64_t seed, bool check_coherence);
  ~uma_machine() override;

  // One of these, before the simulation starts. Errors are std::runtime_error or std::invalid_argument, one
  // line.
  void load_workload(const std::string& workload_name);
  void load_program(std::unique_ptr<tb::workload> workload);
  void load_traces(const std::vector<std::string>& paths);
  static std::vector<tb::workload_description> workloads();

  void record(trace_recorder* recorder, transaction_log* log);
  void register_statistics(statistics& all);

  // All programs have ended, and what they set going on the bus, too (write-backs).
  bool finished() const { return finished_; }
  bool failed() const;
  std::string failure() const;  // one line: which processor gave up, and why
  const std::string& bad_input() const {
    return bad_input_;
  }                             // one line: what is wrong in a trace; "" if nothing
  std::string waiting() const;  // one line: who waits for what
  // The program's verdict on its result and the checker's on coherence. After the run.
  tb::verdict check();
  time_ps finish_time() const;
  std::uint64_t accesses() const;
  double share_done() const;  // negative where unknown
  void flush_traces();

  snooping_bus<>& bus() { return bus_; }
  const coherence_checker* checker() const { return checker_.get(); }
  const row_coverage& rows() const { return coverage_; }  // counted only while coherence is checked
  cpu<>& processor_at(unsigned i) { return *cpus_[i]; }
  cache<>* cache_at(unsigned i) { return caches_.empty() ? nullptr : caches_[i].get(); }

  // memory_image: coherent, without time
  void read(address_t address, void* data, std::uint64_t size) override;
  void write(address_t address, const void* data, std::uint64_t size) override;
  std::uint64_t size() const override { return parameters_.memory.size; }

 protected:
  void start_of_simulation() override;

 private:
  // blocker
  void block(processor& cpu) override;
  void wake(unsigned processor, time_ps not_before) override;

  void start(std::function<void(processor&)> program);
  void program_ended();
  void register_cpu(statistics& all, unsigned i);
  void register_cache(statistics& all, unsigned i);
  void register_bus(statistics& all);

  uma_parameters parameters_;
  timing_mode timing_;
  snooping_bus<> bus_;
  memory<> memory_;
  std::vector<std::unique_ptr<cpu<>>> cpus_;
  std::vector<std::unique_ptr<cache<>>> caches_;
  std::unique_ptr<disk<>> disk_;
  std::unique_ptr<tape<>> tape_;
  std::unique_ptr<dma_engine<>> dma_;
  sc_core::sc_signal<bool, sc_core::SC_MANY_WRITERS> interrupt_{"interrupt"};
  std::unique_ptr<coherence_checker> checker_;
  row_coverage coverage_;  // with the checker
  write_history history_;
  std::unique_ptr<tb::workload> workload_;
  std::unique_ptr<tb::trace_replay> replay_;
  trace_recorder* recorder_ = nullptr;
  transaction_log* log_ = nullptr;
  unsigned running_ = 0;
  bool finished_ = false;
  std::string bad_input_;
  std::vector<std::pair<std::string, double>> results_;
};

}  // namespace mimd

#endif
