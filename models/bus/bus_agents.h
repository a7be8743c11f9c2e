// The agents at the edge of a snooping bus: the link that tells the bus which master speaks, and the agent
// that lets a plain TLM-2.0 initiator take part in coherence.
#ifndef MIMD_BUS_BUS_AGENTS_H
#define MIMD_BUS_BUS_AGENTS_H

#include <cstdint>
#include <memory>
#include <vector>

#include "coherence/coherence_socket.h"
#include "infrastructure/target_port.h"

namespace mimd {

class snooping_bus_base;

// One a master: the forward interface with the master's number.
class bus_master_link : public coherence_forward_if {
 public:
  bus_master_link(snooping_bus_base& bus, unsigned master) : bus_(bus), master_(master) {}

  time_ps transact(coherence_request& request, time_ps at) override;
  void request(coherence_request& request, time_ps at) override;
  region_kind kind_of(address_t address) const override;
  unsigned debug_read(address_t address, std::uint8_t* data, unsigned size) override;
  unsigned debug_write(address_t address, const std::uint8_t* data, unsigned size) override;

 private:
  snooping_bus_base& bus_;
  unsigned master_;
};

// A master that keeps nothing. Its reads see the newest copy; its writes invalidate or update all copies and
// reach memory. A payload is served line by line, in order. Atomics are performed at the bus; a reservation
// is lost when another master writes its line.
class bus_plain_agent : public coherence_backward, private access_target {
 public:
  bus_plain_agent(coherence_forward& bus, unsigned line, timing_mode timing);

  target_port& port() { return port_; }

  presence_view presence() const override { return presence_.view(); }
  coherence_state state(address_t) const override { return invalid_state; }
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
  void perform_atomic(piece& p);
  piece& take_piece(tlm::tlm_generic_payload& payload);

  coherence_forward& bus_;
  unsigned line_;
  target_port port_;
  std::vector<std::unique_ptr<piece>> all_;
  std::vector<piece*> free_;
  presence_filter presence_{1};
  line_reservation reserved_{presence_};
};

}  // namespace mimd

#endif
