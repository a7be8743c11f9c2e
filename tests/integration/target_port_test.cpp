// Responses of a target port follow each other as the initiator says, annotated delays included.
#include "infrastructure/target_port.h"

#include <gtest/gtest.h>

#include <vector>

namespace mimd::test {
namespace {

constexpr time_ps ns = 1000;

// Completes two accesses at once, at 10 ns.
struct slow_target : sc_core::sc_module, access_target {
  tlm::tlm_target_socket<32> socket{"socket"};
  target_port port{*this, 0, timing_mode::approximate};

  SC_HAS_PROCESS(slow_target);
  explicit slow_target(const sc_core::sc_module_name& n) : sc_module(n) {
    socket.bind(port);
    SC_THREAD(run);
  }
  void end_of_elaboration() override {
    port.set_backward(dynamic_cast<tlm::tlm_bw_transport_if<>*>(socket.get_base_port().get_interface()));
  }
  time_ps access(unsigned, tlm::tlm_generic_payload&, time_ps at) override { return at; }
  bool start(unsigned, tlm::tlm_generic_payload& payload, time_ps, time_ps&) override {
    open.push_back(&payload);
    return false;
  }
  unsigned debug(unsigned, tlm::tlm_generic_payload&) override { return 0; }
  void run() {
    sc_core::wait(to_sc_time(10 * ns));
    for (auto* payload : open) {
      payload->set_response_status(tlm::TLM_OK_RESPONSE);
      port.finish(*payload, now_ps());
    }
  }
  std::vector<tlm::tlm_generic_payload*> open;
};

enum class ending { completed, updated, later };

struct slow_initiator : sc_core::sc_module, tlm::tlm_bw_transport_if<>, tlm::tlm_mm_interface {
  tlm::tlm_initiator_socket<32> socket{"socket"};

  SC_HAS_PROCESS(slow_initiator);
  slow_initiator(const sc_core::sc_module_name& n, ending e) : sc_module(n), how(e) {
    socket.bind(*this);
    SC_THREAD(run);
  }
  void run() {
    for (auto& payload : payloads) {
      payload.acquire();
      tlm::tlm_phase phase = tlm::BEGIN_REQ;
      sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
      EXPECT_EQ(socket->nb_transport_fw(payload, phase, delay), tlm::TLM_UPDATED);
    }
    if (how != ending::later) return;
    sc_core::wait(to_sc_time(12 * ns));
    tlm::tlm_phase phase = tlm::END_RESP;
    sc_core::sc_time delay = to_sc_time(5 * ns);
    socket->nb_transport_fw(payloads[0], phase, delay);
  }
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload&, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override {
    begun.push_back(now_ps() + to_ps(delay));
    if (how == ending::later) return begun.size() == 1 ? tlm::TLM_ACCEPTED : tlm::TLM_COMPLETED;
    delay += to_sc_time(7 * ns);
    if (how == ending::completed) return tlm::TLM_COMPLETED;
    phase = tlm::END_RESP;
    return tlm::TLM_UPDATED;
  }
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}
  void free(tlm::tlm_generic_payload*) override {}

  ending how;
  tlm::tlm_generic_payload payloads[2] = {tlm::tlm_generic_payload(this), tlm::tlm_generic_payload(this)};
  std::vector<time_ps> begun;
};

class target_port_responses : public testing::TestWithParam<ending> {};
INSTANTIATE_TEST_SUITE_P(all, target_port_responses,
                         testing::Values(ending::completed, ending::updated, ending::later),
                         [](const auto& tested) {
                           return std::string(tested.param == ending::completed ? "completed"
                                              : tested.param == ending::updated ? "updated"
                                                                                : "later");
                         });

TEST_P(target_port_responses, begin_when_the_one_before_has_ended) {
  slow_target target("target");
  slow_initiator initiator("initiator", GetParam());
  initiator.socket.bind(target.socket);
  sc_core::sc_start();
  EXPECT_EQ(initiator.begun, (std::vector<time_ps>{10 * ns, 17 * ns}));
}

}  // namespace
}  // namespace mimd::test
