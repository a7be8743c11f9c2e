#include "cpu/cpu.h"

#include <algorithm>
#include <cstdio>
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

struct program_failed {};

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
  recorder.declare(
      traced_operation_, prefix + ".operation",
      trace_kind::words({"idle", "compute", "load", "store", "fetch", "atomic", "fence", "sleep", "done"}));
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
  return text + (waiting_for_interrupt_ ? " waits for an interrupt" : " has not finished");
}

// --- time
// -----------------------------------------------------------------------------------------------------------

void cpu_base::catch_up() {
  const time_ps now = now_ps();
  if (local_ > now) sc_core::wait(to_sc_time(local_ - now));
  const time_ps after = now_ps();
  local_ = std::max(local_, after);
  horizon_ = after + parameters_.quantum;
}

void cpu_base::catch_up_if_needed() {
  const time_ps now = now_ps();
  if (local_ > now && local_ - now < longest_lead && parameters_.quantum == 0 &&
      to_ps(sc_core::sc_time_to_pending_activity()) > local_ - now) {
    return;  // nobody can act before local_: waiting would only cost time
  }
  catch_up();
}

void cpu_base::busy_until(time_ps issued, time_ps done) {
  counters_.busy_ps += parameters_.period;
  local_ = std::max(done, issued + parameters_.period);
}

void cpu_base::compute(std::uint64_t cycles) {
  if (traced_operation_.on()) show(word::compute);
  const time_ps length = cycles * parameters_.period;
  counters_.busy_ps += length;
  local_ += length;
}

void cpu_base::sleep_until(time_ps when) {
  if (traced_operation_.on()) show(word::sleep);
  drain_all();
  if (when > local_) local_ = when;
  catch_up();
}

void cpu_base::before_access() {
  if (local_ >= horizon_) catch_up_if_needed();
  if (!stores_.empty()) drain_due();
}

// --- accesses
// -------------------------------------------------------------------------------------------------------

void cpu_base::fill(tlm::tlm_generic_payload& payload, tlm::tlm_command command, address_t address,
                    void* data, unsigned size) {
  payload.set_command(command);
  payload.set_address(address);
  payload.set_data_ptr(static_cast<unsigned char*>(data));
  payload.set_data_length(size);
  payload.set_streaming_width(size);
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  payload.set_dmi_allowed(false);
}

tlm::tlm_generic_payload& cpu_base::plain(tlm::tlm_command command, address_t address, void* data,
                                          unsigned size) {
  tlm::tlm_generic_payload* payload = plain_;
  if (synchronising_) {
    payload = attributed_;
    attributes_.synchronisation = true;
    attributes_.modify = false;
  }
  fill(*payload, command, address, data, size);
  return *payload;
}

void cpu_base::check(const tlm::tlm_generic_payload& payload) {
  if (payload.is_response_ok()) return;
  std::ostringstream out;
  out << payload.get_response_string() << " for a "
      << (payload.is_write()  ? "write"
          : payload.is_read() ? "read"
                              : "atomic")
      << " of " << payload.get_data_length() << " bytes at address 0x" << std::hex << payload.get_address();
  fail(out.str());
}

// One blocking access at local_.
void cpu_base::perform(initiator_port& port, tlm::tlm_generic_payload& payload) {
  const time_ps issued = local_;
  if (timing_ == timing_mode::loose) {
    busy_until(issued, port.transport(payload, issued));
  } else {
    time_ps done = issued;
    if (!port.start(payload, issued, done)) {
      awaited_ = &payload;
      sc_core::wait(wake_);
      awaited_ = nullptr;
      done = std::max(awaited_done_, now_ps());
      horizon_ = now_ps() + parameters_.quantum;
    }
    busy_until(issued, done);
  }
  if (!payload.is_response_ok()) check(payload);
}

void cpu_base::response(tlm::tlm_generic_payload& payload, time_ps at) {
  if (&payload == awaited_) {
    awaited_done_ = at;
    wake_.notify();
    return;
  }
  if (&payload == draining_) {
    draining_ = nullptr;
    last_drain_ = at;
    if (!payload.is_response_ok() && failure_.empty())
      failure_ = std::string(name()) + ": a buffered store failed";
    payload.clear_extension(&draining_attributes_);
    payload.release();
    stores_.pop();
    drained_.notify();
    if (!stores_.empty()) start_drain();
    return;
  }
  for (const std::unique_ptr<load_slot>& s : slots_) {
    if (s->payload != &payload) continue;
    s->done = at;
    s->arrived = true;
    arrived_.notify();
    return;
  }
}

void cpu_base::read(address_t address, void* data, unsigned size) {
  before_access();
  if (traced_operation_.on()) show(word::load);
  if (!stores_.empty()) {
    store_buffer::overlap found = stores_.look_up(address, data, size);
    while (found == store_buffer::overlap::partial) {
      drain_oldest();
      found = stores_.look_up(address, data, size);
    }
    if (found == store_buffer::overlap::covered) {
      ++counters_.forwarded;
      busy_until(local_, local_);
      ++(synchronising_ ? counters_.synchronisation : counters_.loads);
      return;
    }
  }
  perform(data_port_, plain(tlm::TLM_READ_COMMAND, address, data, size));
  ++(synchronising_ ? counters_.synchronisation : counters_.loads);
}

void cpu_base::write(address_t address, const void* data, unsigned size) {
  before_access();
  if (traced_operation_.on()) show(word::store);
  ++(synchronising_ ? counters_.synchronisation : counters_.stores);
  if (parameters_.consistency == consistency_model::tso && size <= store_buffer::max_size) {
    while (stores_.size() + completing_.size() >= parameters_.store_buffer) make_room();
    busy_until(local_, local_);
    stores_.push(address, data, size, local_, synchronising_ != 0);
    if (timing_ == timing_mode::approximate && !draining_) start_drain();
    return;
  }
  drain_all();
  perform(data_port_, plain(tlm::TLM_WRITE_COMMAND, address, const_cast<void*>(data), size));
}

void cpu_base::fetch(address_t address, unsigned size) {
  before_access();
  if (traced_operation_.on()) show(word::fetch);
  std::uint8_t bytes[256];
  if (size > sizeof bytes) fail("an instruction fetch of " + std::to_string(size) + " bytes");
  fill(*plain_, tlm::TLM_READ_COMMAND, address, bytes, size);
  perform(instruction_port_.bound() ? instruction_port_ : data_port_, *plain_);
  ++counters_.fetches;
}

void cpu_base::modify(address_t address, unsigned size) {
  before_access();
  if (traced_operation_.on()) show(word::load);
  drain_all();
  std::uint8_t bytes[256];
  if (size > sizeof bytes) fail("a modify of " + std::to_string(size) + " bytes");
  attributes_.synchronisation = synchronising_ != 0;
  attributes_.modify = true;
  fill(*attributed_, tlm::TLM_READ_COMMAND, address, bytes, size);
  perform(data_port_, *attributed_);
  ++(synchronising_ ? counters_.synchronisation : counters_.loads);
}

std::uint64_t cpu_base::atomic(atomic_operation operation, address_t address, unsigned size,
                               std::uint64_t operand, std::uint64_t expected) {
  before_access();
  if (traced_operation_.on()) show(word::atomic);
  drain_all();
  std::uint8_t bytes[8] = {};
  atomic_request_.operation = operation;
  atomic_request_.operand = operand;
  atomic_request_.expected = expected;
  atomic_request_.done = false;
  if (synchronising_) {
    atomic_attributes_.synchronisation = true;
    atomic_->set_extension(&atomic_attributes_);
  }
  fill(*atomic_, tlm::TLM_IGNORE_COMMAND, address, bytes, size);
  perform(data_port_, *atomic_);
  atomic_->clear_extension(&atomic_attributes_);
  ++(synchronising_ ? counters_.synchronisation : counters_.atomics);
  if (!atomic_request_.done) fail("atomics not supported by what this processor's data socket is bound to");
  return atomic_request_.result;
}

void cpu_base::fence() {
  before_access();
  if (traced_operation_.on()) show(word::fence);
  drain_all();
  busy_until(local_, local_);
  ++counters_.fences;
}

// --- the store buffer
// -----------------------------------------------------------------------------------------------

// Approximately timed: the oldest store goes out; response() continues with the next.
void cpu_base::start_drain() {
  while (!stores_.empty() && !draining_) {
    store_buffer::entry& e = stores_.oldest();
    tlm::tlm_generic_payload& payload = payloads_.allocate();
    fill(payload, tlm::TLM_WRITE_COMMAND, e.address, e.data, e.size);
    draining_attributes_.synchronisation = e.synchronisation;
    if (e.synchronisation) payload.set_extension(&draining_attributes_);
    draining_ = &payload;
    time_ps done = 0;
    if (!data_port_.start(payload, std::max({e.entered, last_drain_, now_ps()}), done)) return;
    response(payload, done);
  }
}

// Loosely timed: stores that entered at least a cycle ago have begun to leave.
void cpu_base::drain_due() {
  if (timing_ == timing_mode::approximate) return;
  while (!stores_.empty() && std::max(stores_.oldest().entered, last_drain_) + parameters_.period <= local_) {
    store_buffer::entry& e = stores_.oldest();
    tlm::tlm_generic_payload& payload = *(e.synchronisation ? attributed_ : plain_);
    attributes_.synchronisation = e.synchronisation;
    attributes_.modify = false;
    fill(payload, tlm::TLM_WRITE_COMMAND, e.address, e.data, e.size);
    last_drain_ = data_port_.transport(payload, std::max({e.entered, last_drain_, now_ps()}));
    if (!payload.is_response_ok()) check(payload);
    stores_.pop();
    completing_.push_back(last_drain_);
  }
}

// Waits until an entry is free; one that left holds its entry until it is complete (loosely timed).
void cpu_base::make_room() {
  if (completing_.empty()) {
    drain_oldest();
    return;
  }
  local_ = std::max(local_, completing_.front());
  completing_.pop_front();
}

// The program waits until at least the oldest store has left.
void cpu_base::drain_oldest() {
  if (timing_ == timing_mode::approximate) {
    if (!draining_) start_drain();
    if (draining_) sc_core::wait(drained_);
    if (!failure_.empty()) throw program_failed{};
    local_ = std::max({local_, last_drain_, now_ps()});
    horizon_ = now_ps() + parameters_.quantum;
    return;
  }
  local_ =
      std::max({local_, stores_.oldest().entered + parameters_.period, last_drain_ + parameters_.period});
  maybe_catch_up();  // what others do before this time precedes the store
  drain_due();
  local_ = std::max(local_, last_drain_);
}

void cpu_base::drain_all() {
  while (!stores_.empty()) drain_oldest();
  completing_.clear();
  local_ = std::max(local_, last_drain_);
}

// --- loads in flight
// ------------------------------------------------------------------------------------------------

unsigned cpu_base::loads_in_flight() const {
  unsigned n = 0;
  for (const unsigned i : flying_) {
    const load_slot& s = *slots_[i];
    n += timing_ == timing_mode::loose ? s.done > local_ : !s.arrived || s.done > local_;
  }
  return n;
}

cpu_base::load_slot& cpu_base::start_load(address_t address, unsigned size) {
  if (size > sizeof(load_slot::data)) fail("a load in flight of " + std::to_string(size) + " bytes");
  if (free_slots_.empty()) {
    slots_.push_back(std::make_unique<load_slot>());
    free_slots_.push_back(static_cast<unsigned>(slots_.size() - 1));
  }
  const unsigned index = free_slots_.back();
  free_slots_.pop_back();
  load_slot& s = *slots_[index];
  s.arrived = false;
  s.abandoned = false;
  flying_.push_back(index);
  if (!s.payload) s.payload = &payloads_.allocate();
  fill(*s.payload, tlm::TLM_READ_COMMAND, address, s.data, size);
  const time_ps issued = local_;
  if (timing_ == timing_mode::loose) {
    s.done = data_port_.transport(*s.payload, issued);
    s.arrived = true;
  } else {
    s.arrived = data_port_.start(*s.payload, issued, s.done);
  }
  busy_until(issued, issued);
  return s;
}

processor::ticket cpu_base::issue_read(address_t address, unsigned size) {
  before_access();
  if (traced_operation_.on()) show(word::load);
  std::uint8_t bytes[64];
  if (!stores_.empty() && stores_.look_up(address, bytes, std::min(size, 64u)) != store_buffer::overlap::none)
    drain_all();
  while (loads_in_flight() >= parameters_.outstanding) {
    time_ps earliest = never;
    for (const unsigned i : flying_) {
      const load_slot& s = *slots_[i];
      if (s.arrived && s.done > local_) earliest = std::min(earliest, s.done);
    }
    if (earliest != never) {
      local_ = earliest;
    } else {
      sc_core::wait(arrived_);
      local_ = std::max(local_, now_ps());
    }
  }
  // Prefetches that have arrived give their slots back.
  for (std::size_t i = 0; i < flying_.size();) {
    const load_slot& s = *slots_[flying_[i]];
    if (s.abandoned && s.arrived && s.done <= local_) {
      free_slots_.push_back(flying_[i]);
      flying_.erase(flying_.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
  start_load(address, size);
  ++(synchronising_ ? counters_.synchronisation : counters_.loads);
  return {flying_.back()};
}

void cpu_base::wait(ticket t, void* data) {
  load_slot& s = *slots_[t.slot];
  while (!s.arrived) {
    sc_core::wait(arrived_);
    local_ = std::max(local_, now_ps());
    horizon_ = now_ps() + parameters_.quantum;
  }
  local_ = std::max(local_, s.done);
  check(*s.payload);
  std::memcpy(data, s.data, s.payload->get_data_length());
  flying_.erase(std::find(flying_.begin(), flying_.end(), t.slot));
  free_slots_.push_back(t.slot);
}

void cpu_base::prefetch(address_t address) {
  before_access();
  if (loads_in_flight() >= parameters_.outstanding) {
    ++counters_.prefetches_dropped;
    return;
  }
  start_load(address, 1).abandoned = true;
  ++counters_.prefetches;
}

// --- waiting for others
// ---------------------------------------------------------------------------------------------

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
