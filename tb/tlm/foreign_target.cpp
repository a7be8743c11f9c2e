#include "tb/tlm/foreign_target.h"

#include <algorithm>
#include <cstring>

#include "infrastructure/kernel_time.h"

namespace mimd::tb {

foreign_target::foreign_target(const sc_core::sc_module_name& module_name,
                               const foreign_target_options& options)
    : sc_core::sc_module(module_name),
      socket("socket"),
      options_(options),
      random_(options.seed, 1),
      bytes_(options.size) {
  if (options_.style != foreign_style::nonblocking_only) {
    socket.register_b_transport(this, &foreign_target::b_transport);
  }
  if (options_.style != foreign_style::blocking_only) {
    socket.register_nb_transport_fw(this, &foreign_target::nb_transport_fw);
  }
  socket.register_transport_dbg(this, &foreign_target::transport_dbg);
  socket.register_get_direct_mem_ptr(this, &foreign_target::get_direct_mem_ptr);
  SC_THREAD(run);
}

sc_core::sc_time foreign_target::random_delay() {
  return to_sc_time(random_.below(options_.max_delay + 1));
}

bool foreign_target::contains(std::uint64_t address, std::uint64_t length) const {
  return address >= options_.address && length <= options_.size &&
         address - options_.address <= options_.size - length;
}

void foreign_target::access(tlm::tlm_generic_payload& payload) {
  const unsigned length = payload.get_data_length();
  unsigned width = payload.get_streaming_width();
  if (width == 0 || width > length) width = length;
  payload.set_dmi_allowed(options_.direct);
  if (!contains(payload.get_address(), width)) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return;
  }
  unsigned char* memory = bytes_.data() + (payload.get_address() - options_.address);
  unsigned char* data = payload.get_data_ptr();
  const unsigned char* enables = payload.get_byte_enable_ptr();
  const unsigned enables_length = payload.get_byte_enable_length();
  for (unsigned k = 0; k < length; ++k) {
    if (enables != nullptr && enables[k % enables_length] == TLM_BYTE_DISABLED) continue;
    if (payload.is_read()) data[k] = memory[k % width];
    if (payload.is_write()) memory[k % width] = data[k];
  }
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

void foreign_target::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  if (options_.wait) {
    sc_core::wait(delay + random_delay());
    delay = sc_core::SC_ZERO_TIME;
  } else {
    delay += random_delay();
  }
  access(payload);
}

tlm::tlm_sync_enum foreign_target::nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                                   sc_core::sc_time& delay) {
  if (phase == tlm::END_RESP) {
    response_open_ = false;
    payload.release();
    changed_.notify(sc_core::SC_ZERO_TIME);
    return random_.below(2) == 0 ? tlm::TLM_ACCEPTED : tlm::TLM_COMPLETED;
  }
  if (phase != tlm::BEGIN_REQ) return tlm::TLM_ACCEPTED;

  foreign_style style = options_.style;
  if (style == foreign_style::nonblocking_only) style = foreign_style::four_phase;
  if (style == foreign_style::mixed) {
    constexpr foreign_style styles[] = {foreign_style::completed, foreign_style::updated_response,
                                        foreign_style::updated_request, foreign_style::two_phase,
                                        foreign_style::four_phase};
    style = styles[random_.below(5)];
  }
  const bool overtakes = !pending_.empty() || response_open_;
  if (style == foreign_style::completed && !(options_.in_order && overtakes)) {
    access(payload);
    delay += random_delay();
    return tlm::TLM_COMPLETED;
  }
  if (style == foreign_style::updated_response && !response_open_ && !(options_.in_order && overtakes)) {
    access(payload);
    response_open_ = true;
    payload.acquire();
    phase = tlm::BEGIN_RESP;
    delay += random_delay();
    return tlm::TLM_UPDATED;
  }
  response r;
  r.payload = &payload;
  payload.acquire();
  r.end_request_at = sc_core::sc_time_stamp() + delay + random_delay();
  r.begin_response_at = r.end_request_at + random_delay();
  changed_.notify(sc_core::SC_ZERO_TIME);
  if (style == foreign_style::updated_request) {
    r.request_ended = true;
    pending_.push_back(r);
    phase = tlm::END_REQ;
    delay = r.end_request_at - sc_core::sc_time_stamp();
    return tlm::TLM_UPDATED;
  }
  r.request_ended = style != foreign_style::four_phase;  // in two phases there is no END_REQ to send
  pending_.push_back(r);
  return tlm::TLM_ACCEPTED;
}

void foreign_target::begin_response(response r) {
  access(*r.payload);
  response_open_ = true;
  tlm::tlm_phase phase = tlm::BEGIN_RESP;
  sc_core::sc_time delay = random_.below(2) == 0 ? sc_core::SC_ZERO_TIME : random_delay();
  const tlm::tlm_sync_enum status = socket->nb_transport_bw(*r.payload, phase, delay);
  if (status == tlm::TLM_ACCEPTED) return;
  response_open_ = false;
  r.payload->release();
}

bool foreign_target::step() {
  const sc_core::sc_time now = sc_core::sc_time_stamp();
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    response& r = pending_[i];
    if (!r.request_ended && r.end_request_at <= now) {
      r.request_ended = true;
      tlm::tlm_phase phase = tlm::END_REQ;
      sc_core::sc_time delay = std::min(random_delay(), std::max(now, r.begin_response_at) - now);
      socket->nb_transport_bw(*r.payload, phase, delay);
      return true;
    }
    const bool its_turn = i == 0 || !options_.in_order;
    if (its_turn && r.request_ended && r.begin_response_at <= now && !response_open_) {
      const response due = r;
      pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(i));
      begin_response(due);
      return true;
    }
  }
  return false;
}

void foreign_target::run() {
  for (;;) {
    while (step()) {
    }
    const sc_core::sc_time now = sc_core::sc_time_stamp();
    sc_core::sc_time next = sc_core::sc_max_time();
    for (const response& r : pending_) {
      const sc_core::sc_time due = r.request_ended ? r.begin_response_at : r.end_request_at;
      if (due > now) next = std::min(next, due);
    }
    if (next == sc_core::sc_max_time()) {
      sc_core::wait(changed_);
    } else {
      sc_core::wait(next - now, changed_);
    }
  }
}

unsigned foreign_target::transport_dbg(tlm::tlm_generic_payload& payload) {
  const unsigned length = payload.get_data_length();
  if (!contains(payload.get_address(), length)) return 0;
  unsigned char* memory = bytes_.data() + (payload.get_address() - options_.address);
  if (payload.is_read()) std::memcpy(payload.get_data_ptr(), memory, length);
  if (payload.is_write()) std::memcpy(memory, payload.get_data_ptr(), length);
  return length;
}

bool foreign_target::get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& region) {
  if (!options_.direct || !contains(payload.get_address(), 1)) return false;
  region.set_start_address(options_.address);
  region.set_end_address(options_.address + options_.size - 1);
  region.set_dmi_ptr(bytes_.data());
  region.allow_read_write();
  return true;
}

void foreign_target::remap() {
  old_bytes_ = bytes_;
  old_bytes_.swap(bytes_);
  for (unsigned char& byte : old_bytes_) byte = static_cast<unsigned char>(~byte);
  socket->invalidate_direct_mem_ptr(options_.address, options_.address + options_.size - 1);
}

}  // namespace mimd::tb
