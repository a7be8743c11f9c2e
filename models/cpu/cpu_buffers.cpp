// What a processor does not wait for: stores in its buffer, and loads in flight.
#include <algorithm>
#include <cstring>

#include "cpu/cpu.h"

namespace mimd {

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
    attributes_ = {};
    attributes_.synchronisation = e.synchronisation;
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
  maybe_catch_up();  // local_ may have jumped: others come first
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

}  // namespace mimd
