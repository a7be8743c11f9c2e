#include "infrastructure/initiator_port.h"

#include <algorithm>

namespace mimd {

bool initiator_port::start(tlm::tlm_generic_payload& payload, time_ps at, time_ps& done) {
  if (!in_request_ && !in_backward_ && requests_.empty()) return send(payload, at, done);
  requests_.push_back({&payload, at});
  if (!in_request_) send_waiting_later();
  return false;
}

bool initiator_port::send(tlm::tlm_generic_payload& payload, time_ps at, time_ps& done) {
  const time_ps now = now_ps();
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = to_sc_time(std::max({at, request_free_, now}) - now);
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
  if (phase != tlm::END_REQ && phase != tlm::BEGIN_RESP) return tlm::TLM_ACCEPTED;  // an ignorable phase
  if (in_request_ == &payload) {
    in_request_ = nullptr;
    if (phase == tlm::END_REQ) request_free_ = now_ps() + to_ps(delay);
    if (!requests_.empty()) send_waiting_later();
  }
  if (phase == tlm::END_REQ) return tlm::TLM_ACCEPTED;
  in_backward_ = true;
  owner_.response(payload, now_ps() + to_ps(delay));
  in_backward_ = false;
  return tlm::TLM_COMPLETED;
}

void initiator_port::send_waiting_later() {
  if (!next_request_.pending()) agenda_.schedule(next_request_, now_ps());
}

void initiator_port::send_waiting() {
  while (!in_request_ && !requests_.empty()) {
    const request next = requests_.front();
    requests_.pop_front();
    time_ps done = 0;
    if (send(*next.payload, next.at, done)) owner_.response(*next.payload, done);
  }
}

}  // namespace mimd
