// transport_dbg of a coherent agent: the interconnect knows the newest copy.
#ifndef MIMD_COHERENCE_DEBUG_ACCESS_H
#define MIMD_COHERENCE_DEBUG_ACCESS_H

#include <tlm>

#include "coherence/coherent_port.h"

namespace mimd {

// Returns the bytes moved; none for a command that is neither a read nor a write.
inline unsigned debug_through(coherence_forward& interconnect, tlm::tlm_generic_payload& payload) {
  const address_t address = payload.get_address();
  std::uint8_t* const data = payload.get_data_ptr();
  const unsigned size = payload.get_data_length();
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  if (payload.is_read()) return interconnect.debug_read(address, data, size);
  return payload.is_write() ? interconnect.debug_write(address, data, size) : 0;
}

}  // namespace mimd

#endif
