#include "directory/device_window.h"

#include <algorithm>

#include "directory/directory_fabric.h"

namespace mimd {

void device_window::access(directory_packet& p, time_ps at) {
  coherence_request& r = *p.request;
  const bool reads = r.event == processor_event::read;
  r.found = r.granted = invalid_state;
  r.fetched = true;
  if (!reads) fabric_.agent_at(p.source).cache().perform(r);
  tlm::tlm_generic_payload& payload = fabric_.loose() ? loose_payload_ : payloads_.allocate();
  payload.set_command(reads ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND);
  payload.set_address(r.line + r.offset - region_.begin);
  payload.set_data_ptr(r.data + r.offset);
  payload.set_data_length(r.size);
  payload.set_streaming_width(r.size);
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  payload.set_dmi_allowed(false);
  time_ps done = at;
  if (fabric_.loose()) {
    done = port_.transport(payload, at);
  } else if (!port_.start(payload, at, done)) {
    open_.emplace_back(&payload, &p);
    return;
  }
  const bool failed = payload.get_response_status() != tlm::TLM_OK_RESPONSE;
  if (payload.has_mm()) payload.release();
  answer(p, failed, done);
}

void device_window::response(tlm::tlm_generic_payload& payload, time_ps at) {
  const auto found = std::find_if(open_.begin(), open_.end(),
                                  [&payload](const auto& access) { return access.first == &payload; });
  directory_packet& p = *found->second;
  open_.erase(found);
  const bool failed = payload.get_response_status() != tlm::TLM_OK_RESPONSE;
  payload.release();
  answer(p, failed, std::max(at, now_ps()));
}

// The message that asked becomes the answer.
void device_window::answer(directory_packet& p, bool failed, time_ps at) {
  coherence_request& r = *p.request;
  r.failed = failed;
  if (r.event == processor_event::read) fabric_.agent_at(p.source).cache().perform(r);
  p.type = directory_message_type::result;
  p.destination = p.source;
  p.source = home_node;
  std::swap(p.from, p.to);
  fabric_.send(p, at);
}

unsigned device_window::debug(address_t address, std::uint8_t* data, unsigned size, bool write) {
  tlm::tlm_generic_payload payload;
  payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_address(address - region_.begin);
  payload.set_data_ptr(data);
  payload.set_data_length(size);
  payload.set_streaming_width(size);
  return port_.debug(payload);
}

}  // namespace mimd
