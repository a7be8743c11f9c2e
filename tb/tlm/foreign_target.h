// A memory as somebody else might have written it: legal TLM-2.0 base protocol in any of its forms.
//
// b_transport waits or annotates, nb_transport answers in the style asked for or in all of them mixed,
// responses may overtake each other. Byte exact (enables and streaming width), zero at the start. An access
// outside gives TLM_ADDRESS_ERROR_RESPONSE. Knows no extension. One access is as good as instantaneous: there
// is no model of banks or bandwidth here, only delays drawn from a seeded generator. Times are picoseconds.
#ifndef MIMD_TB_TLM_FOREIGN_TARGET_H
#define MIMD_TB_TLM_FOREIGN_TARGET_H

#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <systemc>
#include <tlm>
#include <vector>

#include "infrastructure/random.h"
#include "infrastructure/time.h"

namespace mimd::tb {

enum class foreign_style {
  blocking_only,     // no nb_transport: the socket's own adapter makes it of b_transport
  nonblocking_only,  // no b_transport: the socket's own adapter makes it of nb_transport (four phases)
  completed,         // TLM_COMPLETED on the return of BEGIN_REQ
  updated_response,  // TLM_UPDATED to BEGIN_RESP on the return of BEGIN_REQ
  updated_request,   // TLM_UPDATED to END_REQ, BEGIN_RESP later
  two_phase,         // accepted; BEGIN_RESP later, without END_REQ
  four_phase,        // accepted; END_REQ, then BEGIN_RESP
  mixed              // each request in another style of the five before
};

struct foreign_target_options {
  foreign_style style = foreign_style::mixed;
  std::uint64_t seed = 1;
  std::uint64_t address = 0;
  std::uint64_t size = 65536;
  bool in_order = false;  // responses in the order of requests
  bool wait = true;       // b_transport waits; otherwise it annotates its delay
  bool direct = false;    // grants DMI to all of it
  time_ps max_delay = 5000;
};

class foreign_target : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<foreign_target, 32> socket;

  SC_HAS_PROCESS(foreign_target);
  foreign_target(const sc_core::sc_module_name& module_name, const foreign_target_options& options);

  const std::vector<unsigned char>& bytes() const { return bytes_; }
  // Moves the memory to another place in the host, as a remapping target may: DMI is taken back, and whoever
  // still uses an old pointer reads rubbish.
  void remap();

 private:
  struct response {
    tlm::tlm_generic_payload* payload = nullptr;
    sc_core::sc_time end_request_at, begin_response_at;
    bool request_ended = false;
  };

  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);
  bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& region);

  void run();
  bool step();  // performs one due action; false when there is none
  void begin_response(response r);
  void access(tlm::tlm_generic_payload& payload);
  bool contains(std::uint64_t address, std::uint64_t length) const;
  sc_core::sc_time random_delay();

  const foreign_target_options options_;
  random_generator random_;
  std::vector<unsigned char> bytes_, old_bytes_;
  std::vector<response> pending_;  // in the order of requests
  bool response_open_ = false;     // BEGIN_RESP sent, END_RESP not received
  sc_core::sc_event changed_;
};

}  // namespace mimd::tb

#endif
