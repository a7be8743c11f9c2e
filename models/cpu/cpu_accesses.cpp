// The accesses of a processor that it waits for.
#include <algorithm>
#include <sstream>

#include "cpu/cpu.h"

namespace mimd {

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
  if (synchronising_ || watching_) {
    payload = attributed_;
    attributes_ = {};
    attributes_.synchronisation = synchronising_ != 0;
    attributes_.watcher = watching_ ? this : nullptr;
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
    const time_ps begun = now_ps();
    const time_ps done = port.transport(payload, issued);
    if (done > issued + parameters_.period) {
      released_ = done;
      if (now_ps() != begun) horizon_ = done + parameters_.quantum;  // it has been made in the order of time
    }
    busy_until(issued, done);
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
  attributes_ = {};
  attributes_.synchronisation = synchronising_ != 0;
  attributes_.modify = true;
  fill(*attributed_, tlm::TLM_READ_COMMAND, address, bytes, size);
  perform(data_port_, *attributed_);
  ++(synchronising_ ? counters_.synchronisation : counters_.loads);
}

std::uint64_t cpu_base::read_modify_write(atomic_operation operation, address_t address, unsigned size,
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

}  // namespace mimd
