// The coherent agent of a plain TLM-2.0 initiator (an uncached processor, DMA, I/O), which keeps nothing: on
// a snooping bus, or as a port of a directory.
//
// Its reads see the newest copy; its writes invalidate or update all copies and reach memory. A payload is
// served line by line, in order. Atomics are performed where the line is had; a reservation is lost when
// another agent writes its line. Memory that this agent may not keep is accessed where it is
// (coherence_request::at_home).
#ifndef MIMD_COHERENCE_PLAIN_AGENT_H
#define MIMD_COHERENCE_PLAIN_AGENT_H

#include <cstdint>
#include <vector>

#include "coherence/coherent_port.h"
#include "infrastructure/free_list.h"
#include "infrastructure/target_port.h"

namespace mimd {

class coherence_observer;

class plain_agent : public coherence_backward, private access_target {
 public:
  plain_agent(coherence_forward& interconnect, unsigned line, timing_mode timing);

  target_port& port() { return port_; }
  // Sees every access, as that of its agent `number`; null: nobody.
  void set_observer(coherence_observer* observer, unsigned number) {
    observer_ = observer;
    number_ = number;
  }

  presence_view presence() const override { return presence_.view(); }
  coherence_state state(address_t) const override { return invalid_state; }
  bool reserves(address_t line) const override { return reserved_.on(line); }
  snoop_reply snoop(const snoop_message& message) override;
  void perform(coherence_request& request) override;
  void complete(coherence_request& request, time_ps at) override;
  const std::uint8_t* copy_of(address_t) const override { return nullptr; }
  void debug_update(address_t, unsigned, const std::uint8_t*, unsigned) override {}

 private:
  struct piece : coherence_request {
    tlm::tlm_generic_payload* payload = nullptr;
    unsigned done = 0;  // bytes of the payload's footprint before this piece
    std::vector<std::uint8_t> buffer;
  };

  time_ps access(unsigned port, tlm::tlm_generic_payload& payload, time_ps at) override;
  bool start(unsigned port, tlm::tlm_generic_payload& payload, time_ps at, time_ps& done) override;
  bool access_may_wait() const override { return true; }
  unsigned debug(unsigned port, tlm::tlm_generic_payload& payload) override;

  bool acceptable(tlm::tlm_generic_payload& payload);
  bool next_piece(piece& p);  // false: nothing is left
  void access_bytes(piece& p, std::uint8_t* bytes);
  void perform_atomic(piece& p);
  piece& take_piece(tlm::tlm_generic_payload& payload);

  coherence_forward& interconnect_;
  unsigned line_;
  target_port port_;
  free_list<piece> pieces_;
  presence_filter presence_{1};
  line_reservation reserved_{presence_};
  coherence_observer* observer_ = nullptr;
  unsigned number_ = 0;
};

}  // namespace mimd

#endif
