#include "memory/memory.h"

#include <new>
#include <stdexcept>

#include "infrastructure/payload_access.h"

namespace mimd {

memory_base::memory_base(const sc_core::sc_module_name& name, const memory_parameters& parameters,
                         timing_mode timing)
    : sc_module(name),
      port_(*this, 0, timing),
      size_(parameters.size),
      direct_(parameters.direct),
      timing_(parameters.timing),
      bytes_(static_cast<std::uint8_t*>(std::calloc(parameters.size, 1))) {
  if (!bytes_) throw std::runtime_error("memory.size: the host has no " + std::to_string(size_) + " bytes");
}

time_ps memory_base::access(unsigned, tlm::tlm_generic_payload& payload, time_ps at) {
  if (payload.get_command() == tlm::TLM_IGNORE_COMMAND) {
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    return at;
  }
  const tlm::tlm_response_status status = payload_status(payload);
  if (status != tlm::TLM_OK_RESPONSE) {
    payload.set_response_status(status);
    return at;
  }
  const unsigned length = footprint(payload);
  const address_t address = payload.get_address();
  if (address >= size_ || length > size_ - address) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return at;
  }
  apply_payload(payload, bytes_.get() + address);
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  if (direct_) payload.set_dmi_allowed(true);
  const bool write = payload.is_write();
  const memory_timing::answer answer = timing_.access(address, length, write, at, now_ps());
  return write ? answer.start : answer.ready;
}

bool memory_base::start(unsigned port, tlm::tlm_generic_payload& payload, time_ps at, time_ps& done) {
  done = access(port, payload, at);
  return true;
}

unsigned memory_base::debug(unsigned, tlm::tlm_generic_payload& payload) {
  const address_t address = payload.get_address();
  if (address >= size_ || payload.get_command() == tlm::TLM_IGNORE_COMMAND) return 0;
  const auto count =
      static_cast<unsigned>(std::min<std::uint64_t>(payload.get_data_length(), size_ - address));
  if (payload.is_read()) {
    std::memcpy(payload.get_data_ptr(), bytes_.get() + address, count);
  } else {
    std::memcpy(bytes_.get() + address, payload.get_data_ptr(), count);
  }
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  return count;
}

bool memory_base::direct(unsigned, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
  if (!direct_ || payload.get_address() >= size_) {
    dmi.allow_none();
    return false;
  }
  dmi.allow_read_write();
  dmi.set_dmi_ptr(bytes_.get());
  dmi.set_start_address(0);
  dmi.set_end_address(size_ - 1);
  dmi.set_read_latency(sc_core::SC_ZERO_TIME);
  dmi.set_write_latency(sc_core::SC_ZERO_TIME);
  return true;
}

}  // namespace mimd
