#include "infrastructure/initiator_port.h"

namespace mimd {

bool initiator_port::start(tlm::tlm_generic_payload& payload, time_ps at, time_ps& done) {
  if (in_request_) {
    requests_.push_back({&payload, at});
    return false;
  }
  const time_ps now = now_ps();
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = to_sc_time(at > now ? at - now : 0);
  in_request_ = &payload;
  const tlm::tlm_sync_enum answer = forward_->nb_transport_fw(payload, phase, delay);
  if (answer == tlm::TLM_ACCEPTED) return false;  // END_REQ or BEGIN_RESP will come
  in_request_ = nullptr;
  if (answer == tlm::TLM_UPDATED) {
    if (phase != tlm::BEGIN_RESP) return false;  // END_REQ: accepted
    sc_core::sc_time end_delay = delay;
    phase = tlm::END_RESP;
    forward_->nb_transport_fw(payload, phase, end_delay);
  }
  done = now + to_ps(delay);
  return true;
}

tlm::tlm_sync_enum initiator_port::nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                                   sc_core::sc_time& delay) {
  if (phase == tlm::END_REQ) {
    if (in_request_ == &payload) request_ended();
    return tlm::TLM_ACCEPTED;
  }
  if (phase == tlm::BEGIN_RESP) {
    if (in_request_ == &payload) request_ended();
    owner_.response(payload, now_ps() + to_ps(delay));
    return tlm::TLM_COMPLETED;
  }
  return tlm::TLM_ACCEPTED;  // an ignorable phase
}

void initiator_port::request_ended() {
  in_request_ = nullptr;
  while (!in_request_ && !requests_.empty()) {
    const request next = requests_.front();
    requests_.pop_front();
    time_ps done = 0;
    if (start(*next.payload, next.at, done)) owner_.response(*next.payload, done);
  }
}

}  // namespace mimd
