// What every shared-memory machine is made of, whatever joins its processors: processors with private caches,
// the coherence checker, the program they run, its verdict, waves and statistics.
//
// A machine derives from it. Its constructor builds its interconnect and memories, calls build_processors(),
// binds what that built, and calls build_checker() last if coherence is to be checked. What else is its own
// it tells through the virtual functions below; none of them is called for an access. Processors are numbered
// through the whole machine, and are called cpu_0, cpu_1 ... wherever they live.
#ifndef MIMD_PLATFORMS_SHARED_MEMORY_SHARED_MEMORY_MACHINE_H
#define MIMD_PLATFORMS_SHARED_MEMORY_SHARED_MEMORY_MACHINE_H

#include <functional>
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
#include "platforms/shared_memory/shared_memory_parameters.h"
#include "tb/traces/replay.h"
#include "tb/workload.h"

namespace mimd {

class shared_memory_machine : public sc_core::sc_module, public tb::memory_image, private tb::blocker {
 public:
  ~shared_memory_machine() override;

  // One of these, before the simulation starts. Errors are std::runtime_error or std::invalid_argument, one
  // line.
  void load_workload(const std::string& workload_name);
  void load_program(std::unique_ptr<tb::workload> workload);
  void load_traces(const std::vector<std::string>& paths);

  void record(trace_recorder* recorder, transaction_log* log);
  void register_statistics(statistics& all);

  // All programs have ended, and what they set going in the interconnect, too (write-backs).
  bool finished() const { return finished_; }
  bool failed() const { return !failure().empty(); }
  std::string failure() const;  // one line: which processor gave up, and why
  // One line: what is wrong in a trace, or with the machine for it; "" if nothing.
  const std::string& bad_input() const { return bad_input_; }
  std::string waiting() const;  // one line: who waits for what
  // The program's verdict on its result and the checker's on coherence. After the run.
  tb::verdict check();
  void account_polls();  // of a run that has not ended: processors asleep while polling (cpu.h)
  time_ps finish_time() const;
  std::uint64_t accesses() const;
  double share_done() const;  // negative where unknown
  // Called at moments of the host's time: writes what is complete, so that its order does not depend on them.
  void flush_traces();

  const coherence_checker* checker() const { return checker_.get(); }
  const row_coverage& rows() const { return coverage_; }  // counted only while coherence is checked
  unsigned processors() const { return static_cast<unsigned>(cpus_.size()); }
  cpu<>& processor_at(unsigned i) { return *cpus_[i]; }
  cache<>* cache_at(unsigned i) { return caches_.empty() ? nullptr : caches_[i].get(); }

  // memory_image: coherent, without time
  void read(address_t address, void* data, std::uint64_t size) override;
  void write(address_t address, const void* data, std::uint64_t size) override;
  std::uint64_t size() const override { return parameters_.memory.model.size; }

 protected:
  shared_memory_machine(const sc_core::sc_module_name& name, const shared_memory_parameters& parameters,
                        timing_mode timing, std::uint64_t seed);

  // --- for the constructor of a machine

  // The processors; and, if caches.present(), a private cache for each, bound to it. Left to bind: each
  // cache's `interconnect`, or without caches each processor's `data` and `instruction`.
  void build_processors(const snooping_protocol& protocol);
  // A checker of the caches' accesses: agents 0, 1 ... are the caches, as is i of processor i; further ones
  // may follow. Returned, with counted_rows(), for the machine to give to its interconnect.
  coherence_checker* build_checker(const snooping_protocol& protocol, std::vector<std::string> agents,
                                   coherence_checker::state_reader state);
  row_coverage* counted_rows() { return &coverage_; }
  // What --list-workloads lists: the workloads of every shared-memory machine and its own, by name.
  static std::vector<tb::workload_description> workloads_and(std::vector<tb::workload_description> own = {});

  // The run ends: what is to be run does not suit the machine, for this reason, one line.
  void refuse(const std::string& reason);

  // --- what a machine adds

  // After the run, one line: data that is nowhere any more; or "".
  virtual std::string lost() const { return {}; }

  // Reads or writes the newest copy, wherever it is, without time.
  virtual void debug_access(address_t address, std::uint8_t* data, unsigned size, bool write) = 0;
  // Calls `then` once, when nothing is under way in the interconnect: now, or later.
  virtual void when_quiet(std::function<void()> then) = 0;
  virtual std::string waiting_inside() const = 0;  // one line: what is stuck in the interconnect; or ""
  // Until when no event that is still to be recorded can lie (loosely timed ones lie ahead of `now`).
  virtual time_ps recorded_until(time_ps now) const = 0;
  virtual void record_interconnect(trace_recorder* recorder, transaction_log* log) = 0;  // nullptr: none
  virtual void record_others(trace_recorder&) {}                                         // devices ...
  // Of interconnect, memories, devices; between the processors' and the checker's.
  virtual void register_inside(statistics& all) = 0;
  // A workload that only this machine knows; nullptr: it has none of that name.
  virtual std::unique_ptr<tb::workload> make_own_workload(const std::string&) { return nullptr; }

  void start_of_simulation() override;

 private:
  // blocker
  void block(processor& cpu) override;
  void wake(unsigned processor, time_ps not_before) override;

  void start(const std::function<void(processor&)>& program);
  void program_ended();

  shared_memory_parameters parameters_;
  timing_mode timing_;
  std::uint64_t seed_;
  std::vector<std::unique_ptr<cpu<>>> cpus_;
  std::vector<std::unique_ptr<cache<>>> caches_;  // one a processor, or none
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
};

}  // namespace mimd

#endif
