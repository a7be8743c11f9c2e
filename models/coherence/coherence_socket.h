// The socket pair by which a coherent agent binds to an interconnect: one bind() wires requests and snoops,
// and the compiler refuses a coherent port on a plain TLM-2.0 target, because the interface types differ.
#ifndef MIMD_COHERENCE_COHERENCE_SOCKET_H
#define MIMD_COHERENCE_COHERENCE_SOCKET_H

#include <systemc>
#include <tlm>

#include "coherence/coherent_port.h"

namespace mimd {

// The traits class of the protocol, as tlm_base_protocol_types is of the base protocol.
struct coherence_protocol_types {
  using tlm_payload_type = coherence_request;
};

class coherence_forward_if : public virtual sc_core::sc_interface, public coherence_forward {
 public:
  using protocol_types = coherence_protocol_types;
};
class coherence_backward_if : public virtual sc_core::sc_interface, public coherence_backward {
 public:
  using protocol_types = coherence_protocol_types;
};

using coherence_initiator_socket =
    tlm::tlm_base_initiator_socket<0, coherence_forward_if, coherence_backward_if>;
using coherence_target_socket = tlm::tlm_base_target_socket<0, coherence_forward_if, coherence_backward_if>;

}  // namespace mimd

#endif
