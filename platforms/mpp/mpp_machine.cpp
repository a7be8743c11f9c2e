#include "platforms/mpp/mpp_machine.h"

#include <algorithm>
#include <stdexcept>

#include "infrastructure/kernel_time.h"
#include "tb/message_passing/open_message_trace.h"

namespace mimd {

namespace {

// Events between two looks of the kernel at Ctrl-C and the clock: some tens of milliseconds.
constexpr std::uint64_t few_events = 50'000;
constexpr std::uint64_t many_events = 200'000;
constexpr std::uint32_t told = 8;            // ranks that a report names
constexpr unsigned requests_at_a_time = 64;  // receives of a zoomed rank

}  // namespace

mpp_machine::mpp_machine(const sc_core::sc_module_name& name, const mpp_parameters& parameters,
                         std::uint64_t seed)
    : sc_module(name),
      parameters_(parameters),
      seed_(seed),
      ranks_(parameters.nodes()),
      shape_(parameters.make_network(shape_wheel_, ranks_)) {
  SC_HAS_PROCESS(mpp_machine);
  SC_THREAD(run);
  if (!parameters_.is_zoomed) return;
  const unsigned requests = requests_at_a_time + 4 * parameters_.updates;
  zoom_ = std::make_unique<zoomed_node>("zoom", parameters_.zoom, ranks_, parameters_.size.value, requests,
                                        parameters_.algorithms, seed);
}

mpp_machine::~mpp_machine() = default;

void mpp_machine::record(trace_recorder* recorder, transaction_log* log) {
  recorder_ = recorder;
  log_ = log;
  if (recorder == nullptr) return;
  for (const std::uint32_t rank : parameters_.waves)
    if (rank >= ranks_)
      throw std::runtime_error("report.waves: there is no rank " + std::to_string(rank) + ", the last is " +
                               std::to_string(ranks_ - 1));
  if (!parameters_.waves.empty()) waves_ = std::make_unique<rank_waves>(*recorder, name(), parameters_.waves);
  if (zoom_) zoom_->declare_traces(*recorder);
}

void mpp_machine::flush_traces() {
  if (recorder_ != nullptr) recorder_->advance(now_ps());
}

void mpp_machine::load_trace(const std::string& file) {
  if (tb::is_goal_schedule(file)) {
    goal_ = std::make_unique<tb::goal_program>(file);
    ranks_ = goal_->ranks();
  } else {
    ti_ = std::make_unique<tb::ti_trace>(file, parameters_.flops_per_second);
    ranks_ = ti_->ranks();
  }
  const std::string has = file + ": has " + std::to_string(ranks_) + " ranks, but ";
  if (parameters_.node_count != 0 && parameters_.node_count != ranks_)
    throw std::runtime_error(has + "node.count is " + std::to_string(parameters_.node_count));
  if (parameters_.model != network_model::loggops && ranks_ > shape_->nodes())
    throw std::runtime_error(has + "the network has " + std::to_string(shape_->nodes()) + " nodes");
  plan_ = [this] { replay(); };
}

void mpp_machine::run() {
  try {
    plan_();
  } catch (const message_passing::program_error& e) {
    failure_ = e.what();
    return sc_core::sc_stop();
  } catch (const stands_still&) {
    return;  // the kernel runs out of events
  }
  finished_ = true;
}

void mpp_machine::drive() {
  if (log_ != nullptr) {
    for (std::size_t r = agents_.size(); r < ranks_; ++r) agents_.push_back("rank_" + std::to_string(r));
    run_->engine().observe(*this);
  }
  if (waves_) {
    waves_->begin(base_);
    run_->engine().watch(*waves_);
  }
  if (zoom_) return drive_zoomed();
  for (time_ps next = run_->next_time(); next != never; next = run_->next_time()) {
    const time_ps last = limit_ == never ? never : limit_ - base_;
    if (next >= last) follow(next);  // the kernel stops there
    const time_ps until = std::min(next + slice_, last == never ? never - 1 : last - 1);
    const std::uint64_t fired = run_->run_until(until);
    events_ += fired;
    if (fired < few_events) slice_ *= 2;
    if (fired > many_events && slice_ > 1) slice_ /= 2;
    follow(run_->engine().now());
  }
  if (!run_->finished()) throw stands_still{};
  finish_measurement();
}

// Events of the abstract ranks happen when the kernel's time has come to them: the zoomed node lives in it.
void mpp_machine::drive_zoomed() {
  while (!run_->finished() || run_->next_time() != never) {
    const time_ps next = run_->next_time();
    if (next <= now_ps()) {
      events_ += run_->run_until(now_ps());
    } else if (next == never) {
      sc_core::wait(zoom_->changed());
    } else {
      sc_core::wait(to_sc_time(next - now_ps()), zoom_->changed());
    }
    if (!zoom_->failure().empty()) throw message_passing::program_error(zoom_->failure());
  }
  finish_measurement();
}

void mpp_machine::follow(time_ps t) {
  finish_time_ = base_ + t;
  if (finish_time_ > now_ps()) sc_core::wait(to_sc_time(finish_time_ - now_ps()));
}

void mpp_machine::finish_measurement() {
  follow(run_->engine().finish_time());
  if (run_->engine().unreceived() != 0) throw message_passing::program_error(run_->engine().waiting(told));
}

time_ps mpp_machine::measure(message_passing::operation_stream& stream, std::uint32_t ranks,
                             const mpp_parameters& machine) {
  messages_before_ = messages();
  operations_before_ = operations();
  base_ = now_ps();
  run_ = std::make_unique<mpp_run>(machine, ranks, stream, seed_);
  if (zoom_) zoom_->run_on(run_->engine(), stream);
  drive();
  return run_->engine().finish_time();
}

void mpp_machine::replay() {
  if (ti_) {
    const time_ps time = measure(*ti_, ranks_, parameters_);
    return add("trace", 0, time);
  }
  run_ = std::make_unique<mpp_run>(parameters_, *goal_, seed_);
  drive();
  add("schedule", 0, run_->engine().finish_time());
}

void mpp_machine::delivered(const message_passing::message& m, time_ps at) {
  transaction_record r;
  r.id = ++logged_;
  r.begin = base_ + m.sent;
  r.end = base_ + at;
  r.type = (m.tag & message_passing::collective_tag) != 0 ? "collective" : "message";
  r.agent = agents_[m.sender].c_str();
  r.address = m.receiver;
  r.size = static_cast<std::uint32_t>(std::min<std::uint64_t>(m.size, ~std::uint32_t{0}));
  r.outcome = agents_[m.receiver].c_str();
  log_->record(r);
}

void mpp_machine::add(const std::string& what, std::uint64_t bytes, time_ps time, double rate,
                      std::uint32_t hops) {
  results_.push_back({what, bytes, hops, time, rate});
}

std::string mpp_machine::waiting() const {
  return run_ ? run_->engine().waiting(told) : "";
}

double mpp_machine::share_done() const {
  return run_ ? static_cast<double>(run_->engine().finished()) / run_->engine().ranks() : 0;
}

std::uint64_t mpp_machine::messages() const {
  return messages_before_ + (run_ ? run_->engine().counts().messages : 0);
}

std::uint64_t mpp_machine::operations() const {
  return operations_before_ + (run_ ? run_->engine().counts().operations : 0);
}

message_passing::rank_times mpp_machine::times() const {
  message_passing::rank_times sum;
  for (std::uint32_t r = 0; run_ && r < run_->engine().ranks(); ++r) {
    const message_passing::rank_times& t = run_->engine().times(r);
    sum.compute += t.compute;
    sum.send += t.send;
    sum.receive += t.receive;
    sum.wait += t.wait;
  }
  return sum;
}

}  // namespace mimd
