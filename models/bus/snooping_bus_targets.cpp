// What the snooping bus asks of its targets: reads and writes on their way, and what debug accesses change of
// them meanwhile.
#include <algorithm>
#include <cstring>

#include "bus/snooping_bus.h"
#include "coherence/coherence_observer.h"
#include "infrastructure/payload_access.h"

namespace mimd {

// Blocking calls need no memory manager, and there is one at a time.
tlm::tlm_generic_payload& snooping_bus_base::take_payload() {
  return timing_ == timing_mode::loose ? loose_payload_ : payloads_.allocate();
}

// Asks the target for what the transaction needs; the request reaches it at `at`.
bool snooping_bus_base::fetch(transaction& t, time_ps at) {
  coherence_request& r = *t.request;
  const bool whole = !r.transient;
  const address_t address = r.line + (whole ? 0 : r.offset);
  const region* where = find_region(r.line);
  tlm::tlm_generic_payload& payload = take_payload();
  payload.set_command(tlm::TLM_READ_COMMAND);
  payload.set_address(address - where->begin);
  payload.set_data_ptr(r.data + (whole ? 0 : r.offset));
  payload.set_data_length(whole ? parameters_.line : r.size);
  payload.set_streaming_width(payload.get_data_length());
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  payload.set_dmi_allowed(false);
  initiator_port& port = *target_ports_[where->target];
  bool known = true;
  t.reading = true;
  if (timing_ == timing_mode::loose) {
    t.data_from = port.transport(payload, at);
  } else {
    known = port.start(payload, at, t.data_from);
  }
  if (known) {
    r.failed = payload.get_response_status() != tlm::TLM_OK_RESPONSE;
    if (payload.has_mm()) payload.release();
    receive(t);
  } else {
    t.fetching = &payload;
  }
  return known;
}

// The target has answered.
void snooping_bus_base::receive(transaction& t) {
  t.reading = false;
  if (t.patches.empty()) return;
  for (const auto& [offset, byte] : t.patches) t.request->data[offset] = byte;
  t.patches.clear();
}

// A snooper gave its line to memory but does not drive it (Synapse): memory must have it before it is read.
void snooping_bus_base::update_memory(transaction& t) {
  t.data_from += beats(parameters_.line) * parameters_.period;
  store_to_target(t, t.request->line, t.request->data, parameters_.line, t.data_from, false);
}

// Sends bytes to a target at `at`; with `hold`, the transaction lasts until they are accepted.
void snooping_bus_base::store_to_target(transaction& t, address_t address, std::uint8_t* data, unsigned size,
                                        time_ps at, bool hold) {
  const region* where = find_region(address);
  tlm::tlm_generic_payload& payload = take_payload();
  payload.set_command(tlm::TLM_WRITE_COMMAND);
  payload.set_address(address - where->begin);
  open_write& w = open(t, address, data, size);
  w.payload = &payload;
  payload.set_data_ptr(w.bytes);
  payload.set_data_length(size);
  payload.set_streaming_width(size);
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  payload.set_dmi_allowed(false);
  initiator_port& port = *target_ports_[where->target];
  time_ps accepted = at;
  if (timing_ == timing_mode::loose) {
    accepted = port.transport(payload, at);
  } else if (!port.start(payload, at, accepted)) {
    ++t.unanswered;  // a target that takes its time: the transaction ends after its response
    return;
  }
  close(w);
  if (hold) {
    t.end = std::max(t.end, accepted);
    t.request->failed |= payload.get_response_status() != tlm::TLM_OK_RESPONSE;
  }
  if (payload.has_mm()) payload.release();
}

snooping_bus_base::open_write& snooping_bus_base::open(transaction& t, address_t address, std::uint8_t* data,
                                                       unsigned size) {
  open_write& w = writes_.take();
  w.owner = &t;
  w.address = address;
  w.size = size;
  w.bytes = data;  // loosely timed, they stay as they are until the call returns
  if (timing_ == timing_mode::approximate) {
    w.own.resize(size);
    w.bytes = w.own.data();
    copy_bytes(w.bytes, data, size);
  }
  open_writes_.push_back(&w);
  return w;
}

// The target has the bytes; what debug accesses wrote meanwhile follows.
void snooping_bus_base::close(open_write& w) {
  if (open_writes_.back() == &w) {
    open_writes_.pop_back();
  } else {
    open_writes_.erase(std::find(open_writes_.begin(), open_writes_.end(), &w));
  }
  writes_.give_back(w);
  if (!w.newest.empty()) forward_newest(w);
}

void snooping_bus_base::forward_newest(open_write& w) {
  const region* where = find_region(w.address);
  tlm::tlm_generic_payload payload;
  payload.set_command(tlm::TLM_WRITE_COMMAND);
  payload.set_address(w.address - where->begin);
  payload.set_data_ptr(w.newest.data());
  payload.set_data_length(static_cast<unsigned>(w.newest.size()));
  payload.set_streaming_width(payload.get_data_length());
  target_ports_[where->target]->debug(payload);
  w.newest.clear();
}

// What a debug read must see of writes that are on their way to memory, oldest first.
void snooping_bus_base::debug_overlay(address_t address, std::uint8_t* data, unsigned size) const {
  for (const open_write* w : open_writes_) {
    const std::uint8_t* const bytes = w->newest.empty() ? w->bytes : w->newest.data();
    for (unsigned i = 0; i < size; ++i) {
      if (address + i - w->address < w->size) data[i] = bytes[address + i - w->address];
    }
  }
}

// A debug write must outlast the reads and writes that are on their way between bus and memory.
void snooping_bus_base::debug_patch(address_t address, const std::uint8_t* data, unsigned size) {
  for (open_write* w : open_writes_) {
    if (address >= w->address + w->size || w->address >= address + size) continue;
    if (w->newest.empty()) w->newest.assign(w->bytes, w->bytes + w->size);
    for (unsigned i = 0; i < size; ++i) {
      if (address + i - w->address < w->size) w->newest[address + i - w->address] = data[i];
    }
  }
  const address_t line = address & ~static_cast<address_t>(parameters_.line - 1);
  const auto patch = [=](transaction& t) {
    if (!t.reading || t.request->line != line) return;
    for (unsigned i = 0; i < size; ++i) {
      t.patches.emplace_back(static_cast<unsigned>(address + i - line), data[i]);
    }
  };
  patch(loose_);
  for (transaction* t : in_flight_) patch(*t);
}

unsigned snooping_bus_base::debug(address_t address, std::uint8_t* data, unsigned size, bool write) {
  unsigned done = 0;
  while (done < size) {
    const address_t at = address + done;
    const address_t line = at & ~static_cast<address_t>(parameters_.line - 1);
    const auto offset = static_cast<unsigned>(at - line);
    const unsigned count = std::min(size - done, parameters_.line - offset);
    const region* where = find_region(at);
    if (!where) break;
    bool served = false;
    for (const master& m : masters_) {
      if (write) {
        m.agent->debug_update(line, offset, data + done, count);
      } else if (const std::uint8_t* copy = served ? nullptr : m.agent->copy_of(line)) {
        std::memcpy(data + done, copy + offset, count);
        served = true;
      }
    }
    if (!served) {
      tlm::tlm_generic_payload payload;
      payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
      payload.set_address(at - where->begin);
      payload.set_data_ptr(data + done);
      payload.set_data_length(count);
      payload.set_streaming_width(count);
      if (target_ports_[where->target]->debug(payload) != count) break;
      if (!write) debug_overlay(at, data + done, count);
    }
    if (write) debug_patch(at, data + done, count);
    if (write && observer_) observer_->debug_written(at, data + done, count);
    done += count;
  }
  return done;
}

}  // namespace mimd
