// The checker on nb_transport: for each rule a pair that breaks it, and only it; and clean pairs that break
// none.
#include "support/protocol_bench.h"

namespace {

using namespace protocol_bench;

std::vector<scenario> scenarios() {
  using r = protocol_rule;
  scenario_list add;

  // nb_transport: memory management.
  add("nonblocking_without_memory_manager", r::memory_manager, [](bench& x) {
    transaction p;
    x.fw(p, tlm::BEGIN_REQ);
  });
  add("nonblocking_without_a_reference", r::reference_count, [](bench& x) {
    transaction p(tlm::TLM_WRITE_COMMAND, &x.mm);
    p.release();
    x.fw(p, tlm::BEGIN_REQ);
  });
  add("initiator_lets_go_too_early", r::reference_count, [](bench& x) {
    transaction p(tlm::TLM_WRITE_COMMAND, &x.mm);
    x.fw(p, tlm::BEGIN_REQ);
    p.release();
    x.bw(p, tlm::END_REQ);
  });
  add("initiator_lets_go_at_completion", r::count_, [](bench& x) {
    transaction p(tlm::TLM_WRITE_COMMAND, &x.mm);
    x.init.backward = [](payload_t& q, tlm::tlm_phase&, sc_time&) {
      q.release();
      return tlm::TLM_COMPLETED;
    };
    x.fw(p, tlm::BEGIN_REQ);
    x.respond(p);
    EXPECT_EQ(x.mm.freed, 1);
  });

  // nb_transport: phases.
  add("four_phases", r::count_, [](bench& x) {
    transaction p(tlm::TLM_READ_COMMAND, &x.mm);
    x.clean(p);
    p.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    x.clean(p);
    EXPECT_EQ(x.checker.rules().in_flight(), 0u);
    EXPECT_EQ(x.checker.rules().transactions(), 2u);
    EXPECT_EQ(p.get_ref_count(), 1);
  });
  add("response_implies_end_of_request", r::count_, [](bench& x) {
    transaction p(tlm::TLM_READ_COMMAND, &x.mm), q(tlm::TLM_READ_COMMAND, &x.mm);
    x.fw(p, tlm::BEGIN_REQ);
    x.respond(p);
    x.fw(q, tlm::BEGIN_REQ);
    x.fw(p, tlm::END_RESP);
    x.respond(q);
    x.fw(q, tlm::END_RESP);
  });
  add("overlapping_and_reordered_transactions", r::count_, [](bench& x) {
    transaction p(tlm::TLM_READ_COMMAND, &x.mm), q(tlm::TLM_READ_COMMAND, &x.mm);
    x.fw(p, tlm::BEGIN_REQ);
    x.bw(p, tlm::END_REQ);
    x.fw(q, tlm::BEGIN_REQ);
    x.bw(q, tlm::END_REQ);
    x.respond(q);
    x.fw(q, tlm::END_RESP);
    x.respond(p);
    x.fw(p, tlm::END_RESP);
  });
  const auto answers = [&](const char* name, r rule, tlm::tlm_phase_enum answer, tlm::tlm_sync_enum status,
                           bool response) {
    add(name, rule, [=](bench& x) {
      transaction p(tlm::TLM_READ_COMMAND, &x.mm);
      x.targ.forward = [=](payload_t& q, tlm::tlm_phase& ph, sc_time&) {
        ph = answer;
        if (response) q.set_response_status(tlm::TLM_OK_RESPONSE);
        return status;
      };
      x.fw(p, tlm::BEGIN_REQ);
    });
  };
  answers("updated_to_end_req", r::count_, tlm::END_REQ, tlm::TLM_UPDATED, false);
  answers("updated_to_begin_resp", r::count_, tlm::BEGIN_RESP, tlm::TLM_UPDATED, true);
  answers("updated_to_begin_resp_without_status", r::response_missing, tlm::BEGIN_RESP, tlm::TLM_UPDATED,
          false);
  answers("completed", r::count_, tlm::BEGIN_REQ, tlm::TLM_COMPLETED, true);
  answers("completed_without_status", r::response_missing, tlm::BEGIN_REQ, tlm::TLM_COMPLETED, false);
  answers("updated_to_begin_req", r::phase_path, tlm::BEGIN_REQ, tlm::TLM_UPDATED, false);
  answers("updated_to_end_resp", r::phase_path, tlm::END_RESP, tlm::TLM_UPDATED, true);
  answers("accepted_but_phase_changed", r::accepted_but_changed, tlm::END_REQ, tlm::TLM_ACCEPTED, false);
  answers("accepted_but_status_changed", r::accepted_but_changed, tlm::BEGIN_REQ, tlm::TLM_ACCEPTED, true);
  add("accepted_but_time_changed", r::accepted_but_changed, [](bench& x) {
    transaction p(tlm::TLM_READ_COMMAND, &x.mm);
    x.targ.forward = [](payload_t&, tlm::tlm_phase&, sc_time& t) {
      t += ns(1);
      return tlm::TLM_ACCEPTED;
    };
    x.fw(p, tlm::BEGIN_REQ);
  });
  add("accepted_backward_but_changed", r::accepted_but_changed, [](bench& x) {
    transaction p(tlm::TLM_READ_COMMAND, &x.mm);
    x.init.backward = [](payload_t&, tlm::tlm_phase& ph, sc_time&) {
      ph = tlm::END_RESP;
      return tlm::TLM_ACCEPTED;
    };
    x.fw(p, tlm::BEGIN_REQ);
    x.respond(p);
  });
  const auto initiator_answers = [&](const char* name, r rule, tlm::tlm_phase_enum to,
                                     tlm::tlm_phase_enum answer, tlm::tlm_sync_enum status) {
    add(name, rule, [=](bench& x) {
      transaction p(tlm::TLM_READ_COMMAND, &x.mm);
      x.init.backward = [=](payload_t&, tlm::tlm_phase& ph, sc_time&) {
        ph = answer;
        return status;
      };
      x.fw(p, tlm::BEGIN_REQ);
      if (to == tlm::BEGIN_RESP) p.set_response_status(tlm::TLM_OK_RESPONSE);
      x.bw(p, to);
      EXPECT_EQ(x.checker.rules().in_flight(), rule == r::count_ ? 0u : 1u);
    });
  };
  initiator_answers("response_updated_to_end", r::count_, tlm::BEGIN_RESP, tlm::END_RESP, tlm::TLM_UPDATED);
  initiator_answers("response_completed", r::count_, tlm::BEGIN_RESP, tlm::BEGIN_RESP, tlm::TLM_COMPLETED);
  initiator_answers("response_updated_to_nonsense", r::phase_path, tlm::BEGIN_RESP, tlm::END_REQ,
                    tlm::TLM_UPDATED);
  initiator_answers("end_req_updated", r::return_status, tlm::END_REQ, tlm::END_RESP, tlm::TLM_UPDATED);
  initiator_answers("end_req_completed", r::return_status, tlm::END_REQ, tlm::END_REQ, tlm::TLM_COMPLETED);
  add("end_resp_updated", r::return_status, [](bench& x) {
    transaction p(tlm::TLM_READ_COMMAND, &x.mm);
    x.fw(p, tlm::BEGIN_REQ);
    x.respond(p);
    x.targ.forward = [](payload_t&, tlm::tlm_phase&, sc_time&) { return tlm::TLM_UPDATED; };
    x.fw(p, tlm::END_RESP);
  });
  add("end_resp_completed", r::count_, [](bench& x) {
    transaction p(tlm::TLM_READ_COMMAND, &x.mm);
    x.fw(p, tlm::BEGIN_REQ);
    x.respond(p);
    x.targ.forward = [](payload_t&, tlm::tlm_phase&, sc_time&) { return tlm::TLM_COMPLETED; };
    x.fw(p, tlm::END_RESP);
    EXPECT_EQ(x.checker.rules().in_flight(), 0u);
  });

  const auto phases = [&](const char* name, r rule, std::function<void(bench&, payload_t&)> script) {
    add(name, rule, [=](bench& x) {
      transaction p(tlm::TLM_READ_COMMAND, &x.mm);
      script(x, p);
    });
  };
  phases("end_req_forward", r::phase_path, [](bench& x, payload_t& p) { x.fw(p, tlm::END_REQ); });
  phases("begin_resp_forward", r::phase_path, [](bench& x, payload_t& p) { x.fw(p, tlm::BEGIN_RESP); });
  phases("no_phase_forward", r::phase_path,
         [](bench& x, payload_t& p) { x.fw(p, tlm::UNINITIALIZED_PHASE); });
  phases("begin_req_backward", r::phase_path, [](bench& x, payload_t& p) { x.bw(p, tlm::BEGIN_REQ); });
  phases("end_resp_backward", r::phase_path, [](bench& x, payload_t& p) { x.bw(p, tlm::END_RESP); });
  phases("end_resp_first", r::phase_order, [](bench& x, payload_t& p) { x.fw(p, tlm::END_RESP); });
  phases("end_req_unasked", r::phase_order, [](bench& x, payload_t& p) { x.bw(p, tlm::END_REQ); });
  phases("begin_resp_unasked", r::phase_order, [](bench& x, payload_t& p) { x.respond(p); });
  phases("begin_req_twice", r::phase_order, [](bench& x, payload_t& p) {
    x.fw(p, tlm::BEGIN_REQ);
    x.fw(p, tlm::BEGIN_REQ);
  });
  phases("end_req_twice", r::phase_order, [](bench& x, payload_t& p) {
    x.fw(p, tlm::BEGIN_REQ);
    x.bw(p, tlm::END_REQ);
    x.bw(p, tlm::END_REQ);
  });
  phases("end_req_after_response", r::phase_order, [](bench& x, payload_t& p) {
    x.fw(p, tlm::BEGIN_REQ);
    x.respond(p);
    x.bw(p, tlm::END_REQ);
  });
  phases("begin_resp_twice", r::phase_order, [](bench& x, payload_t& p) {
    x.fw(p, tlm::BEGIN_REQ);
    x.respond(p);
    x.respond(p);
  });
  phases("end_resp_before_response", r::phase_order, [](bench& x, payload_t& p) {
    x.fw(p, tlm::BEGIN_REQ);
    x.fw(p, tlm::END_RESP);
  });
  phases("end_resp_twice", r::phase_order, [](bench& x, payload_t& p) {
    x.clean(p);
    x.fw(p, tlm::END_RESP);
  });
  phases("updated_to_end_req_and_again", r::phase_order, [](bench& x, payload_t& p) {
    x.targ.forward = [](payload_t&, tlm::tlm_phase& ph, sc_time&) {
      ph = tlm::END_REQ;
      return tlm::TLM_UPDATED;
    };
    x.fw(p, tlm::BEGIN_REQ);
    x.bw(p, tlm::END_REQ);
  });
  phases("response_after_completion", r::phase_order, [](bench& x, payload_t& p) {
    x.targ.forward = [](payload_t& q, tlm::tlm_phase&, sc_time&) {
      q.set_response_status(tlm::TLM_OK_RESPONSE);
      return tlm::TLM_COMPLETED;
    };
    x.fw(p, tlm::BEGIN_REQ);
    x.bw(p, tlm::BEGIN_RESP);
  });
  phases("response_without_status", r::response_missing, [](bench& x, payload_t& p) {
    x.fw(p, tlm::BEGIN_REQ);
    x.bw(p, tlm::BEGIN_RESP);
  });
  phases("response_changed_before_end", r::response_changed, [](bench& x, payload_t& p) {
    x.fw(p, tlm::BEGIN_REQ);
    x.respond(p);
    p.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    x.fw(p, tlm::END_RESP);
  });
  phases("attribute_changed_in_flight", r::attribute_changed, [](bench& x, payload_t& p) {
    x.fw(p, tlm::BEGIN_REQ);
    p.set_data_length(4);
    x.respond(p);
    x.fw(p, tlm::END_RESP);
  });
  add("requests_overlap", r::request_exclusion, [](bench& x) {
    transaction p(tlm::TLM_READ_COMMAND, &x.mm), q(tlm::TLM_READ_COMMAND, &x.mm);
    x.fw(p, tlm::BEGIN_REQ);
    x.fw(q, tlm::BEGIN_REQ);
  });
  add("responses_overlap", r::response_exclusion, [](bench& x) {
    transaction p(tlm::TLM_READ_COMMAND, &x.mm), q(tlm::TLM_READ_COMMAND, &x.mm);
    x.fw(p, tlm::BEGIN_REQ);
    x.bw(p, tlm::END_REQ);
    x.fw(q, tlm::BEGIN_REQ);
    x.respond(p);
    x.respond(q);
  });

  // nb_transport: time and context.
  phases("time_goes_down_between_calls", r::nonblocking_time, [](bench& x, payload_t& p) {
    x.fw(p, tlm::BEGIN_REQ, ns(10));
    x.bw(p, tlm::END_REQ, ns(9));
  });
  phases("time_goes_down_on_return", r::nonblocking_time, [](bench& x, payload_t& p) {
    x.targ.forward = [](payload_t&, tlm::tlm_phase& ph, sc_time& t) {
      ph = tlm::END_REQ;
      t -= ns(1);
      return tlm::TLM_UPDATED;
    };
    x.fw(p, tlm::BEGIN_REQ, ns(10));
  });
  phases("time_goes_down_on_backward_return", r::nonblocking_time, [](bench& x, payload_t& p) {
    x.init.backward = [](payload_t&, tlm::tlm_phase&, sc_time& t) {
      t = sc_core::SC_ZERO_TIME;
      return tlm::TLM_COMPLETED;
    };
    x.fw(p, tlm::BEGIN_REQ);
    p.set_response_status(tlm::TLM_OK_RESPONSE);
    x.bw(p, tlm::BEGIN_RESP, ns(3));
  });
  phases("time_stands_still_in_effect", r::count_, [](bench& x, payload_t& p) {
    x.fw(p, tlm::BEGIN_REQ, ns(10));
    sc_core::wait(ns(4));
    x.bw(p, tlm::END_REQ, ns(6));
  });
  phases("forward_call_waits", r::nonblocking_wait, [](bench& x, payload_t& p) {
    x.targ.forward = [](payload_t&, tlm::tlm_phase&, sc_time&) {
      sc_core::wait(sc_core::SC_ZERO_TIME);
      return tlm::TLM_ACCEPTED;
    };
    x.fw(p, tlm::BEGIN_REQ);
  });
  phases("backward_call_waits", r::nonblocking_wait, [](bench& x, payload_t& p) {
    x.init.backward = [](payload_t&, tlm::tlm_phase&, sc_time&) {
      sc_core::wait(ns(1));
      return tlm::TLM_ACCEPTED;
    };
    x.fw(p, tlm::BEGIN_REQ);
    x.bw(p, tlm::END_REQ);
  });
  phases("backward_call_inside_forward_call", r::nested_transport, [](bench& x, payload_t& p) {
    x.targ.forward = [&x](payload_t& q, tlm::tlm_phase&, sc_time&) {
      x.bw(q, tlm::END_REQ);
      return tlm::TLM_ACCEPTED;
    };
    x.fw(p, tlm::BEGIN_REQ);
  });
  phases("forward_call_inside_backward_call", r::nested_transport, [](bench& x, payload_t& p) {
    x.init.backward = [&x](payload_t& q, tlm::tlm_phase&, sc_time&) {
      x.fw(q, tlm::END_RESP);
      return tlm::TLM_ACCEPTED;
    };
    x.fw(p, tlm::BEGIN_REQ);
    x.respond(p);
  });
  return add.take();
}

class protocol_checker_judges_nonblocking : public testing::TestWithParam<scenario> {};

TEST_P(protocol_checker_judges_nonblocking, reports_exactly_the_rule_that_is_broken) {
  judge(GetParam());
}

INSTANTIATE_TEST_SUITE_P(scenarios, protocol_checker_judges_nonblocking, testing::ValuesIn(scenarios()),
                         instance_name);

TEST(protocol_checker_nonblocking, has_a_broken_pair_for_every_rule) {
  expect_every_rule_broken(scenarios(), true);
}

}  // namespace
