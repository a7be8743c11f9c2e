#include "platforms/noc/noc_machine.h"

#include <algorithm>
#include <stdexcept>

#include "infrastructure/kernel_time.h"
#include "tb/traffic/batch.h"
#include "tb/traffic/trace_driver.h"

namespace mimd {

namespace {

// Between two looks of the kernel at Ctrl-C and the clock: a few milliseconds of the slowest network.
constexpr std::uint64_t steps_at_once = 64;
constexpr time_ps longest = never / 2;
// Beyond this multiple of what counts as saturated, a measurement is not worth its time.
constexpr double hopeless = 2;

}  // namespace

noc_machine::noc_machine(const sc_core::sc_module_name& name, const noc_parameters& parameters,
                         const noc_structure& structure)
    : sc_module(name),
      parameters_(parameters),
      structure_(structure),
      last_cycle_(longest / parameters.period),
      latency_limit_(parameters.open_loop.latency_limit),
      backlog_limit_(parameters.open_loop.backlog_limit) {
  results_.terminals = structure.shape->terminals();
  results_.loads.resize(structure.shape->channels().size());
  SC_HAS_PROCESS(noc_machine);
  SC_THREAD(run);
}

noc_machine::~noc_machine() = default;

void noc_machine::load_workload(const std::string& workload) {
  if (workload == "open-loop") plan_ = plan::open_loop;
  if (workload == "batch") plan_ = plan::batch;
  if (workload == "sweep") plan_ = plan::sweep;
  if (workload == "saturation") plan_ = plan::saturation;
  if (structure_.mix->kinds().size() > 1) results_.classes.resize(structure_.mix->kinds().size());
}

void noc_machine::load_trace(const std::string& file) {
  plan_ = plan::trace;
  trace_ = std::make_unique<tb::packet_trace>(file, structure_.shape->terminals(),
                                              parameters_.network.virtual_networks);
  if (trace_->classes() > 1) results_.classes.resize(trace_->classes());
}

void noc_machine::record(trace_recorder* recorder, transaction_log* log) {
  if (recorder != nullptr)
    waves_ = std::make_unique<noc_waves>(*recorder, *structure_.shape, parameters_.period);
  if (log != nullptr) log_ = std::make_unique<packet_log>(*log, *structure_.shape, parameters_.period);
}

void noc_machine::limit_time(time_ps max_time) {
  last_cycle_ = (std::min(max_time, longest) - 1) / parameters_.period;
}

std::string noc_machine::waiting() const {
  return driver_ ? driver_->who_waits() : "";
}

std::uint64_t noc_machine::packets() const {
  return packets_before_ + (driver_ ? driver_->packets() : 0);
}

double noc_machine::share_done() const {
  if (plan_ == plan::sweep || plan_ == plan::saturation) return -1;
  return driver_ ? driver_->share_done() : 0;
}

void noc_machine::run() {
  switch (plan_) {
    case plan::sweep:
      sweep();
      break;
    case plan::saturation:
      search();
      break;
    case plan::open_loop:
      measure(parameters_.open_loop.injection.load);
      break;
    case plan::batch:
    case plan::trace:
      run_once();
      break;
  }
  finished_ = true;
}

void noc_machine::run_once() {
  network_ = parameters_.make_network(structure_);
  if (plan_ == plan::trace) {
    auto driver = std::make_unique<tb::trace_driver>(*network_, *structure_.shape, *trace_);
    const tb::trace_driver& d = *driver;
    drive(std::move(driver));
    finish_cycle_ = d.finish_cycle();
  } else {
    auto driver = std::make_unique<tb::batch>(*network_, *structure_.shape, *structure_.pattern,
                                              *structure_.mix, parameters_.batch);
    const tb::batch& d = *driver;
    drive(std::move(driver));
    finish_cycle_ = d.finish_cycle();
  }
  network_->check_drained();
  keep_results(false);
}

// Hands the clock to the driver until it is done. Never comes back from a network that stands still, or from
// the end of time: then the kernel runs out of events, or into its own limit.
void noc_machine::drive(std::unique_ptr<tb::traffic_driver> driver) {
  driver_ = std::move(driver);
  if (log_) {
    log_->set_base(base_);
    driver_->observe(*log_);
  }
  if (waves_) {
    waves_->follow(*network_, base_);
    driver_->observe(*waves_);
    driver_->observe_cycles(*waves_);
  }
  driver_->set_last_cycle(last_cycle_ > base_ ? last_cycle_ - base_ : 0);
  while (!driver_->work(steps_at_once)) follow();
  follow();
  if (driver_->finished()) return;
  if (driver_->stuck()) {
    const sc_core::sc_event forever;
    sc_core::wait(forever);
  }
  sc_core::wait(to_sc_time(never - now_ps()));
}

void noc_machine::follow() {
  const time_ps time = now() * parameters_.period;
  if (time > now_ps()) sc_core::wait(to_sc_time(time - now_ps()));
}

const measured_point& noc_machine::measure(double load) {
  base_ = now();
  packets_before_ = packets();
  driver_.reset();
  network_ = parameters_.make_network(structure_);
  load_ = load;
  tb::open_loop_parameters p = parameters_.open_loop;
  p.injection.load = load;
  p.latency_limit = latency_limit_;
  p.backlog_limit = backlog_limit_;
  drive(
      std::make_unique<tb::open_loop>(*network_, *structure_.shape, *structure_.pattern, *structure_.mix, p));
  keep_results(false);
  return points_.back();
}

void noc_machine::measure_zero_load() {
  const auto network = parameters_.make_network(structure_);
  const std::uint32_t terminals = structure_.shape->terminals();
  constexpr std::uint32_t packets = 4096;
  zero_load_ = tb::zero_load_latency(*network, *structure_.pattern, *structure_.mix,
                                     parameters_.open_loop.seed, std::max(1u, packets / terminals));
  latency_limit_ = backlog_limit_ = hopeless * parameters_.saturation.latency_factor * zero_load_;
}

void noc_machine::search() {
  measure_zero_load();
  tb::saturation_rule rule = parameters_.saturation;
  const double possible = tb::highest_load(parameters_.open_loop.injection, structure_.mix->mean_flits());
  rule.highest = std::min(rule.highest, possible);
  saturation_ = tb::find_saturation(rule, [this](double load) { return measure(load).saturated; });
  std::sort(points_.begin(), points_.end(),
            [](const measured_point& a, const measured_point& b) { return a.load < b.load; });
}

void noc_machine::sweep() {
  search();
  backlog_limit_ =
      std::numeric_limits<double>::infinity();  // what an overloaded network accepts is asked for
  std::vector<double> loads = parameters_.loads;
  if (loads.empty()) {
    // Closer together near saturation, where the curve bends.
    for (unsigned i = 1; i <= parameters_.points; ++i) {
      const double x = static_cast<double>(i) / parameters_.points;
      loads.push_back(saturation_ * x * (1.6 - 0.6 * x));
    }
  }
  points_.clear();
  for (const double load : loads) {
    if (load > 0) measure(load);
  }
}

// A measurement is over, or (partial) was ended by force.
void noc_machine::keep_results(bool partial) {
  const tb::traffic_results& r = driver_->results();
  measured_point m;
  m.load = load_;
  if (r.cycles != 0) {
    m.offered = r.offered();
    m.accepted = r.accepted();
  }
  m.packets = r.all.packet.count();
  if (m.packets != 0) {
    m.packet_mean = r.all.packet.mean();
    m.packet_p50 = r.all.packet.percentile(50);
    m.packet_p99 = r.all.packet.percentile(99);
    m.packet_max = r.all.packet.max();
    m.network_mean = r.all.network.mean();
    m.flit_mean = r.all.flit.mean();
    m.hops_mean = r.all.hops.mean();
  }
  m.partial = partial;
  m.saturated = !partial && tb::is_saturated(parameters_.saturation, r, zero_load_);
  points_.push_back(m);
  if (points_.size() > 1 && (partial || m.saturated || m.load < kept_load_)) return;
  kept_load_ = m.saturated ? 0 : m.load;
  // Element by element: statistics refer to them.
  std::copy(r.loads.begin(), r.loads.end(), results_.loads.begin());
  std::copy(r.classes.begin(), r.classes.end(), results_.classes.begin());
  results_.cycles = r.cycles;
  results_.all = r.all;
  results_.created_packets = r.created_packets;
  results_.created_flits = r.created_flits;
  results_.accepted_packets = r.accepted_packets;
  results_.accepted_flits = r.accepted_flits;
  events_ = count_events(*structure_.shape, results_.loads);
}

void noc_machine::stop() {
  if (!driver_ || driver_->finished()) return;
  driver_->stop();
  keep_results(true);
}

}  // namespace mimd
