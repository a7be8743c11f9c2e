// The network and what drives it, in simulated time: one SystemC process hands the clock to a traffic driver
// and follows it, so that run control, --max-time and Ctrl-C are those of every machine.
//
// Some runs are several measurements, one after the other, each of a network of its own: a sweep of loads,
// the search for saturation. What registered statistics say of latency and links is then that of the highest
// load that was not saturated.
#ifndef MIMD_PLATFORMS_NOC_NOC_MACHINE_H
#define MIMD_PLATFORMS_NOC_NOC_MACHINE_H

#include <limits>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "infrastructure/statistics.h"
#include "infrastructure/transaction_log.h"
#include "platforms/noc/noc_parameters.h"
#include "platforms/noc/noc_waves.h"
#include "platforms/noc/packet_log.h"
#include "tb/traffic/packet_trace.h"
#include "tb/traffic/traffic_driver.h"

namespace mimd {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// One measurement of an open loop.
struct measured_point {
  double load = 0;
  double offered = unknown;
  double accepted = unknown;
  std::uint64_t packets = 0;
  double packet_mean = unknown;
  std::uint64_t packet_p50 = 0;
  std::uint64_t packet_p99 = 0;
  std::uint64_t packet_max = 0;
  double network_mean = unknown;
  double flit_mean = unknown;
  double hops_mean = unknown;
  bool saturated = false;
  bool partial = false;  // ended by force
};

class noc_machine : public sc_core::sc_module {
 public:
  noc_machine(const sc_core::sc_module_name& name, const noc_parameters& parameters,
              const noc_structure& structure);
  ~noc_machine() override;

  // One of these, before the simulation starts. Errors are exceptions with one line.
  void load_workload(const std::string& workload);
  void load_trace(const std::string& file);

  void record(trace_recorder* recorder, transaction_log* log);
  void limit_time(time_ps max_time);
  // Before the run: what the machine is. After it also what a sweep found.
  void register_statistics(statistics& all);
  void register_points(statistics& all);

  bool finished() const { return finished_; }
  std::string waiting() const;  // one line: who waits, if nothing moves any more
  // The run was ended by force: what was measured until now is the result.
  void stop();

  time_ps finish_time() const { return now() * parameters_.period; }
  std::uint64_t packets() const;               // arrived, in all measurements
  noc::cycle cycles() const { return now(); }  // of all measurements
  double share_done() const;                   // negative where unknown

  const tb::traffic_results& results() const { return results_; }
  const std::vector<measured_point>& points() const { return points_; }
  double zero_load() const { return zero_load_; }
  double saturation() const { return saturation_; }
  noc::cycle finish_cycle() const { return finish_cycle_; }  // of a batch or trace

 private:
  void run();
  void run_once();
  void sweep();
  void search();
  // Measures one point; stops at once when it is sure to be saturated.
  const measured_point& measure(double load);
  void measure_zero_load();
  void drive(std::unique_ptr<tb::traffic_driver> driver);
  void follow();
  void keep_results(bool partial);
  noc::cycle now() const { return base_ + (network_ ? network_->now() : 0); }

  const noc_parameters& parameters_;
  const noc_structure& structure_;
  enum class plan { open_loop, batch, trace, sweep, saturation } plan_ = plan::open_loop;
  std::unique_ptr<tb::packet_trace> trace_;
  std::unique_ptr<packet_log> log_;
  std::unique_ptr<noc_waves> waves_;
  noc::cycle last_cycle_;

  noc::cycle base_ = 0;  // when the present network began
  std::unique_ptr<noc::network> network_;
  std::unique_ptr<tb::traffic_driver> driver_;
  std::uint64_t packets_before_ = 0;
  double load_ = unknown;  // offered, of an open loop
  double latency_limit_;
  double backlog_limit_;

  tb::traffic_results results_;
  network_events events_;
  double kept_load_ = 0;
  std::vector<measured_point> points_;
  double zero_load_ = unknown;
  double saturation_ = unknown;
  noc::cycle finish_cycle_ = 0;
  bool finished_ = false;
};

}  // namespace mimd

#endif
