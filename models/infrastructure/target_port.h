// One TLM-2.0 base-protocol target socket's worth of protocol, so that a model sees only accesses.
//
// A model implements access_target; target_port turns b_transport and every legal nb_transport sequence (2 or
// 4 phases) into its calls and sends the responses back under the exclusion rules of IEEE 1666-2011 clause
// 15/16.
//  * Loosely timed: b_transport never waits (unless a target behind the model waits, or a bus there gives
//  turns) and
//    its delay never goes down.
//  * Approximately timed: b_transport first waits for its annotated delay, then until the access is complete.
//  * Loosely timed, nb_transport of a model whose access may wait is served by a process of the port's own,
//  one
//    access at a time; it is made when the first such call comes.
//  * nb_transport otherwise: BEGIN_REQ is answered TLM_COMPLETED if the model is done at once (annotated),
//  else END_REQ at once
//    (the model queues without bound; initiators bound themselves) and BEGIN_RESP later.
#ifndef MIMD_INFRASTRUCTURE_TARGET_PORT_H
#define MIMD_INFRASTRUCTURE_TARGET_PORT_H

#include <deque>
#include <memory>
#include <tlm>
#include <vector>

#include "infrastructure/agenda.h"
#include "infrastructure/agenda_event.h"
#include "infrastructure/kernel_time.h"
#include "infrastructure/timing_mode.h"

namespace mimd {

class access_target {
 public:
  virtual ~access_target() = default;

  // The whole access now, at local time `at` >= now; returns when it is complete. Sets the response status.
  virtual time_ps access(unsigned port, tlm::tlm_generic_payload& payload, time_ps at) = 0;
  // Starts an access that arrives at `at`. True: complete at `done` (>= at). False: the model calls
  // target_port::finish() when simulated time has reached its completion.
  virtual bool start(unsigned port, tlm::tlm_generic_payload& payload, time_ps at, time_ps& done) = 0;
  // Whether access() may wait(), because a target behind the model may: nb_transport must not call it then.
  virtual bool access_may_wait() const { return false; }
  virtual unsigned debug(unsigned port, tlm::tlm_generic_payload& payload) = 0;
  // Grants direct memory access by filling `dmi`, or refuses with an empty grant.
  virtual bool direct(unsigned port, tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) {
    (void)port;
    (void)payload;
    dmi.allow_none();
    return false;
  }
  // An access there is on its way: what it will need may be brought into the host's cache. Nothing else
  // changes.
  virtual void expect(unsigned port, std::uint64_t address) {
    (void)port;
    (void)address;
  }
};

class target_port : public tlm::tlm_fw_transport_if<> {
 public:
  target_port(access_target& owner, unsigned index, timing_mode timing)
      : owner_(owner), index_(index), timing_(timing), agenda_(agenda::of_simulation()) {}

  // The socket's backward interface, known from the end of elaboration on (null if nothing is bound).
  void set_backward(tlm::tlm_bw_transport_if<>* backward) { backward_ = backward; }

  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) override {
    if (timing_ == timing_mode::loose) {
      const time_ps done = owner_.access(index_, payload, now_ps() + to_ps(delay));
      delay = to_sc_time(left_until(done));
    } else {
      wait_for_completion(payload, delay);
    }
  }
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override;
  bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) override {
    dmi.init();
    return owner_.direct(index_, payload, dmi);
  }
  unsigned transport_dbg(tlm::tlm_generic_payload& payload) override { return owner_.debug(index_, payload); }

  bool may_wait() const { return owner_.access_may_wait(); }
  void expect(std::uint64_t address) { owner_.expect(index_, address); }

  // The access that start() left open is complete at `at` >= now.
  void finish(tlm::tlm_generic_payload& payload, time_ps at);
  // For access(): its process waits until `at`, behind what the agenda has for that time.
  void sleep_until(tlm::tlm_generic_payload& payload, time_ps at);

 protected:
  timing_mode timing() const { return timing_; }
  // From now; a target behind may have waited for longer than the access takes.
  static time_ps left_until(time_ps done) {
    const time_ps now = now_ps();
    return done > now ? done - now : 0;
  }

 private:
  struct waiter {
    tlm::tlm_generic_payload* payload = nullptr;
    time_ps done = 0;
    bool finished = false;
    sc_core::sc_event event;  // unnamed, as there may be many under one parent
    agenda_event clock;
  };
  struct response {
    tlm::tlm_generic_payload* payload;
    time_ps at;
  };
  waiter& take_waiter(tlm::tlm_generic_payload& payload);
  [[gnu::noinline]] void wait_for_completion(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  void send_response(const response& r);
  void send_waiting();
  void serve_later(tlm::tlm_generic_payload& payload, time_ps at);
  void serve();

  access_target& owner_;
  unsigned index_;
  timing_mode timing_;
  tlm::tlm_bw_transport_if<>* backward_ = nullptr;
  std::vector<std::unique_ptr<waiter>> waiters_;
  std::deque<response> responses_;
  bool response_busy_ = false;
  time_ps response_free_ = 0;  // when an annotated END_RESP takes effect
  agenda& agenda_;
  method_event<target_port, &target_port::send_waiting> next_response_{*this};

  std::deque<response> deferred_;  // loosely timed nb_transport: payloads and when they arrive
  sc_core::sc_event arrived_;
  bool served_ = false;  // serve() runs
};

}  // namespace mimd

#endif
