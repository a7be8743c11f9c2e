// The checker on attributes, b_transport, transport_dbg and DMI: for each rule a pair that breaks it, and
// only it; and clean pairs that break none.
#include "support/protocol_bench.h"

namespace {

using namespace protocol_bench;

std::vector<scenario> scenarios() {
  using r = protocol_rule;
  const protocol_options lt{false, true, false};
  const protocol_options sloppy{true, false, false};
  scenario_list add;

  // Attributes as the initiator sets them.
  const auto attribute = [&](const char* name, r rule, std::function<void(transaction&)> spoil) {
    add(name, rule, [=](bench& x) {
      transaction p;
      spoil(p);
      x.b(p);
    });
  };
  attribute("data_pointer", r::data_pointer, [](transaction& p) { p.set_data_ptr(nullptr); });
  attribute("data_length", r::data_length, [](transaction& p) { p.set_data_length(0); });
  attribute("byte_enable_length", r::byte_enable_length,
            [](transaction& p) { p.set_byte_enable_ptr(p.enables); });
  attribute("byte_enable_value", r::byte_enable_value, [](transaction& p) {
    p.use_enables();
    p.enables[3] = 1;
  });
  attribute("streaming_width", r::streaming_width, [](transaction& p) { p.set_streaming_width(0); });
  attribute("dmi_hint", r::initial_dmi_hint, [](transaction& p) { p.set_dmi_allowed(true); });
  attribute("option", r::initial_option, [](transaction& p) { p.set_gp_option(tlm::TLM_FULL_PAYLOAD); });
  attribute("response", r::initial_response,
            [](transaction& p) { p.set_response_status(tlm::TLM_OK_RESPONSE); });
  attribute("ignored_command_needs_no_data", r::count_, [](transaction& p) {
    p.set_command(tlm::TLM_IGNORE_COMMAND);
    p.set_data_ptr(nullptr);
    p.set_data_length(0);
  });
  attribute("byte_enables", r::count_, [](transaction& p) { p.use_enables(); });
  add("nonblocking_attributes_are_judged_too", r::streaming_width, [](bench& x) {
    transaction p(tlm::TLM_READ_COMMAND, &x.mm);
    p.set_streaming_width(0);
    x.clean(p);
  });
  add(
      "sloppy_initiator_is_tolerated_on_request", r::count_,
      [](bench& x) {
        transaction p;
        p.set_streaming_width(0);
        p.set_dmi_allowed(true);
        p.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
        x.b(p);
      },
      sloppy);

  // What the target side changes.
  const auto spoiled = [&](const char* name, r rule, std::function<void(payload_t&)> at_target,
                           tlm::tlm_command command = tlm::TLM_WRITE_COMMAND) {
    add(name, rule, [=](bench& x) {
      transaction p(command);
      p.use_enables();
      x.broken_b(at_target, p);
    });
  };
  spoiled("target_changes_command", r::attribute_changed, [](payload_t& p) { p.set_read(); });
  spoiled("target_changes_length", r::attribute_changed, [](payload_t& p) { p.set_data_length(4); });
  spoiled("target_changes_pointer", r::attribute_changed, [](payload_t& p) { p.set_data_ptr(nullptr); });
  spoiled("target_changes_width", r::attribute_changed, [](payload_t& p) { p.set_streaming_width(4); });
  spoiled("target_changes_enable_pointer", r::attribute_changed,
          [](payload_t& p) { p.set_byte_enable_ptr(nullptr); });
  spoiled("target_changes_enable_length", r::attribute_changed,
          [](payload_t& p) { p.set_byte_enable_length(4); });
  spoiled("target_sets_option", r::attribute_changed,
          [](payload_t& p) { p.set_gp_option(tlm::TLM_FULL_PAYLOAD); });
  spoiled("target_changes_write_data", r::write_data_changed, [](payload_t& p) { p.get_data_ptr()[7] = 99; });
  spoiled("target_changes_enables", r::byte_enables_changed,
          [](payload_t& p) { p.get_byte_enable_ptr()[0] = 0; });
  spoiled(
      "target_changes_disabled_bytes", r::disabled_bytes_changed,
      [](payload_t& p) { p.get_data_ptr()[1] = 99; }, tlm::TLM_READ_COMMAND);
  spoiled(
      "target_reads_enabled_bytes", r::count_, [](payload_t& p) { p.get_data_ptr()[2] = 99; },
      tlm::TLM_READ_COMMAND);
  spoiled("interconnect_changes_address_and_hint", r::count_, [](payload_t& p) {
    p.set_address(0);
    p.set_dmi_allowed(true);
  });
  spoiled("target_gives_no_response", r::response_missing,
          [](payload_t& p) { p.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE); });
  spoiled("target_gives_a_strange_response", r::response_value,
          [](payload_t& p) { p.set_response_status(static_cast<tlm::tlm_response_status>(7)); });
  spoiled("target_responds_with_an_error", r::count_,
          [](payload_t& p) { p.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE); });
  add("target_leaves_an_extension", r::extension_left, [](bench& x) {
    transaction p;
    ignorable_extension e;
    x.broken_b([&](payload_t& q) { q.set_extension(&e); }, p);
    p.clear_extension(&e);
  });
  add("initiators_own_extension", r::count_, [](bench& x) {
    transaction p;
    ignorable_extension e;
    p.set_extension(&e);
    x.b(p);
    p.clear_extension(&e);
  });

  // b_transport.
  add("blocking_call_from_a_method", r::method_process, [](bench& x) {
    x.init.method_script = [&x] {
      transaction p;
      x.b(p);
    };
    x.init.run_the_method.notify();
    sc_core::wait(sc_core::SC_ZERO_TIME);
  });
  add("blocking_delay_goes_down", r::blocking_time, [](bench& x) {
    transaction p;
    x.targ.blocking = [](payload_t& q, sc_time& t) {
      q.set_response_status(tlm::TLM_OK_RESPONSE);
      t -= ns(1);
    };
    x.b(p);
  });
  add("blocking_delay_forgotten_by_a_short_wait", r::blocking_time, [](bench& x) {
    transaction p;
    x.targ.blocking = [](payload_t& q, sc_time& t) {
      sc_core::wait(ns(2));
      t = sc_core::SC_ZERO_TIME;
      q.set_response_status(tlm::TLM_OK_RESPONSE);
    };
    x.b(p);
  });
  const auto synchronise = [](payload_t& q, sc_time& t) {
    sc_core::wait(t + ns(2));
    t = sc_core::SC_ZERO_TIME;
    q.set_response_status(tlm::TLM_OK_RESPONSE);
  };
  add("blocking_delay_synchronised", r::count_, [=](bench& x) {
    transaction p;
    x.targ.blocking = synchronise;
    x.b(p);
  });
  add(
      "blocking_wait_in_a_loosely_timed_model", r::blocking_wait,
      [=](bench& x) {
        transaction p;
        x.targ.blocking = synchronise;
        x.b(p);
      },
      lt);
  add(
      "blocking_delay_grows_in_a_loosely_timed_model", r::count_,
      [](bench& x) {
        transaction p;
        x.targ.blocking = [](payload_t& q, sc_time& t) {
          t += ns(2);
          q.set_response_status(tlm::TLM_OK_RESPONSE);
        };
        x.b(p);
      },
      lt);
  add("blocking_reuse_while_nonblocking", r::transaction_in_use, [](bench& x) {
    transaction p(tlm::TLM_WRITE_COMMAND, &x.mm);
    x.fw(p, tlm::BEGIN_REQ);
    x.targ.blocking = [](payload_t& q, sc_time&) { q.set_response_status(tlm::TLM_OK_RESPONSE); };
    x.b(p);
  });
  add("nonblocking_reuse_while_blocking", r::transaction_in_use, [](bench& x) {
    transaction p(tlm::TLM_WRITE_COMMAND, &x.mm);
    x.targ.blocking = [&x](payload_t& q, sc_time&) {
      x.fw(q, tlm::BEGIN_REQ);
      q.set_response_status(tlm::TLM_OK_RESPONSE);
    };
    x.b(p);
  });
  add("blocking_without_a_reference", r::reference_count, [](bench& x) {
    transaction p(tlm::TLM_WRITE_COMMAND, &x.mm);
    p.release();
    x.b(p);
  });

  // transport_dbg and DMI.
  const auto debug = [&](const char* name, r rule, std::function<unsigned(payload_t&)> at_target) {
    add(name, rule, [=](bench& x) {
      transaction p;
      x.targ.debug = at_target;
      x.init.socket->transport_dbg(p);
    });
  };
  debug("debug", r::count_, [](payload_t&) { return 3u; });
  debug("debug_moves_too_much", r::debug_count, [](payload_t& p) { return p.get_data_length() + 1; });
  debug("debug_waits", r::debug_wait, [](payload_t&) {
    sc_core::wait(ns(1));
    return 0u;
  });
  debug("debug_changes_attribute", r::attribute_changed, [](payload_t& p) {
    p.set_read();
    return 0u;
  });
  debug("debug_changes_write_data", r::write_data_changed, [](payload_t& p) {
    p.get_data_ptr()[0] = 77;
    return 0u;
  });
  add("debug_without_data", r::data_pointer, [](bench& x) {
    transaction p;
    p.set_data_ptr(nullptr);
    x.init.socket->transport_dbg(p);
  });

  static unsigned char memory[16];
  const auto direct = [&](const char* name, r rule, std::function<bool(payload_t&, tlm::tlm_dmi&)> at_target,
                          tlm::tlm_command command = tlm::TLM_READ_COMMAND) {
    add(name, rule, [=](bench& x) {
      transaction p(command);
      x.targ.direct = [=](payload_t& q, tlm::tlm_dmi& d) {
        d.set_start_address(0x100);
        d.set_end_address(0x10f);
        d.set_dmi_ptr(memory);
        d.allow_read();
        return at_target(q, d);
      };
      x.direct(p);
    });
  };
  direct("direct", r::count_, [](payload_t&, tlm::tlm_dmi&) { return true; });
  direct("direct_refused", r::count_, [](payload_t&, tlm::tlm_dmi& d) {
    d.init();
    return false;
  });
  direct("direct_elsewhere", r::dmi_range, [](payload_t&, tlm::tlm_dmi& d) {
    d.set_start_address(0x101);
    return true;
  });
  direct("direct_refused_elsewhere", r::dmi_range, [](payload_t&, tlm::tlm_dmi& d) {
    d.set_end_address(0xff);
    d.set_start_address(0);
    return false;
  });
  direct(
      "direct_for_another_command", r::dmi_access, [](payload_t&, tlm::tlm_dmi&) { return true; },
      tlm::TLM_WRITE_COMMAND);
  direct("direct_to_nowhere", r::dmi_pointer, [](payload_t&, tlm::tlm_dmi& d) {
    d.set_dmi_ptr(nullptr);
    return true;
  });
  direct("direct_waits", r::dmi_wait, [](payload_t&, tlm::tlm_dmi&) {
    sc_core::wait(ns(1));
    return true;
  });
  direct(
      "direct_for_no_command", r::dmi_command, [](payload_t&, tlm::tlm_dmi&) { return false; },
      tlm::TLM_IGNORE_COMMAND);
  add("invalidate", r::count_,
      [](bench& x) { x.targ.socket->invalidate_direct_mem_ptr(0, ~sc_dt::uint64{0}); });
  add("invalidate_backwards", r::invalidate_range,
      [](bench& x) { x.targ.socket->invalidate_direct_mem_ptr(0x10, 0xf); });
  add("direct_from_invalidate", r::dmi_in_invalidate, [](bench& x) {
    transaction p;
    x.init.invalidated = [&] { x.direct(p); };
    x.targ.socket->invalidate_direct_mem_ptr(0, 1);
  });
  return add.take();
}

class protocol_checker_judges : public testing::TestWithParam<scenario> {};

TEST_P(protocol_checker_judges, reports_exactly_the_rule_that_is_broken) {
  judge(GetParam());
}

INSTANTIATE_TEST_SUITE_P(scenarios, protocol_checker_judges, testing::ValuesIn(scenarios()), instance_name);

TEST(protocol_checker, has_a_broken_pair_for_every_rule) {
  expect_every_rule_broken(scenarios(), false);
}

TEST(protocol_checker, counts_all_violations_and_keeps_the_first_in_words) {
  bench x({});
  x.init.thread_script = [&] {
    for (int i = 0; i < 100; ++i) {
      transaction p;
      p.set_streaming_width(0);
      x.b(p);
    }
  };
  sc_core::sc_start();
  EXPECT_EQ(x.checker.violations().count(), 100u);
  EXPECT_EQ(x.checker.violations().lines().size(), 20u);
}

TEST(protocol_checker, can_report_as_an_error) {
  bench x({false, false, true});
  std::string reported;
  x.init.thread_script = [&] {
    transaction p;
    p.set_streaming_width(0);
    try {
      x.b(p);
    } catch (const sc_core::sc_report& report) {
      reported = report.get_msg_type();
    }
  };
  sc_core::sc_report_handler::set_handler(sc_core::sc_report_handler::default_handler);
  sc_core::sc_start();
  EXPECT_EQ(reported, "/mimd/protocol_checker");
}

}  // namespace
