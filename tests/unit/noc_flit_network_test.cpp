// The network in flit fidelity: timing of lone packets, conservation, order, back-pressure, priorities.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "infrastructure/random.h"
#include "noc/network.h"
#include "noc/topologies.h"
#include "tests/support/noc_scoreboard.h"

namespace {

using namespace mimd::noc;
using mimd::random_generator;
using mimd::test::noc_scoreboard;

struct bench {
  bench(const topology_parameters& tp, const network_parameters& np, const std::string& routing_name = "")
      : shape(make_topology(tp)),
        way(make_routing(routing_name, shape, np.vcs)),
        net(make_network(fidelity::flit, shape, *way, np)),
        board(*net) {}

  void random_traffic(std::uint32_t packets, double load, std::uint32_t longest, std::uint32_t networks,
                      std::uint64_t seed) {
    random_generator random(seed);
    cycle c = net->now();
    while (board.sent() < packets) {
      net->advance_to(c);
      for (std::uint32_t t = 0; t < shape.terminals(); ++t)
        if (random.uniform() < load / (0.5 * (longest + 1)))
          board.send(t, static_cast<std::uint32_t>(random.below(shape.terminals())),
                     1 + static_cast<std::uint32_t>(random.below(longest)),
                     static_cast<std::uint32_t>(random.below(networks)),
                     static_cast<std::uint32_t>(random.below(3)));
      ++c;
    }
  }
  void expect_drained() {
    ASSERT_TRUE(board.drain());
    EXPECT_EQ(board.arrived(), board.sent());
    EXPECT_EQ(board.flits_arrived(), board.flits_sent());
    EXPECT_EQ(net->packets_inside(), 0u);
    EXPECT_NO_THROW(net->check_drained());
  }
  cycle lone_latency(std::uint32_t from, std::uint32_t to, std::uint32_t flits) {
    auto& p = board.send(from, to, flits);
    EXPECT_TRUE(board.drain());
    EXPECT_EQ(p.injected, p.created);
    return p.arrived - p.created;
  }

  topology shape;
  std::unique_ptr<routing> way;
  std::unique_ptr<network> net;
  noc_scoreboard board;
};

topology_parameters grid(const std::string& family, std::vector<std::uint32_t> dims, std::uint32_t link = 1,
                         std::uint32_t terminal = 1) {
  topology_parameters result;
  result.family = family;
  result.dims = std::move(dims);
  result.link_cycles = link;
  result.terminal_cycles = terminal;
  return result;
}

TEST(noc_flit_network, latency_of_a_lone_packet_is_the_sum_of_its_parts) {
  for (const std::uint32_t router : {1u, 2u, 3u, 4u, 7u})
    for (const std::uint32_t link : {1u, 3u})
      for (const std::uint32_t end : {1u, 2u})
        for (const std::uint32_t flits : {1u, 5u, 16u}) {
          network_parameters np;
          np.router_cycles = router;
          np.buffer_flits = 32;
          bench b(grid("mesh", {4, 4}, link, end), np);
          for (const std::uint32_t to : {0u, 1u, 5u, 15u}) {
            const cycle h = to % 4 + to / 4;
            EXPECT_EQ(b.lone_latency(0, to, flits), (h + 1) * router + h * link + 2 * end + 1 + flits - 1)
                << router << " " << link << " " << end << " " << flits << " " << to;
          }
        }
}

TEST(noc_flit_network, a_buffer_shorter_than_the_credit_loop_holds_a_lone_packet_up) {
  // Router, link, and the credit's way back: 7 cycles for buffer_flits flits.
  for (const std::uint32_t buffer : {1u, 2u, 4u, 6u, 7u})
    for (const std::uint32_t flits : {1u, 5u, 8u, 40u}) {
      network_parameters np;
      np.buffer_flits = buffer;
      np.vcs = 1;
      bench b(grid("mesh", {8, 8}), np);
      EXPECT_EQ(b.lone_latency(0, 63, flits), 62 + (flits - 1) + (flits - 1) / buffer * (7 - buffer))
          << buffer << " " << flits;
      b.expect_drained();
    }
}

TEST(noc_flit_network, everything_sent_arrives_once_and_credits_close) {
  struct setting {
    const char* family;
    std::vector<std::uint32_t> dims;
    const char* routing_name;
    std::uint32_t vcs, buffer, networks, longest, router;
  };
  for (const auto& s : std::vector<setting>{{"mesh", {4, 4}, "", 1, 1, 1, 4, 3},
                                            {"mesh", {4, 4}, "", 4, 8, 3, 9, 3},
                                            {"mesh", {5, 3}, "west-first", 2, 4, 1, 5, 3},
                                            {"mesh", {4, 4}, "minimal-adaptive", 3, 4, 2, 5, 3},
                                            {"torus", {4, 4}, "", 2, 4, 1, 20, 3},
                                            {"torus", {3, 3, 3}, "minimal-adaptive", 3, 2, 1, 3, 2},
                                            {"mesh", {4, 4}, "valiant", 2, 3, 1, 4, 1},
                                            {"fat-tree", {4, 2}, "", 2, 4, 1, 5, 5},
                                            {"fat-tree", {2, 3}, "fat-tree-adaptive", 2, 4, 1, 5, 3},
                                            {"butterfly", {2, 3}, "", 2, 4, 1, 5, 3},
                                            {"flattened-butterfly", {4, 4}, "", 2, 4, 2, 5, 3},
                                            {"crossbar", {40}, "", 4, 4, 1, 5, 3}}) {
    network_parameters np;
    np.vcs = s.vcs;
    np.buffer_flits = s.buffer;
    np.virtual_networks = s.networks;
    np.router_cycles = s.router;
    bench b(grid(s.family, s.dims), np, s.routing_name);
    b.random_traffic(3000, 0.7, s.longest, s.networks, 11);
    SCOPED_TRACE(std::string(s.family) + " " + s.routing_name);
    b.expect_drained();
    std::uint64_t at_terminals = 0;
    for (std::uint32_t t = 0; t < b.shape.terminals(); ++t) {
      at_terminals += b.net->load(b.shape.ejection(t)).flits;
    }
    EXPECT_EQ(at_terminals, b.board.flits_sent());
  }
}

TEST(noc_flit_network, ordered_virtual_networks_keep_flows_in_order_and_others_need_not) {
  network_parameters np;
  np.vcs = 4;
  np.buffer_flits = 4;
  np.virtual_networks = 2;
  np.ordered = {true, false};
  bench b(grid("torus", {4, 4}), np);
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

TEST(noc_flit_network, a_held_terminal_gets_nothing_and_backs_up_until_released) {
  network_parameters np;
  np.virtual_networks = 2;
  np.vcs = 1;
  np.buffer_flits = 4;
  bench b(grid("mesh", {4, 1}), np);
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
  EXPECT_EQ(b.net->next_activity(), no_cycle);  // nothing can move: nothing is simulated
  // The terminal's buffer and those of the four routers are full; the rest waits at the source.
  EXPECT_EQ(b.net->load(b.shape.injection(0)).flits, 100u + 5 * 4);
  EXPECT_EQ(b.net->packets_inside(), 50u);
  b.net->release(3, 0);
  b.expect_drained();
  EXPECT_EQ(held, 50u);
}

TEST(noc_flit_network, hold_from_inside_an_arrival_is_the_last_arrival) {
  network_parameters np;
  np.vcs = 4;
  bench b(grid("mesh", {4, 4}), np);
  std::uint64_t arrivals = 0;
  b.board.on_arrival = [&](packet& p) {
    ++arrivals;
    b.net->hold(p.destination, 0);
  };
  for (std::uint32_t s = 0; s < 16; ++s)
    for (int i = 0; i < 8; ++i) b.board.send(s, 5, 3);
  std::uint64_t expected = 1;
  while (expected <= 128) {
    b.net->advance_to(b.net->now() + 500);
    ASSERT_EQ(arrivals, expected);
    b.net->release(5, 0);
    ++expected;
  }
  b.expect_drained();
}

TEST(noc_flit_network, larger_priority_suffers_less_from_contention) {
  network_parameters np;
  np.virtual_networks = 2;
  np.vcs = 2;
  bench b(grid("mesh", {4, 4}), np);
  random_generator random(9);
  std::uint64_t latency[2] = {};
  std::uint64_t count[2] = {};
  b.board.on_arrival = [&](packet& p) {
    latency[p.priority] += p.arrived - p.created;
    ++count[p.priority];
  };
  for (cycle c = 0; c < 5000; ++c) {
    b.net->advance_to(c);
    for (std::uint32_t t = 0; t < 16; ++t)
      for (std::uint32_t n = 0; n < 2; ++n)
        if (random.uniform() < 0.06) b.board.send(t, static_cast<std::uint32_t>(random.below(16)), 5, n, n);
  }
  b.expect_drained();
  const double low = static_cast<double>(latency[0]) / static_cast<double>(count[0]);
  const double high = static_cast<double>(latency[1]) / static_cast<double>(count[1]);
  EXPECT_LT(high * 1.2, low);
}

TEST(noc_flit_network, packets_sent_at_now_leave_at_now_in_the_driver_and_in_the_receiver) {
  bench b(grid("mesh", {4, 4}), network_parameters{});
  b.net->advance_to(17);
  EXPECT_EQ(b.net->now(), 17u);
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

TEST(noc_flit_network, one_flit_a_cycle_enters_from_a_terminal) {
  network_parameters np;
  np.virtual_networks = 3;
  np.vcs = 2;
  bench b(grid("crossbar", {4}), np);
  for (std::uint32_t i = 0; i < 90; ++i) {
    b.board.send(0, 1 + i % 3, 1, i % 3);
    b.net->advance_to(i / 3);
  }
  b.expect_drained();
  // 90 flits in cycles 0 to 89 at best; the last one takes 6 more.
  EXPECT_GE(b.net->now(), 95u);
  EXPECT_LE(b.net->now(), 110u);
}

TEST(noc_flit_network, same_seed_same_run_other_seed_other_run) {
  const auto latency = [](std::uint64_t seed) {
    network_parameters np;
    np.seed = seed;
    np.vcs = 2;
    bench b(grid("mesh", {4, 4}), np, "valiant");
    b.random_traffic(2000, 0.3, 5, 1, 1);
    b.expect_drained();
    return b.board.latency();
  };
  EXPECT_EQ(latency(1), latency(1));
  EXPECT_NE(latency(1), latency(2));
}

TEST(noc_flit_network, an_idle_network_costs_nothing) {
  bench b(grid("mesh", {64, 64}), network_parameters{});
  for (int i = 0; i < 1000; ++i) b.net->advance_to(b.net->now() + 1'000'000'000);
  b.board.send(0, 4095, 5);
  b.expect_drained();
  EXPECT_EQ(b.board.latency(), 127u * 3 + 126 + 3 + 4);
}

TEST(noc_flit_network, impossible_parameters_are_refused_in_one_line) {
  const auto refused = [](void (*change)(network_parameters&)) {
    network_parameters np;
    np.vcs = 2;
    const auto t = make_topology(grid("mesh", {2, 2}));
    const auto r = make_routing("", t, 2);
    change(np);
    try {
      make_network(fidelity::flit, t, *r, np);
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
            "buffer_flits must be from 1 to 65536, not 0");
  EXPECT_EQ(refused([](network_parameters& p) { p.router_cycles = 0; }),
            "router_cycles must be from 1 to 1000, not 0");
  EXPECT_EQ(refused([](network_parameters& p) { p.allocator_iterations = 0; }),
            "allocator_iterations must be at least 1");
}

TEST(noc_flit_network, an_adaptive_routing_cannot_keep_order) {
  network_parameters np;
  np.ordered = {true};
  const auto t = make_topology(grid("mesh", {4, 4}));
  const auto r = make_routing("minimal-adaptive", t, 4);
  EXPECT_THROW(make_network(fidelity::flit, t, *r, np), std::invalid_argument);
}

TEST(noc_flit_network, a_packet_that_cannot_be_is_refused) {
  bench b(grid("mesh", {2, 2}), network_parameters{});
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

}  // namespace
