// The network in packet fidelity: timing of lone packets, conservation, order, back-pressure, priorities, the
// work it does, and that it moves flits in the same cycles as flit fidelity where nothing is drawn by lot.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "infrastructure/random.h"
#include "noc/packet_network.h"
#include "noc/topologies.h"
#include "tests/support/noc_scoreboard.h"

namespace {

using namespace mimd::noc;
using mimd::random_generator;
using mimd::test::noc_scoreboard;

topology_parameters shaped(const std::string& family, std::vector<std::uint32_t> dims, std::uint32_t link = 1,
                           std::uint32_t terminal = 1) {
  topology_parameters result;
  result.family = family;
  result.dims = std::move(dims);
  result.link_cycles = link;
  result.terminal_cycles = terminal;
  return result;
}

struct bench {
  bench(const topology_parameters& tp, const network_parameters& np, const std::string& routing_name = "",
        fidelity f = fidelity::packet)
      : shape(make_topology(tp)),
        way(make_routing(routing_name, shape, np.vcs)),
        net(make_network(f, shape, *way, np)),
        board(*net) {}

  // Random packets; `step` cycles at a time, so that the network is asked to stop at other places.
  void random_traffic(std::uint32_t packets, double load, std::uint32_t longest, std::uint32_t networks,
                      std::uint32_t priorities, cycle step = 1) {
    random_generator random(5);
    const double chance = load / (0.5 * (longest + 1));
    for (cycle c = net->now(); board.sent() < packets; ++c) {
      for (cycle part = net->now(); part + step < c; part += step) net->advance_to(part + step);
      net->advance_to(c);
      for (std::uint32_t t = 0; t < shape.terminals(); ++t)
        if (random.uniform() < chance)
          board.send(t, static_cast<std::uint32_t>(random.below(shape.terminals())),
                     1 + static_cast<std::uint32_t>(random.below(longest)),
                     static_cast<std::uint32_t>(random.below(networks)),
                     static_cast<std::uint32_t>(random.below(priorities)));
    }
  }
  void expect_drained() {
    ASSERT_TRUE(board.drain());
    EXPECT_EQ(board.arrived(), board.sent());
    EXPECT_EQ(board.flits_arrived(), board.flits_sent());
    EXPECT_EQ(net->packets_inside(), 0u);
    EXPECT_NO_THROW(net->check_drained());
  }
  std::uint64_t visits() const { return dynamic_cast<packet_network&>(*net).router_visits(); }

  topology shape;
  std::unique_ptr<routing> way;
  std::unique_ptr<network> net;
  noc_scoreboard board;
};

struct setting {
  const char* family;
  std::vector<std::uint32_t> dims;
  const char* routing_name;
  std::uint32_t vcs, buffer, networks, longest, router, link;
};

const std::vector<setting>& settings() {
  static const std::vector<setting> all{{"mesh", {4, 4}, "", 1, 1, 1, 4, 3, 1},
                                        {"mesh", {4, 4}, "", 4, 8, 3, 9, 3, 1},
                                        {"mesh", {4, 4}, "", 8, 2, 1, 16, 3, 1},
                                        {"mesh", {5, 3}, "west-first", 2, 4, 1, 5, 3, 1},
                                        {"mesh", {4, 4}, "minimal-adaptive", 3, 4, 2, 5, 3, 1},
                                        {"torus", {4, 4}, "", 2, 4, 1, 20, 3, 2},
                                        {"torus", {3, 3, 3}, "minimal-adaptive", 3, 2, 1, 3, 2, 1},
                                        {"mesh", {4, 4}, "valiant", 2, 3, 1, 4, 1, 1},
                                        {"fat-tree", {4, 2}, "", 2, 4, 1, 5, 5, 1},
                                        {"fat-tree", {2, 3}, "fat-tree-adaptive", 2, 500, 1, 5, 3, 200},
                                        {"butterfly", {2, 3}, "", 2, 4, 1, 5, 3, 1},
                                        {"flattened-butterfly", {4, 4}, "", 2, 4, 2, 5, 3, 1},
                                        {"dragonfly", {2, 4, 2}, "", 2, 4, 1, 5, 3, 3},
                                        {"crossbar", {70}, "", 4, 4, 1, 5, 3, 1}};
  return all;
}

network_parameters parameters_of(const setting& s) {
  network_parameters np;
  np.vcs = s.vcs;
  np.buffer_flits = s.buffer;
  np.virtual_networks = s.networks;
  np.router_cycles = s.router;
  return np;
}

TEST(noc_packet_network, latency_of_a_lone_packet_is_the_sum_of_its_parts) {
  for (const std::uint32_t router : {1u, 2u, 3u, 4u, 100u})
    for (const std::uint32_t link : {1u, 3u, 150u})
      for (const std::uint32_t end : {1u, 2u, 90u})
        for (const std::uint32_t flits : {1u, 5u, 16u}) {
          network_parameters np;
          np.router_cycles = router;
          np.buffer_flits = 400;
          bench b(shaped("mesh", {4, 4}, link, end), np);
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

TEST(noc_packet_network, a_buffer_shorter_than_the_credit_loop_holds_a_lone_packet_up) {
  for (const std::uint32_t buffer : {1u, 2u, 4u, 6u, 7u})
    for (const std::uint32_t flits : {1u, 5u, 8u, 40u}) {
      network_parameters np;
      np.buffer_flits = buffer;
      np.vcs = 1;
      bench b(shaped("mesh", {8, 8}), np);
      const packet& p = b.board.send(0, 63, flits);
      b.expect_drained();
      EXPECT_EQ(p.arrived - p.created, 62 + (flits - 1) + (flits - 1) / buffer * (7 - buffer))
          << buffer << " " << flits;
    }
}

TEST(noc_packet_network, everything_sent_arrives_once_and_credits_close) {
  for (const setting& s : settings()) {
    SCOPED_TRACE(std::string(s.family) + " " + s.routing_name);
    bench b(shaped(s.family, s.dims, s.link), parameters_of(s), s.routing_name);
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

TEST(noc_packet_network, mean_latency_is_that_of_flit_fidelity_on_the_same_packets) {
  for (const setting& s : settings()) {
    SCOPED_TRACE(std::string(s.family) + " " + s.routing_name);
    double mean[2];
    for (const fidelity f : {fidelity::flit, fidelity::packet}) {
      bench b(shaped(s.family, s.dims, s.link), parameters_of(s), s.routing_name, f);
      b.random_traffic(4000, 0.15, s.longest, s.networks, 1);
      b.expect_drained();
      mean[f == fidelity::packet] = b.board.mean_latency();
    }
    EXPECT_NEAR(mean[1], mean[0], 0.02 * mean[0]);
  }
}

TEST(noc_packet_network, the_run_does_not_depend_on_where_the_user_stops) {
  for (const char* routing_name : {"", "minimal-adaptive"}) {
    std::uint64_t latency[2];
    for (const bool often : {false, true}) {
      network_parameters np;
      bench b(shaped("mesh", {4, 4}), np, routing_name);
      b.random_traffic(2000, 0.02, 5, 1, 1, often ? 1 : 1000);
      b.expect_drained();
      latency[often] = b.board.latency();
    }
    EXPECT_EQ(latency[0], latency[1]);
  }
}

TEST(noc_packet_network, ordered_virtual_networks_keep_flows_in_order_and_others_need_not) {
  network_parameters np;
  np.buffer_flits = 4;
  np.virtual_networks = 2;
  np.ordered = {true, false};
  bench b(shaped("torus", {4, 4}), np);
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

TEST(noc_packet_network, a_held_terminal_gets_nothing_and_backs_up_until_released) {
  network_parameters np;
  np.virtual_networks = 2;
  np.vcs = 1;
  np.buffer_flits = 4;
  bench b(shaped("mesh", {4, 1}), np);
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
  b.net->release(3, 0);
  b.expect_drained();
  EXPECT_EQ(held, 50u);
}

TEST(noc_packet_network, hold_from_inside_an_arrival_is_the_last_arrival) {
  bench b(shaped("mesh", {4, 4}), network_parameters{});
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

TEST(noc_packet_network, larger_priority_suffers_less_from_contention) {
  network_parameters np;
  np.virtual_networks = 2;
  np.vcs = 2;
  bench b(shaped("mesh", {4, 4}), np);
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

TEST(noc_packet_network, packets_sent_at_now_leave_at_now_in_the_driver_and_in_the_receiver) {
  bench b(shaped("mesh", {4, 4}), network_parameters{});
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

TEST(noc_packet_network, an_idle_network_does_no_work_however_long) {
  bench b(shaped("mesh", {64, 64}), network_parameters{});
  cycle latency = 0;
  b.board.on_arrival = [&](packet& p) { latency = p.arrived - p.created; };
  for (const cycle later : {1'000'000'000ull, 3'000'000'000ull, 4'294'967'296ull, 1'000'000'000'000ull}) {
    b.net->advance_to(b.net->now() + later);
    EXPECT_EQ(b.net->next_activity(), no_cycle);
    const auto before = b.visits();
    b.board.send(0, 4095, 5);
    b.expect_drained();
    EXPECT_EQ(latency, 127u * 3 + 126 + 3 + 4);
    EXPECT_LE(b.visits() - before, 4u * 127);  // not one for each of the cycles, nor of the other routers
  }
}

TEST(noc_packet_network, what_is_blocked_is_not_polled) {
  network_parameters np;
  np.vcs = 1;
  bench b(shaped("mesh", {4, 4}), np);
  b.net->hold(15, 0);
  for (std::uint32_t s = 0; s < 15; ++s)
    for (int i = 0; i < 20; ++i) b.board.send(s, 15, 5);
  b.net->advance_to(5000);
  const auto before = b.visits();
  EXPECT_EQ(b.net->next_activity(), no_cycle);
  b.net->advance_to(1'000'000'000);
  EXPECT_EQ(b.visits(), before);
  b.net->release(15, 0);
  b.expect_drained();
}

TEST(noc_packet_network, same_seed_same_run_other_seed_other_run) {
  const auto latency = [](std::uint64_t seed) {
    network_parameters np;
    np.seed = seed;
    np.vcs = 2;
    bench b(shaped("mesh", {4, 4}), np, "valiant");
    b.random_traffic(2000, 0.3, 5, 1, 1);
    b.expect_drained();
    return b.board.latency();
  };
  EXPECT_EQ(latency(1), latency(1));
  EXPECT_NE(latency(1), latency(2));
}

TEST(noc_packet_network, what_cannot_be_is_refused_in_one_line) {
  const auto refused = [](void (*change)(network_parameters&)) {
    network_parameters np;
    np.vcs = 2;
    const auto t = make_topology(shaped("mesh", {2, 2}));
    const auto r = make_routing("", t, 2);
    change(np);
    try {
      packet_network n(t, *r, np);
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
            "buffer_flits must be from 1 to 65535, not 0");
  EXPECT_EQ(refused([](network_parameters& p) { p.router_cycles = 0; }),
            "router_cycles must be from 1 to 1000, not 0");
  EXPECT_EQ(refused([](network_parameters& p) { p.allocator_iterations = 0; }),
            "allocator_iterations must be at least 1");

  bench b(shaped("mesh", {2, 2}), network_parameters{});
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
