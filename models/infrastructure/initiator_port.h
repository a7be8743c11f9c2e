// One TLM-2.0 base-protocol initiator socket's worth of protocol: a model says "access this payload", in
// either timing, and need not know which of the legal phase sequences the target chose.
//
// transport(): blocking, for loosely-timed use and for callers that are threads; the target may wait().
// start(): non-blocking; queues while the request channel is busy (request exclusion rule). Payloads need a
// memory manager (IEEE 1666-2011 clause 14.5).
#ifndef MIMD_INFRASTRUCTURE_INITIATOR_PORT_H
#define MIMD_INFRASTRUCTURE_INITIATOR_PORT_H

#include <deque>
#include <tlm>

#include "infrastructure/agenda.h"
#include "infrastructure/kernel_time.h"
#include "infrastructure/target_port.h"

namespace mimd {

class initiator_port : public tlm::tlm_bw_transport_if<> {
 public:
  class client {
   public:
    virtual ~client() = default;
    // The access that start() left open is complete at `at` >= now.
    virtual void response(tlm::tlm_generic_payload& payload, time_ps at) = 0;
    // The target takes back direct access to [first, last]; for clients that ask for it with direct().
    virtual void direct_access_ends(std::uint64_t first, std::uint64_t last) {
      (void)first;
      (void)last;
    }
  };

  explicit initiator_port(client& owner) : owner_(owner) {}

  void set_forward(tlm::tlm_fw_transport_if<>* forward) {
    forward_ = forward;
    neighbour_ = dynamic_cast<target_port*>(forward);
  }
  bool bound() const { return forward_ != nullptr; }

  time_ps transport(tlm::tlm_generic_payload& payload, time_ps at) {
    const time_ps now = now_ps();
    sc_core::sc_time delay = to_sc_time(at > now ? at - now : 0);
    forward_->b_transport(payload, delay);
    return now_ps() + to_ps(delay);
  }

  // True: complete at `done`. False: client::response() follows.
  bool start(tlm::tlm_generic_payload& payload, time_ps at, time_ps& done);

  // Whether the target may wait() in transport(); unknown targets may.
  bool may_wait() const { return neighbour_ == nullptr || neighbour_->may_wait(); }

  // access_target::expect() of the target, if it is a target_port.
  void expect(std::uint64_t address) const {
    if (neighbour_ != nullptr) neighbour_->expect(address);
  }

  unsigned debug(tlm::tlm_generic_payload& payload) { return forward_->transport_dbg(payload); }
  bool direct(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
    return forward_->get_direct_mem_ptr(payload, dmi);
  }

  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override;
  void invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last) override {
    owner_.direct_access_ends(first, last);
  }

 private:
  struct request {
    tlm::tlm_generic_payload* payload;
    time_ps at;
  };
  bool send(tlm::tlm_generic_payload& payload, time_ps at, time_ps& done);
  void send_waiting();
  void send_waiting_later();

  client& owner_;
  tlm::tlm_fw_transport_if<>* forward_ = nullptr;
  target_port* neighbour_ = nullptr;
  tlm::tlm_generic_payload* in_request_ = nullptr;  // between BEGIN_REQ and END_REQ
  std::deque<request> requests_;
  bool in_backward_ = false;  // within nb_transport_bw, from which nb_transport_fw must not be called
  time_ps request_free_ = 0;  // when an annotated END_REQ takes effect
  agenda& agenda_ = agenda::of_simulation();
  method_event<initiator_port, &initiator_port::send_waiting> next_request_{*this};
};

}  // namespace mimd

#endif
