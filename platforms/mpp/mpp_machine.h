// A massively parallel machine in simulated time: one SystemC process drives the message layer, in which all
// nodes are passive, and follows it with the kernel's clock, so that run control, --max-time and Ctrl-C are
// those of every machine.
//
// Some workloads are several measurements, one after the other, each on an idle machine; registered
// statistics are those of the last one.
#ifndef MIMD_PLATFORMS_MPP_MPP_MACHINE_H
#define MIMD_PLATFORMS_MPP_MPP_MACHINE_H

#include <functional>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "infrastructure/statistics.h"
#include "infrastructure/trace.h"
#include "infrastructure/transaction_log.h"
#include "platforms/mpp/mpp_run.h"
#include "platforms/mpp/rank_waves.h"
#include "platforms/mpp/zoomed_node.h"
#include "tb/message_passing/skeletons.h"
#include "tb/message_passing/ti_trace.h"

namespace mimd {

// One measurement, for the table of results. What does not apply is 0.
struct mpp_result {
  std::string what;
  std::uint64_t bytes = 0;
  std::uint32_t hops = 0;
  time_ps time = 0;
  double bytes_per_second = 0;
};

class mpp_machine : public sc_core::sc_module, private message_passing::message_observer {
 public:
  mpp_machine(const sc_core::sc_module_name& name, const mpp_parameters& parameters, std::uint64_t seed);
  ~mpp_machine() override;

  static std::vector<workload_name> workloads();
  // One of these, before the simulation starts. Errors are exceptions with one line.
  void load_workload(const std::string& workload);
  void load_trace(const std::string& file);
  // recorder: of chosen ranks and the zoomed node, if there is one.
  void record(trace_recorder* recorder, transaction_log* log);
  void flush_traces();
  void limit_time(time_ps max_time) { limit_ = max_time; }
  void register_statistics(statistics& all);

  bool finished() const { return finished_; }
  std::string waiting() const;                             // one line: who waits for whom
  const std::string& failure() const { return failure_; }  // why the program could not go on
  double share_done() const;                               // of the present measurement's ranks
  time_ps finish_time() const { return finish_time_; }

  std::uint32_t ranks() const { return ranks_; }
  std::uint64_t events() const { return events_; }
  std::uint64_t messages() const;    // of all measurements
  std::uint64_t operations() const;  // likewise
  const std::vector<mpp_result>& results() const { return results_; }
  double half_size() const { return half_size_; }  // n½ in bytes, of bandwidth; else 0
  const mpp_run* last() const { return run_.get(); }
  message_passing::rank_times times() const;  // of all ranks of the last measurement

 private:
  void run();
  void drive();
  void drive_zoomed();
  struct stands_still {};  // thrown by drive(): nothing will happen any more, and nobody has finished
  void follow(time_ps t);
  time_ps measure(message_passing::operation_stream& stream, std::uint32_t ranks,
                  const mpp_parameters& machine);
  // A program that stands still leaves its thread for ever: what it runs is kept here, not on its stack.
  time_ps measure(std::unique_ptr<message_passing::operation_stream> stream, std::uint32_t ranks,
                  const mpp_parameters& machine) {
    stream_ = std::move(stream);
    return measure(*stream_, ranks, machine);
  }
  time_ps measure(std::unique_ptr<message_passing::operation_stream> stream) {
    return measure(std::move(stream), ranks_, parameters_);
  }
  void finish_measurement();
  void delivered(const message_passing::message& m, time_ps at) override;

  void add(const std::string& what, std::uint64_t bytes, time_ps time, double rate = 0,
           std::uint32_t hops = 0);
  std::uint32_t nearest() const;
  std::uint32_t farthest() const;
  const noc::train_network& shape() const { return *shape_; }
  void ping_pong();
  void ring();
  void bandwidth();
  void distance_map();
  void collective(const std::string& name, message_passing::collective c);
  void scaling();
  void halo();
  void random_updates();
  void bisection(std::uint64_t bytes);
  void survey();
  void link(const std::string& what, std::uint32_t peer, const mpp_parameters& machine);
  void replay();
  time_ps half_round_trip(std::uint32_t peer, std::uint64_t bytes);

  const mpp_parameters& parameters_;
  std::uint64_t seed_;
  std::uint32_t ranks_;
  timing_wheel shape_wheel_;                   // no event is ever in it
  std::unique_ptr<noc::train_network> shape_;  // for distances
  std::function<void()> plan_;
  std::unique_ptr<tb::ti_trace> ti_;
  std::unique_ptr<tb::goal_program> goal_;
  std::unique_ptr<message_passing::operation_stream> stream_;
  std::unique_ptr<mpp_run> run_;
  std::unique_ptr<zoomed_node> zoom_;
  trace_recorder* recorder_ = nullptr;
  std::unique_ptr<rank_waves> waves_;
  transaction_log* log_ = nullptr;
  std::vector<std::string> agents_;  // of the log, by rank
  std::uint64_t logged_ = 0;

  time_ps limit_ = never;
  time_ps base_ = 0;  // when the present measurement began
  time_ps slice_ = 1'000'000;
  std::uint64_t events_ = 0;
  std::uint64_t messages_before_ = 0;
  std::uint64_t operations_before_ = 0;
  std::vector<mpp_result> results_;
  double half_size_ = 0;
  std::string failure_;
  time_ps finish_time_ = 0;
  bool finished_ = false;
};

}  // namespace mimd

#endif
