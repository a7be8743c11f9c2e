// Main memory behind one TLM-2.0 base-protocol target socket.
//
// Holds the bytes, and answers after the time that memory_timing computes. Writes answer when the array
// accepts them (start of the bank's cycle). Both timings; nb_transport always completes with the request and
// an annotated delay, which the base protocol allows a target at any time. transport_dbg and DMI (read and
// write, a page of memory_contents, when `direct` is set: right for private memories, wrong under coherent
// caches).
// Any length, alignment, byte enables and streaming width. An access outside the size answers
// TLM_ADDRESS_ERROR_RESPONSE. Addresses start at 0. Bytes are zero until written.
#ifndef MIMD_MEMORY_MEMORY_H
#define MIMD_MEMORY_MEMORY_H

#include <systemc>
#include <tlm>

#include "infrastructure/target_port.h"
#include "memory/memory_contents.h"
#include "memory/memory_timing.h"

namespace mimd {

struct memory_parameters {
  std::uint64_t size = std::uint64_t{64}
                       << 20;  // bytes, to 2^48; only what is touched takes room on the host
  memory_timing_parameters timing;
  bool direct = false;  // grant DMI
};

class memory_base : public sc_core::sc_module, private access_target {
 public:
  const memory_counters& counters() const { return timing_.counters(); }
  std::uint64_t size() const { return contents_.size(); }

 protected:
  memory_base(const sc_core::sc_module_name& name, const memory_parameters& parameters, timing_mode timing);

  target_port port_;

 private:
  time_ps access(unsigned port, tlm::tlm_generic_payload& payload, time_ps at) override;
  bool start(unsigned port, tlm::tlm_generic_payload& payload, time_ps at, time_ps& done) override;
  unsigned debug(unsigned port, tlm::tlm_generic_payload& payload) override;
  [[gnu::cold]] bool move_in_pieces(tlm::tlm_generic_payload& payload);
  bool direct(unsigned port, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) override;
  void expect(unsigned, std::uint64_t address) override {
    if (address < size()) contents_.prefetch(address);
  }

  bool direct_;
  memory_timing timing_;
  memory_contents contents_;
};

template <unsigned BUSWIDTH = 32>
class memory : public memory_base {
 public:
  tlm::tlm_target_socket<BUSWIDTH> socket{"socket"};

  memory(const sc_core::sc_module_name& name, const memory_parameters& parameters, timing_mode timing)
      : memory_base(name, parameters, timing) {
    socket.bind(port_);
  }
};

}  // namespace mimd

#endif
