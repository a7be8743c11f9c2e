// The random initiator through the checker to every kind of foreign target: neither finds anything wrong, so
// that what they find at our models is our models' fault. And the random initiator does find a target's
// errors.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tb/tlm/foreign_initiator.h"
#include "tb/tlm/foreign_target.h"
#include "tb/tlm/protocol_checker.h"
#include "tb/tlm/random_initiator.h"

namespace {

using namespace mimd::tb;

struct variant {
  const char* name;
  foreign_style style;
  bool in_order = false;
  bool wait = true;
  mimd::time_ps quantum = 0;
  bool sloppy = false;
};

random_initiator_options initiator_options(std::uint64_t transactions) {
  random_initiator_options options;
  options.transactions = transactions;
  options.ranges = {{0x1000, 4096}, {0x2003, 77}, {0x3000, 1}, {0x4000, 2048, false}};
  return options;
}

class random_initiator_with_foreign_target : public testing::TestWithParam<variant> {};

TEST_P(random_initiator_with_foreign_target, finds_nothing_in_100000_transactions) {
  const variant v = GetParam();
  random_initiator_options options = initiator_options(100'000);
  options.quantum = v.quantum;
  options.sloppy = v.sloppy;
  random_initiator initiator("initiator", options);
  protocol_checker<> checker("checker", {v.sloppy, false, false});
  foreign_target_options target_options;
  target_options.style = v.style;
  target_options.in_order = v.in_order;
  target_options.wait = v.wait;
  target_options.direct = true;
  foreign_target target("target", target_options);
  initiator.socket.bind(checker.target_socket);
  checker.initiator_socket.bind(target.socket);
  sc_core::sc_start();

  EXPECT_TRUE(initiator.done());
  EXPECT_EQ(initiator.mismatches().count(), 0u) << initiator.mismatches().text();
  EXPECT_EQ(checker.violations().count(), 0u) << checker.violations().text();
  EXPECT_EQ(checker.rules().in_flight(), 0u);
  const auto& counts = initiator.counted();
  EXPECT_EQ(checker.rules().transactions(), counts.blocking + counts.nonblocking);
  EXPECT_GT(counts.blocking, 30'000u);
  EXPECT_GT(counts.nonblocking, 30'000u);
  EXPECT_GT(counts.debug, 5'000u);
  EXPECT_GT(counts.direct_granted, 3'000u);
}

INSTANTIATE_TEST_SUITE_P(
    variants, random_initiator_with_foreign_target,
    testing::Values(variant{"blocking_only", foreign_style::blocking_only},
                    variant{"nonblocking_only", foreign_style::nonblocking_only},
                    variant{"completed", foreign_style::completed},
                    variant{"updated_response", foreign_style::updated_response},
                    variant{"updated_request", foreign_style::updated_request},
                    variant{"two_phase", foreign_style::two_phase},
                    variant{"two_phase_in_order", foreign_style::two_phase, true},
                    variant{"four_phase", foreign_style::four_phase},
                    variant{"four_phase_in_order", foreign_style::four_phase, true},
                    variant{"mixed", foreign_style::mixed},
                    variant{"mixed_in_order_sloppy", foreign_style::mixed, true, true, 0, true},
                    variant{"annotating", foreign_style::mixed, false, false},
                    variant{"annotating_decoupled", foreign_style::mixed, false, false, 100'000},
                    variant{"waiting_decoupled_sloppy", foreign_style::mixed, false, true, 100'000, true}),
    [](const testing::TestParamInfo<variant>& instance) { return std::string(instance.param.name); });

// Stands before a good target and spoils one thing now and then.
struct spoiler : sc_core::sc_module {
  tlm_utils::simple_target_socket<spoiler, 32> target_socket{"target_socket"};
  tlm_utils::simple_initiator_socket<spoiler, 32> initiator_socket{"initiator_socket"};
  std::function<void(tlm::tlm_generic_payload&)> before = [](tlm::tlm_generic_payload&) {};
  std::function<void(tlm::tlm_generic_payload&)> after = [](tlm::tlm_generic_payload&) {};
  std::function<unsigned(unsigned)> debug = [](unsigned moved) { return moved; };
  bool pass_direct = false;
  int calls = 0;

  explicit spoiler(const sc_core::sc_module_name& n) : sc_module(n) {
    target_socket.register_b_transport(this, &spoiler::b_transport);
    target_socket.register_transport_dbg(this, &spoiler::transport_dbg);
    target_socket.register_get_direct_mem_ptr(this, &spoiler::get_direct_mem_ptr);
    initiator_socket.register_invalidate_direct_mem_ptr(this, &spoiler::invalidate_direct_mem_ptr);
  }
  bool get_direct_mem_ptr(tlm::tlm_generic_payload& p, tlm::tlm_dmi& d) {
    return pass_direct && initiator_socket->get_direct_mem_ptr(p, d);
  }
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) {}  // kept to itself
  void b_transport(tlm::tlm_generic_payload& p, sc_core::sc_time& t) {
    const bool now = ++calls == 500;
    if (now) before(p);
    initiator_socket->b_transport(p, t);
    if (now) after(p);
  }
  unsigned transport_dbg(tlm::tlm_generic_payload& p) { return debug(initiator_socket->transport_dbg(p)); }
};

struct spoilt_bench {
  random_initiator initiator;
  spoiler spoil{"spoil"};
  foreign_target target;

  static random_initiator_options options() {
    random_initiator_options o = initiator_options(2000);
    o.ranges = {{0x1000, 64}};
    o.nonblocking = o.direct = 0;
    return o;
  }
  spoilt_bench() : initiator("initiator", options()), target("target", {}) {
    initiator.socket.bind(spoil.target_socket);
    spoil.initiator_socket.bind(target.socket);
  }
};

TEST(random_initiator, finds_nothing_wrong_with_a_target_that_is_right) {
  spoilt_bench x;
  sc_core::sc_start();
  EXPECT_TRUE(x.initiator.done());
  EXPECT_EQ(x.initiator.mismatches().count(), 0u) << x.initiator.mismatches().text();
}

TEST(random_initiator, finds_one_lost_or_misplaced_access) {
  spoilt_bench x;
  x.spoil.before = [](tlm::tlm_generic_payload& p) { p.set_address(p.get_address() ^ 1); };
  sc_core::sc_start();
  EXPECT_TRUE(x.initiator.done());
  EXPECT_GT(x.initiator.mismatches().count(), 0u);
}

TEST(random_initiator, finds_a_byte_written_beside_the_data) {
  spoilt_bench x;
  x.spoil.after = [](tlm::tlm_generic_payload& p) { p.get_data_ptr()[p.get_data_length()] = 0; };
  sc_core::sc_start();
  EXPECT_EQ(x.initiator.mismatches().count(), 1u) << x.initiator.mismatches().text();
}

TEST(random_initiator, finds_an_error_response) {
  spoilt_bench x;
  x.spoil.after = [](tlm::tlm_generic_payload& p) { p.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE); };
  sc_core::sc_start();
  EXPECT_GE(x.initiator.mismatches().count(), 1u);
  EXPECT_NE(x.initiator.mismatches().text().find("TLM_BURST_ERROR_RESPONSE"), std::string::npos);
}

TEST(random_initiator, finds_a_debug_transport_that_moves_too_little) {
  spoilt_bench x;
  x.spoil.debug = [](unsigned moved) { return moved - 1; };
  sc_core::sc_start();
  EXPECT_EQ(x.initiator.mismatches().count(), x.initiator.counted().debug + 1);
}

TEST(random_initiator, finds_memory_changed_behind_its_back) {
  spoilt_bench x;
  x.spoil.after = [&](tlm::tlm_generic_payload&) {
    unsigned char bytes[64];
    tlm::tlm_generic_payload p;
    p.set_address(0x1000);
    p.set_data_ptr(bytes);
    p.set_data_length(64);
    p.set_read();
    x.spoil.initiator_socket->transport_dbg(p);
    bytes[13] ^= 1;
    p.set_write();
    x.spoil.initiator_socket->transport_dbg(p);
  };
  sc_core::sc_start();
  EXPECT_GT(x.initiator.mismatches().count(), 0u);
}

TEST(random_initiator, uses_a_region_until_it_is_taken_back) {
  random_initiator_options options = initiator_options(10'000);
  options.direct = 8;
  random_initiator initiator("initiator", options);
  foreign_target_options target_options;
  target_options.direct = true;
  foreign_target target("target", target_options);
  initiator.socket.bind(target.socket);
  for (int i = 0; i < 100; ++i) {
    sc_core::sc_start(sc_core::sc_time(100, sc_core::SC_NS));
    target.remap();
  }
  sc_core::sc_start();
  EXPECT_TRUE(initiator.done());
  EXPECT_EQ(initiator.mismatches().count(), 0u) << initiator.mismatches().text();
  EXPECT_GT(initiator.counted().direct_granted, 1000u);
  EXPECT_LT(initiator.counted().direct_granted, 4000u);  // half of the 4,700 or so use an old region
}

TEST(random_initiator, notices_when_memory_moves_without_a_word) {
  random_initiator_options options = initiator_options(10'000);
  options.nonblocking = options.debug = 0;
  random_initiator initiator("initiator", options);
  foreign_target_options target_options;
  target_options.direct = true;
  foreign_target target("target", target_options);
  spoiler keeps_quiet("keeps_quiet");
  initiator.socket.bind(keeps_quiet.target_socket);
  keeps_quiet.initiator_socket.bind(target.socket);
  keeps_quiet.pass_direct = true;
  sc_core::sc_start(sc_core::sc_time(5, sc_core::SC_US));
  target.remap();
  sc_core::sc_start();
  EXPECT_TRUE(initiator.done());
  EXPECT_GT(initiator.mismatches().count(), 0u);
}

// Two pairs in one simulation; without nb_transport no two processes of a pair race at one time.
TEST(random_initiator, is_deterministic_in_its_seed) {
  random_initiator_options options = initiator_options(5000);
  options.nonblocking = 0;
  random_initiator first("first", options), second("second", options);
  options.seed = 2;
  random_initiator third("third", options);
  foreign_target first_target("first_target", {}), second_target("second_target", {}),
      third_target("third_target", {});
  first.socket.bind(first_target.socket);
  second.socket.bind(second_target.socket);
  third.socket.bind(third_target.socket);
  sc_core::sc_start();
  EXPECT_EQ(first_target.bytes(), second_target.bytes());
  EXPECT_NE(first_target.bytes(), third_target.bytes());
}

TEST(random_initiator, refuses_senseless_options) {
  random_initiator_options options;
  EXPECT_THROW(random_initiator("a", options), std::invalid_argument);
  options.ranges = {{0, 0}};
  EXPECT_THROW(random_initiator("b", options), std::invalid_argument);
  options.ranges = {{0, 1}};
  options.max_length = 257;
  EXPECT_THROW(random_initiator("c", options), std::invalid_argument);
}

TEST(foreign_initiator, reads_what_it_wrote) {
  foreign_initiator initiator("initiator", 0x100, 4096, 3);
  protocol_checker<> checker("checker", {true, false, false});
  foreign_target target("target", {});
  initiator.socket.bind(checker.target_socket);
  checker.initiator_socket.bind(target.socket);
  sc_core::sc_start();
  EXPECT_TRUE(initiator.done());
  EXPECT_EQ(initiator.mismatches().count(), 0u) << initiator.mismatches().text();
  EXPECT_EQ(checker.violations().count(), 0u) << checker.violations().text();
}

}  // namespace
