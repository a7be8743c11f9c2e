#include "infrastructure/target_port.h"

#include <algorithm>

namespace mimd {

target_port::waiter& target_port::take_waiter(tlm::tlm_generic_payload& payload) {
  waiter* w = nullptr;
  for (const auto& candidate : waiters_) {
    if (!candidate->payload) w = candidate.get();
  }
  if (!w) {
    waiters_.push_back(std::make_unique<waiter>());
    w = waiters_.back().get();
  }
  w->payload = &payload;
  return *w;
}

void target_port::sleep_until(tlm::tlm_generic_payload& payload, time_ps at) {
  waiter& w = take_waiter(payload);
  w.clock.sleep_until(at);
  w.payload = nullptr;
}

void target_port::wait_for_completion(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  waiter* const w = &take_waiter(payload);
  w->finished = false;
  w->clock.sleep_until(now_ps() + to_ps(delay));
  delay = sc_core::SC_ZERO_TIME;
  w->done = now_ps();
  if (!owner_.start(index_, payload, w->done, w->done)) {
    while (!w->finished) sc_core::wait(w->event);
  }
  w->clock.sleep_until(w->done);
  w->payload = nullptr;
}

tlm::tlm_sync_enum target_port::nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                                sc_core::sc_time& delay) {
  if (phase == tlm::BEGIN_REQ) {
    const time_ps now = now_ps();
    time_ps done = now;
    if (payload.has_mm()) payload.acquire();
    if (timing_ == timing_mode::loose && owner_.access_may_wait()) {
      serve_later(payload, now + to_ps(delay));
      phase = tlm::END_REQ;
      return tlm::TLM_UPDATED;
    }
    if (owner_.start(index_, payload, now + to_ps(delay), done)) {
      if (payload.has_mm()) payload.release();
      delay = to_sc_time(done - now);
      return tlm::TLM_COMPLETED;
    }
    phase = tlm::END_REQ;
    return tlm::TLM_UPDATED;
  }
  if (phase == tlm::END_RESP) {
    if (payload.has_mm()) payload.release();
    response_busy_ = false;
    response_free_ = now_ps() + to_ps(delay);
    // Not from here: nb_transport_bw must not be called within nb_transport_fw.
    if (!responses_.empty() && !next_response_.pending()) agenda_.schedule(next_response_, now_ps());
    return tlm::TLM_COMPLETED;
  }
  return tlm::TLM_ACCEPTED;  // an ignorable phase
}

void target_port::finish(tlm::tlm_generic_payload& payload, time_ps at) {
  for (const auto& w : waiters_) {
    if (w->payload == &payload) {
      w->done = at;
      w->finished = true;
      w->event.notify();
      return;
    }
  }
  if (response_busy_ || !responses_.empty()) {
    responses_.push_back({&payload, at});
  } else {
    send_response({&payload, at});
  }
}

void target_port::send_response(const response& r) {
  response_busy_ = true;
  const time_ps now = now_ps();
  tlm::tlm_phase phase = tlm::BEGIN_RESP;
  sc_core::sc_time delay = to_sc_time(std::max({r.at, response_free_, now}) - now);
  const tlm::tlm_sync_enum answer = backward_->nb_transport_bw(*r.payload, phase, delay);
  if (answer == tlm::TLM_COMPLETED || (answer == tlm::TLM_UPDATED && phase == tlm::END_RESP)) {
    if (r.payload->has_mm()) r.payload->release();
    response_busy_ = false;
    response_free_ = now + to_ps(delay);
    if (!responses_.empty() && !next_response_.pending()) agenda_.schedule(next_response_, now);
  }
}

void target_port::send_waiting() {
  while (!response_busy_ && !responses_.empty()) {
    const response next = responses_.front();
    responses_.pop_front();
    send_response(next);
  }
}

void target_port::serve_later(tlm::tlm_generic_payload& payload, time_ps at) {
  if (!served_) {
    served_ = true;
    sc_core::sc_spawn([this] { serve(); }, sc_core::sc_gen_unique_name("serve_nb_transport"));
  }
  deferred_.push_back({&payload, at});
  arrived_.notify(sc_core::SC_ZERO_TIME);
}

void target_port::serve() {
  for (;;) {
    while (deferred_.empty()) sc_core::wait(arrived_);
    const response next = deferred_.front();
    deferred_.pop_front();
    finish(*next.payload, owner_.access(index_, *next.payload, std::max(next.at, now_ps())));
  }
}

}  // namespace mimd
