// The network in both fidelities: timing of lone packets, conservation, order, back-pressure, priorities.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/noc_bench.h"

namespace mimd::test {
namespace {

using namespace mimd::noc;

class noc_network : public testing::TestWithParam<fidelity> {};
INSTANTIATE_TEST_SUITE_P(both, noc_network, testing::Values(fidelity::flit, fidelity::packet),
                         [](const auto& tested) {
                           return tested.param == fidelity::flit ? "flit" : "packet";
                         });

TEST_P(noc_network, latency_of_a_lone_packet_is_the_sum_of_its_parts) {
  for (const std::uint32_t router : {1u, 2u, 3u, 4u, 7u, 100u, 1000u})
    for (const std::uint32_t link : {1u, 3u, 150u, 700u})
      for (const std::uint32_t end : {1u, 2u, 90u, 500u})
        for (const std::uint32_t flits : {1u, 5u, 16u}) {
          network_parameters np;
          np.router_cycles = router;
          np.buffer_flits = 400;
          noc_bench b(shaped("mesh", {4, 4}, link, end), np, GetParam());
          for (const std::uint32_t to : {0u, 1u, 5u, 15u}) {
            const cycle h = to % 4 + to / 4;
            const packet& p = b.board.send(0, to, flits);
            b.expect_drained();
            EXPECT_EQ(p.injected, p.created);
            EXPECT_EQ(p.hops, h + 1);
            EXPECT_EQ(p.arrived - p.created, (h + 1) * router + h * link + 2 * end + 1 + flits - 1)
                << router << " " << link << " " << end << " " << flits << " " << to;
          }
        }
}

TEST_P(noc_network, a_buffer_shorter_than_the_credit_loop_holds_a_lone_packet_up) {
  for (const std::uint32_t buffer : {1u, 2u, 4u, 6u, 7u})
    for (const std::uint32_t flits : {1u, 5u, 8u, 40u}) {
      network_parameters np;
      np.buffer_flits = buffer;
      np.vcs = 1;
      noc_bench b(shaped("mesh", {8, 8}), np, GetParam());
      const packet& p = b.board.send(0, 63, flits);
      b.expect_drained();
      EXPECT_EQ(p.arrived - p.created, 62 + (flits - 1) + (flits - 1) / buffer * (7 - buffer))
          << buffer << " " << flits;
    }
}

TEST(flit_network, tells_what_each_flit_took) {
  network_parameters np;
  np.vcs = 1;
  noc_bench b(shaped("mesh", {4, 4}), np, fidelity::flit);
  std::vector<std::uint32_t> latencies;
  b.board.on_arrival = [&](packet& p) {
    if (p.source == 0) latencies.assign(p.flit_latencies, p.flit_latencies + p.flits);
  };
  b.board.send(0, 3, 3);
  b.expect_drained();
  EXPECT_EQ(latencies, std::vector<std::uint32_t>(3, 4 * 3 + 3 + 2 + 1));
  b.board.send(4, 7, 30);  // another way
  b.board.send(1, 3, 4);   // in its way, so that the flits behind the head wait less
  b.board.send(0, 3, 3);
  b.expect_drained();
  EXPECT_GT(latencies[0], 18u);
  EXPECT_GE(latencies[0], latencies[1]);
  EXPECT_GE(latencies[1], latencies[2]);
}

TEST_P(noc_network, everything_sent_arrives_once_and_credits_close) {
  for (const noc_setting& s : noc_settings()) {
    SCOPED_TRACE(std::string(s.family) + " " + s.routing_name);
    noc_bench b(shaped(s.family, s.dims, s.link), parameters_of(s), GetParam(), s.routing_name);
    b.random_traffic(3000, 0.7, s.longest, s.networks, 3);
    b.expect_drained();
    std::uint64_t entered = 0;
    std::uint64_t left = 0;
    for (std::uint32_t t = 0; t < b.shape.terminals(); ++t) {
      entered += b.net->load(b.shape.injection(t)).flits;
      left += b.net->load(b.shape.ejection(t)).packets;
    }
    EXPECT_EQ(entered, b.board.flits_sent());
    EXPECT_EQ(left, b.board.sent());
  }
}

TEST_P(noc_network, the_run_does_not_depend_on_where_the_user_stops) {
  for (const char* routing_name : {"", "minimal-adaptive"}) {
    std::uint64_t latency[2];
    for (const bool often : {false, true}) {
      network_parameters np;
      noc_bench b(shaped("mesh", {4, 4}), np, GetParam(), routing_name);
      b.random_traffic(2000, 0.02, 5, 1, 1, often ? 1 : 1000);
      b.expect_drained();
      latency[often] = b.board.latency();
    }
    EXPECT_EQ(latency[0], latency[1]);
  }
}

TEST_P(noc_network, ordered_virtual_networks_keep_flows_in_order_and_others_need_not) {
  network_parameters np;
  np.buffer_flits = 4;
  np.virtual_networks = 2;
  np.ordered = {true, false};
  noc_bench b(shaped("torus", {4, 4}), np, GetParam());
  random_generator random(3);
  for (cycle c = 0; c < 4000; ++c) {
    b.net->advance_to(c);
    for (std::uint32_t t = 0; t < 16; ++t)
      if (random.uniform() < 0.3)
        b.board.send(t, static_cast<std::uint32_t>(random.below(2)) + 5,
                     1 + static_cast<std::uint32_t>(random.below(6)), c % 2);
  }
  b.expect_drained();
  EXPECT_EQ(b.board.overtaken(0), 0u);
  EXPECT_GT(b.board.overtaken(1), 0u);
}

TEST_P(noc_network, a_held_terminal_gets_nothing_and_backs_up_until_released) {
  network_parameters np;
  np.virtual_networks = 2;
  np.vcs = 1;
  np.buffer_flits = 4;
  noc_bench b(shaped("mesh", {4, 1}), np, GetParam());
  b.net->hold(3, 0);
  std::uint64_t held = 0;
  std::uint64_t other = 0;
  b.board.on_arrival = [&](packet& p) { ++(p.virtual_network == 0 ? held : other); };
  for (int i = 0; i < 50; ++i) {
    b.board.send(0, 3, 2, 0);
    b.board.send(0, 3, 2, 1);
  }
  b.net->advance_to(2000);
  EXPECT_EQ(held, 0u);
  EXPECT_EQ(other, 50u);
  EXPECT_EQ(b.net->next_activity(), no_cycle);  // nothing can move: nothing is looked at
  // The terminal's buffer and those of the four routers are full; the rest waits at the source.
  EXPECT_EQ(b.net->load(b.shape.injection(0)).flits, 100u + 5 * 4);
  EXPECT_EQ(b.net->packets_inside(), 50u);
  b.net->release(3, 0);
  b.expect_drained();
  EXPECT_EQ(held, 50u);
}

TEST_P(noc_network, hold_from_inside_an_arrival_is_the_last_arrival) {
  noc_bench b(shaped("mesh", {4, 4}), network_parameters{}, GetParam());
  std::uint64_t arrivals = 0;
  b.board.on_arrival = [&](packet& p) {
    ++arrivals;
    b.net->hold(p.destination, 0);
  };
  for (std::uint32_t s = 0; s < 16; ++s)
    for (int i = 0; i < 8; ++i) b.board.send(s, 5, 3);
  for (std::uint64_t expected = 1; expected <= 128; ++expected) {
    b.net->advance_to(b.net->now() + 500);
    ASSERT_EQ(arrivals, expected);
    b.net->release(5, 0);
  }
  b.expect_drained();
}

TEST_P(noc_network, larger_priority_suffers_less_from_contention) {
  network_parameters np;
  np.virtual_networks = 2;
  np.vcs = 2;
  noc_bench b(shaped("mesh", {4, 4}), np, GetParam());
  random_generator random(9);
  double latency[2] = {};
  double count[2] = {};
  b.board.on_arrival = [&](packet& p) {
    latency[p.priority] += static_cast<double>(p.arrived - p.created);
    ++count[p.priority];
  };
  for (cycle c = 0; c < 5000; ++c) {
    b.net->advance_to(c);
    for (std::uint32_t t = 0; t < 16; ++t)
      for (std::uint32_t n = 0; n < 2; ++n)
        if (random.uniform() < 0.06) b.board.send(t, static_cast<std::uint32_t>(random.below(16)), 5, n, n);
  }
  b.expect_drained();
  EXPECT_LT(latency[1] / count[1] * 1.2, latency[0] / count[0]);
}

TEST_P(noc_network, packets_sent_at_now_leave_at_now_in_the_driver_and_in_the_receiver) {
  noc_bench b(shaped("mesh", {4, 4}), network_parameters{}, GetParam());
  b.net->advance_to(17);
  std::vector<cycle> injected;
  int left = 3;
  b.board.on_arrival = [&](packet& p) {
    injected.push_back(p.injected);
    if (left-- > 0) b.board.send(p.destination, p.source, 1);
  };
  b.board.send(0, 1, 1);
  EXPECT_EQ(b.net->next_activity(), 17u);
  b.expect_drained();
  EXPECT_EQ(injected, (std::vector<cycle>{17, 27, 37, 47}));
}

TEST_P(noc_network, same_seed_same_run_other_seed_other_run) {
  const auto latency = [this](std::uint64_t seed) {
    network_parameters np;
    np.seed = seed;
    np.vcs = 2;
    noc_bench b(shaped("mesh", {4, 4}), np, GetParam(), "valiant");
    b.random_traffic(2000, 0.3, 5, 1, 1);
    b.expect_drained();
    return b.board.latency();
  };
  EXPECT_EQ(latency(1), latency(1));
  EXPECT_NE(latency(1), latency(2));
}

TEST_P(noc_network, what_cannot_be_is_refused_in_one_line) {
  const auto refused = [this](void (*change)(network_parameters&)) {
    network_parameters np;
    np.vcs = 2;
    const auto t = make_topology(shaped("mesh", {2, 2}));
    const auto r = make_routing("", t, 2);
    change(np);
    try {
      make_network(GetParam(), t, *r, np);
    } catch (const std::invalid_argument& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  EXPECT_EQ(refused([](network_parameters&) {}), "");
  EXPECT_EQ(refused([](network_parameters& p) { p.vcs = 3; }),
            "the network has 3 virtual channels, its routing 2");
  EXPECT_EQ(refused([](network_parameters& p) { p.virtual_networks = 33; }),
            "virtual_networks times vcs must be from 1 to 64, not 66");
  EXPECT_EQ(refused([](network_parameters& p) { p.buffer_flits = 0; }),
            GetParam() == fidelity::flit ? "buffer_flits must be from 1 to 65536, not 0"
                                         : "buffer_flits must be from 1 to 65535, not 0");
  EXPECT_EQ(refused([](network_parameters& p) { p.router_cycles = 0; }),
            "router_cycles must be from 1 to 1000, not 0");
  EXPECT_EQ(refused([](network_parameters& p) { p.allocator_iterations = 0; }),
            "allocator_iterations must be at least 1");

  noc_bench b(shaped("mesh", {2, 2}), network_parameters{}, GetParam());
  packet p;
  p.destination = 4;
  EXPECT_THROW(b.net->send(p), std::invalid_argument);
  p.destination = 3;
  p.flits = 0;
  EXPECT_THROW(b.net->send(p), std::invalid_argument);
  p.flits = 1;
  p.virtual_network = 1;
  EXPECT_THROW(b.net->send(p), std::invalid_argument);
}

TEST_P(noc_network, one_flit_a_cycle_enters_from_a_terminal) {
  network_parameters np;
  np.virtual_networks = 3;
  np.vcs = 2;
  noc_bench b(shaped("crossbar", {4}), np, GetParam());
  for (std::uint32_t i = 0; i < 90; ++i) {
    b.board.send(0, 1 + i % 3, 1, i % 3);
    b.net->advance_to(i / 3);
  }
  b.expect_drained();
  // 90 flits in cycles 0 to 89 at best; the last one takes 6 more.
  EXPECT_GE(b.net->now(), 95u);
  EXPECT_LE(b.net->now(), 110u);
}

TEST_P(noc_network, an_adaptive_routing_cannot_keep_order) {
  network_parameters np;
  np.ordered = {true};
  const auto t = make_topology(shaped("mesh", {4, 4}));
  const auto r = make_routing("minimal-adaptive", t, 4);
  EXPECT_THROW(make_network(GetParam(), t, *r, np), std::invalid_argument);
}

TEST_P(noc_network, an_idle_network_costs_nothing) {
  noc_bench b(shaped("mesh", {64, 64}), network_parameters{}, GetParam());
  for (int i = 0; i < 1000; ++i) b.net->advance_to(b.net->now() + 1'000'000'000);
  b.board.send(0, 4095, 5);
  b.expect_drained();
  EXPECT_EQ(b.board.latency(), 127u * 3 + 126 + 3 + 4);
}

}  // namespace
}  // namespace mimd::test
