#include "memory/memory.h"

#include <algorithm>
#include <cstring>

#include "infrastructure/payload_access.h"

namespace mimd {

memory_base::memory_base(const sc_core::sc_module_name& name, const memory_parameters& parameters,
                         timing_mode timing)
    : sc_module(name),
      port_(*this, 0, timing),
      direct_(parameters.direct),
      timing_(parameters.timing),
      contents_(parameters.size) {}

time_ps memory_base::access(unsigned, tlm::tlm_generic_payload& payload, time_ps at) {
  const address_t address = payload.get_address();
  const bool write = payload.is_write();
  const unsigned length = payload.get_data_length();
  unsigned char* const data = payload.get_data_ptr();
  if ((write || payload.is_read()) && data && length != 0 && is_contiguous(payload) && address < size() &&
      length <= size() - address && memory_contents::in_one_page(address, length)) {
    std::uint8_t* const host = contents_.at(address);
    __builtin_prefetch(host);
    const memory_timing::answer answer = timing_.access(address, length, write, at, now_ps());
    copy_bytes(write ? host : data, write ? data : host, length);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    if (direct_) payload.set_dmi_allowed(true);
    return write ? answer.start : answer.ready;
  }
  if (!move_in_pieces(payload)) return at;
  if (direct_) payload.set_dmi_allowed(true);
  const memory_timing::answer answer = timing_.access(address, footprint(payload), write, at, now_ps());
  return write ? answer.start : answer.ready;
}

// Any payload. False: it was answered without an access.
bool memory_base::move_in_pieces(tlm::tlm_generic_payload& payload) {
  const bool moves = payload.get_command() != tlm::TLM_IGNORE_COMMAND;
  tlm::tlm_response_status status = moves ? payload_status(payload) : tlm::TLM_OK_RESPONSE;
  if (moves && status == tlm::TLM_OK_RESPONSE) {
    const unsigned length = footprint(payload);
    const address_t address = payload.get_address();
    if (address >= size() || length > size() - address) {
      status = tlm::TLM_ADDRESS_ERROR_RESPONSE;
    } else {
      contents_.for_each_piece(address, length, [&](std::uint8_t* host, unsigned offset, unsigned count) {
        if (payload.is_write()) {
          write_segment(payload, offset, count, host);
        } else {
          read_segment(payload, offset, count, host);
        }
      });
    }
  }
  payload.set_response_status(status);
  return moves && status == tlm::TLM_OK_RESPONSE;
}

bool memory_base::start(unsigned port, tlm::tlm_generic_payload& payload, time_ps at, time_ps& done) {
  done = access(port, payload, at);
  return true;
}

unsigned memory_base::debug(unsigned, tlm::tlm_generic_payload& payload) {
  const address_t address = payload.get_address();
  if (address >= size() || payload.get_command() == tlm::TLM_IGNORE_COMMAND) return 0;
  const auto count =
      static_cast<unsigned>(std::min<std::uint64_t>(payload.get_data_length(), size() - address));
  unsigned char* data = payload.get_data_ptr();
  contents_.for_each_piece(address, count, [&](std::uint8_t* host, unsigned offset, unsigned piece) {
    if (payload.is_read()) {
      std::memcpy(data + offset, host, piece);
    } else {
      std::memcpy(host, data + offset, piece);
    }
  });
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  return count;
}

bool memory_base::direct(unsigned, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
  if (!direct_ || payload.get_address() >= size()) {
    dmi.allow_none();
    return false;
  }
  dmi.allow_read_write();
  const address_t page = payload.get_address() / memory_contents::page_size * memory_contents::page_size;
  dmi.set_dmi_ptr(contents_.at(page));
  dmi.set_start_address(page);
  dmi.set_end_address(std::min(page + memory_contents::page_size, size()) - 1);
  dmi.set_read_latency(to_sc_time(timing_.idle_latency()));
  dmi.set_write_latency(sc_core::SC_ZERO_TIME);
  return true;
}

}  // namespace mimd
