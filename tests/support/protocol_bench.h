// A scripted initiator and target with a protocol checker between them, and the scenarios that judge the
// checker.
#ifndef MIMD_TESTS_SUPPORT_PROTOCOL_BENCH_H
#define MIMD_TESTS_SUPPORT_PROTOCOL_BENCH_H

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "tb/tlm/protocol_checker.h"

namespace protocol_bench {

using mimd::tb::name_of;
using mimd::tb::protocol_checker;
using mimd::tb::protocol_options;
using mimd::tb::protocol_rule;
using mimd::tb::protocol_rule_count;
using payload_t = tlm::tlm_generic_payload;
using sc_core::sc_time;

inline sc_time ns(int n) {
  return sc_time(n, sc_core::SC_NS);
}

struct memory_manager : tlm::tlm_mm_interface {
  void free(payload_t*) override { ++freed; }
  int freed = 0;
};

struct ignorable_extension : tlm::tlm_extension<ignorable_extension> {
  tlm::tlm_extension_base* clone() const override { return new ignorable_extension; }
  void copy_from(const tlm::tlm_extension_base&) override {}
};

struct target : sc_core::sc_module, tlm::tlm_fw_transport_if<> {
  tlm::tlm_target_socket<32> socket{"socket"};
  std::function<void(payload_t&, sc_time&)> blocking = [](payload_t& p, sc_time&) {
    p.set_response_status(tlm::TLM_OK_RESPONSE);
  };
  std::function<tlm::tlm_sync_enum(payload_t&, tlm::tlm_phase&, sc_time&)> forward =
      [](payload_t&, tlm::tlm_phase&, sc_time&) { return tlm::TLM_ACCEPTED; };
  std::function<unsigned(payload_t&)> debug = [](payload_t& p) { return p.get_data_length(); };
  std::function<bool(payload_t&, tlm::tlm_dmi&)> direct = [](payload_t&, tlm::tlm_dmi&) { return false; };

  explicit target(const sc_core::sc_module_name& n) : sc_module(n) { socket.bind(*this); }
  void b_transport(payload_t& p, sc_time& t) override { blocking(p, t); }
  tlm::tlm_sync_enum nb_transport_fw(payload_t& p, tlm::tlm_phase& ph, sc_time& t) override {
    return forward(p, ph, t);
  }
  unsigned transport_dbg(payload_t& p) override { return debug(p); }
  bool get_direct_mem_ptr(payload_t& p, tlm::tlm_dmi& d) override { return direct(p, d); }
};

struct initiator : sc_core::sc_module, tlm::tlm_bw_transport_if<> {
  tlm::tlm_initiator_socket<32> socket{"socket"};
  std::function<tlm::tlm_sync_enum(payload_t&, tlm::tlm_phase&, sc_time&)> backward =
      [](payload_t&, tlm::tlm_phase&, sc_time&) { return tlm::TLM_ACCEPTED; };
  std::function<void()> invalidated = [] {};
  std::function<void()> thread_script = [] {};
  std::function<void()> method_script = [] {};
  sc_core::sc_event run_the_method;

  SC_HAS_PROCESS(initiator);
  explicit initiator(const sc_core::sc_module_name& n) : sc_module(n) {
    socket.bind(*this);
    SC_THREAD(run_thread);
    SC_METHOD(run_method);
    sensitive << run_the_method;
    dont_initialize();
  }
  void run_thread() { thread_script(); }
  void run_method() { method_script(); }
  tlm::tlm_sync_enum nb_transport_bw(payload_t& p, tlm::tlm_phase& ph, sc_time& t) override {
    return backward(p, ph, t);
  }
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override { invalidated(); }
};

// A payload that breaks no rule, with a memory manager and one reference.
struct transaction : payload_t {
  unsigned char data[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  unsigned char enables[8] = {0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0};
  explicit transaction(tlm::tlm_command command = tlm::TLM_WRITE_COMMAND, tlm::tlm_mm_interface* mm = nullptr)
      : payload_t(mm) {
    set_command(command);
    set_address(0x100);
    set_data_ptr(data);
    set_data_length(8);
    set_streaming_width(8);
    if (mm != nullptr) acquire();
  }
  void use_enables() {
    set_byte_enable_ptr(enables);
    set_byte_enable_length(8);
  }
};

struct bench {
  memory_manager mm;
  initiator init{"init"};
  protocol_checker<> checker;
  target targ{"targ"};

  explicit bench(const protocol_options& options) : checker("checker", options) {
    init.socket.bind(checker.target_socket);
    checker.initiator_socket.bind(targ.socket);
  }

  void b(payload_t& p, sc_time t = ns(5)) { init.socket->b_transport(p, t); }
  tlm::tlm_sync_enum fw(payload_t& p, tlm::tlm_phase phase, sc_time t = sc_core::SC_ZERO_TIME) {
    return init.socket->nb_transport_fw(p, phase, t);
  }
  tlm::tlm_sync_enum bw(payload_t& p, tlm::tlm_phase phase, sc_time t = sc_core::SC_ZERO_TIME) {
    return targ.socket->nb_transport_bw(p, phase, t);
  }
  void respond(payload_t& p) {
    p.set_response_status(tlm::TLM_OK_RESPONSE);
    bw(p, tlm::BEGIN_RESP);
  }
  void clean(payload_t& p) {  // a whole transaction in four phases
    fw(p, tlm::BEGIN_REQ);
    bw(p, tlm::END_REQ);
    respond(p);
    fw(p, tlm::END_RESP);
  }
  void broken_b(const std::function<void(payload_t&)>& at_target, payload_t& p) {
    targ.blocking = [=](payload_t& q, sc_time&) {
      q.set_response_status(tlm::TLM_OK_RESPONSE);
      at_target(q);
    };
    b(p);
  }
  bool direct(payload_t& p) {
    tlm::tlm_dmi region;
    return init.socket->get_direct_mem_ptr(p, region);
  }
};

struct scenario {
  const char* name;
  protocol_rule rule;  // the one it breaks; count_ when it is clean
  std::function<void(bench&)> script;
  protocol_options options = {};
};

// A list of scenarios that grows by calls.
class scenario_list {
 public:
  void operator()(const char* name, protocol_rule rule, std::function<void(bench&)> script,
                  protocol_options options = {}) {
    all_.push_back({name, rule, std::move(script), options});
  }
  std::vector<scenario> take() { return std::move(all_); }

 private:
  std::vector<scenario> all_;
};

// Runs one scenario; exactly the rule that it breaks must be reported, exactly once.
inline void judge(const scenario& s) {
  bench x(s.options);
  bool ran = false;
  x.init.thread_script = [&] {
    s.script(x);
    ran = true;
  };
  sc_core::sc_start();
  ASSERT_TRUE(ran);
  const auto& rules = x.checker.rules();
  for (unsigned i = 0; i < protocol_rule_count; ++i) {
    const auto rule = static_cast<protocol_rule>(i);
    EXPECT_EQ(rules.violations_of(rule), rule == s.rule ? 1u : 0u) << name_of(rule) << '\n'
                                                                   << rules.violations().text();
  }
  EXPECT_EQ(rules.violations().count(), s.rule == protocol_rule::count_ ? 0u : 1u);
  if (s.rule != protocol_rule::count_) {
    ASSERT_EQ(rules.violations().lines().size(), 1u);
    EXPECT_NE(rules.violations().lines()[0].find(name_of(s.rule)), std::string::npos);
    EXPECT_NE(rules.violations().lines()[0].find("checker"), std::string::npos);
  }
}

// Rules that only nb_transport can break have their pairs in protocol_checker_nonblocking_test.cpp.
inline bool is_nonblocking(protocol_rule rule) {
  using r = protocol_rule;
  const std::set<r> rules{r::memory_manager,   r::request_exclusion, r::phase_path,
                          r::phase_order,      r::return_status,     r::accepted_but_changed,
                          r::nested_transport, r::nonblocking_wait,  r::nonblocking_time,
                          r::response_changed, r::response_exclusion};
  return rules.count(rule) > 0;
}

inline void expect_every_rule_broken(const std::vector<scenario>& scenarios, bool nonblocking) {
  std::set<protocol_rule> broken;
  for (const scenario& s : scenarios) broken.insert(s.rule);
  for (unsigned i = 0; i < protocol_rule_count; ++i) {
    const auto rule = static_cast<protocol_rule>(i);
    if (is_nonblocking(rule) == nonblocking) {
      EXPECT_TRUE(broken.count(rule)) << name_of(rule);
    }
  }
}

inline std::string instance_name(const testing::TestParamInfo<scenario>& instance) {
  return instance.param.name;
}

}  // namespace protocol_bench

#endif
