#include "cpu/cpu.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace mimd {

namespace {

// How far a lone processor may run ahead of an idle kernel before it lets the kernel's time follow.
constexpr time_ps longest_lead = 10'000'000;

const cpu_parameters& checked(const cpu_parameters& p) {
  const std::string complaint = p.check();
  if (!complaint.empty()) throw std::invalid_argument(complaint);
  return p;
}

}  // namespace

std::string cpu_parameters::check() const {
  if (period == 0) return "cpu.clock must be below 1 THz";
  if (outstanding == 0) return "cpu.outstanding must be at least 1";
  if (store_buffer == 0) return "cpu.store_buffer must be at least 1";
  return {};
}

cpu_base::cpu_base(const sc_core::sc_module_name& name, const cpu_parameters& parameters, timing_mode timing,
                   unsigned id, unsigned count)
    : sc_module(name),
      data_port_(*this),
      instruction_port_(*this),
      parameters_(checked(parameters)),
      timing_(timing),
      id_(id),
      count_(count),
      plain_(&payloads_.allocate()),
      attributed_(&payloads_.allocate()),
      atomic_(&payloads_.allocate()),
      stores_(parameters.store_buffer) {
  attributed_->set_extension(&attributes_);
  atomic_->set_extension(&atomic_request_);
  SC_HAS_PROCESS(cpu_base);
  SC_THREAD(run);
  set_stack_size(256 * 1024);
}

cpu_base::~cpu_base() {
  attributed_->clear_extension(&attributes_);  // a payload deletes the extensions it still has
  atomic_->clear_extension(&atomic_attributes_);
  atomic_->clear_extension(&atomic_request_);
  if (draining_) draining_->clear_extension(&draining_attributes_);
}

void cpu_base::run_program(program p, std::function<void()> on_finish) {
  program_ = std::move(p);
  on_finish_ = std::move(on_finish);
}

void cpu_base::declare_traces(trace_recorder& recorder, const std::string& prefix) {
  recorder.declare(traced_operation_, prefix + ".operation",
                   trace_kind::words({"idle", "compute", "load", "store", "fetch", "atomic", "fence", "poll",
                                      "sleep", "done"}));
}

void cpu_base::run() {
  if (!program_) return;
  try {
    program_(*this);
    drain_all();
    while (!flying_.empty()) {
      const load_slot& s = *slots_[flying_.front()];
      if (timing_ == timing_mode::approximate && !s.arrived) {
        sc_core::wait(arrived_);
      } else {
        flying_.erase(flying_.begin());
      }
    }
    catch_up();
  } catch (const sc_core::sc_unwind_exception&) {  // killed; it is a std::exception too
    throw;
  } catch (const program_failed&) {
  } catch (const std::exception& error) {
    failure_ = std::string(name()) + ": " + error.what();
  }
  counters_.finish_ps = local_;
  finished_ = true;
  show(word::done);
  if (on_finish_) on_finish_();
}

void cpu_base::fail(const std::string& why) {
  failure_ = std::string(name()) + ": " + why;
  throw program_failed{};
}

std::string cpu_base::waiting() const {
  if (finished_ || !program_) return {};
  std::string text = std::string(name()) + " at " + std::to_string(local_) + " ps";
  if (awaited_) {
    std::ostringstream out;
    out << text << " waits for address 0x" << std::hex << awaited_->get_address();
    return out.str();
  }
  return text + (waiting_for_interrupt_ ? " waits for an interrupt"
                 : polled_ != nullptr   ? " polls a word that does not change"
                                        : " has not finished");
}

void cpu_base::catch_up() {
  clock_.sleep_until(local_);
  // Loosely timed, whoever asked for the bus while this processor had it comes before what follows.
  if (timing_ == timing_mode::loose && in_time_order() && local_ == released_) clock_.sleep_once_more();
  const time_ps after = now_ps();
  // Loosely timed, an access that nobody waited for may have had to wait for its turn: the program is behind.
  if (timing_ == timing_mode::approximate) local_ = std::max(local_, after);
  horizon_ = after + parameters_.quantum;
}

void cpu_base::catch_up_if_needed() {
  const time_ps now = now_ps();
  horizon_ = now + parameters_.quantum;
  if (local_ < horizon_ && !in_time_order()) return;  // the kernel has come on meanwhile
  // Nobody can act before local_: waiting would only cost time.
  if (timing_ == timing_mode::loose && agenda_.pass_to(local_)) {
    horizon_ = local_ + parameters_.quantum;
    return;
  }
  // Loosely timed, others that sleep while they poll are to be woken at the time of this access.
  const bool may_lead = timing_ == timing_mode::approximate ? parameters_.quantum == 0 || in_time_order()
                                                            : parameters_.quantum == 0 && !in_time_order();
  if (local_ > now && local_ - now < longest_lead && may_lead && next_activity() > local_) return;
  catch_up();
}

void cpu_base::compute(std::uint64_t cycles) {
  if (traced_operation_.on()) show(word::compute);
  const time_ps length = cycles * parameters_.period;
  if (handler_ && !masked_) return compute_interruptibly(length);
  counters_.busy_ps += length;
  local_ += length;
}

// In pieces that end when the quantum does, or with a cycle in which the line rises.
void cpu_base::compute_interruptibly(time_ps length) {
  for (time_ps left = length; left > 0;) {
    maybe_catch_up();
    take_interrupt();
    time_ps piece = left;
    if (local_ + left > horizon_) {
      const time_ps now = now_ps();
      if (horizon_ > local_) {
        piece = horizon_ - local_;
      } else if (next_activity() <= local_ + left) {
        if (local_ > now) {
          catch_up();
          continue;
        }
        clock_.sleep_until(now + left, interrupt->value_changed_event());
        const time_ps period = parameters_.period;
        piece = std::min(left, (now_ps() - now + period - 1) / period * period);
        horizon_ = now_ps() + parameters_.quantum;
      }
    }
    counters_.busy_ps += piece;
    local_ += piece;
    left -= piece;
  }
}

void cpu_base::take_interrupt() {
  if (interrupt.size() == 0 || !interrupt->read()) return;
  masked_ = true;
  handler_();
  masked_ = false;
}

void cpu_base::sleep_until(time_ps when) {
  if (traced_operation_.on()) show(word::sleep);
  drain_all();
  if (when > local_) local_ = when;
  catch_up();
}

void cpu_base::wait_for_interrupt() {
  if (interrupt.size() == 0) fail("waits for an interrupt, but its interrupt port is not bound");
  drain_all();
  catch_up();
  waiting_for_interrupt_ = true;
  while (!interrupt->read()) sc_core::wait(interrupt->value_changed_event());
  waiting_for_interrupt_ = false;
  local_ = std::max(local_, now_ps());
  horizon_ = now_ps() + parameters_.quantum;
}

void cpu_base::block() {
  drain_all();
  while (!woken_) sc_core::wait(wake_);
  woken_ = false;
  local_ = std::max({local_, wake_at_, now_ps()});
  horizon_ = now_ps() + parameters_.quantum;
}

void cpu_base::wake(time_ps at) {
  woken_ = true;
  wake_at_ = at;
  wake_.notify();
}

}  // namespace mimd
