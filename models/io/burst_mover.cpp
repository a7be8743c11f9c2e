#include "io/burst_mover.h"

#include <algorithm>

namespace mimd {

burst_mover::burst_mover(unsigned burst_bytes) : port_(*this), burst_bytes_(burst_bytes) {}

bool burst_mover::fetch(std::uint64_t address, unsigned char* buffer, std::uint64_t size) {
  return move(tlm::TLM_READ_COMMAND, address, buffer, size);
}

bool burst_mover::store(std::uint64_t address, const unsigned char* buffer, std::uint64_t size) {
  // A target must not change the data of a write.
  return move(tlm::TLM_WRITE_COMMAND, address, const_cast<unsigned char*>(buffer), size);
}

bool burst_mover::move(tlm::tlm_command command, std::uint64_t address, unsigned char* buffer,
                       std::uint64_t size) {
  while (size > 0) {
    const std::uint64_t to_boundary = burst_bytes_ - address % burst_bytes_;
    const auto length = static_cast<unsigned>(std::min(size, to_boundary));
    payload_.set_command(command);
    payload_.set_address(address);
    payload_.set_data_ptr(buffer);
    payload_.set_data_length(length);
    payload_.set_streaming_width(length);
    payload_.set_byte_enable_ptr(nullptr);
    payload_.set_dmi_allowed(false);
    payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    ++bursts_;
    wait_until(port_.transport(payload_, local_));
    if (!payload_.is_response_ok()) return false;
    (command == tlm::TLM_READ_COMMAND ? bytes_fetched_ : bytes_stored_) += length;
    address += length;
    buffer += length;
    size -= length;
  }
  return true;
}

void burst_mover::wait_until(time_ps when) {
  local_ = std::max(local_, when);
  const time_ps quantum = to_ps(tlm::tlm_global_quantum::instance().get());
  if (quantum == 0 || local_ / quantum != now_ps() / quantum) synchronise();
}

void burst_mover::synchronise() {
  clock_.sleep_until(local_);
}

}  // namespace mimd
