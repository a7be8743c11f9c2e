// A network of either fidelity with its topology, routing and scoreboard, random traffic for it, and the
// networks that tests of everything go through.
#ifndef MIMD_TESTS_SUPPORT_NOC_BENCH_H
#define MIMD_TESTS_SUPPORT_NOC_BENCH_H

#include <memory>
#include <string>
#include <vector>

#include "infrastructure/random.h"
#include "noc/network.h"
#include "noc/topologies.h"
#include "tests/support/noc_scoreboard.h"

namespace mimd::test {

inline noc::topology_parameters shaped(const std::string& family, std::vector<std::uint32_t> dims,
                                       std::uint32_t link = 1, std::uint32_t terminal = 1) {
  noc::topology_parameters result;
  result.family = family;
  result.dims = std::move(dims);
  result.link_cycles = link;
  result.terminal_cycles = terminal;
  return result;
}

struct noc_bench {
  noc_bench(const noc::topology_parameters& tp, const noc::network_parameters& np, noc::fidelity f,
            const std::string& routing_name = "")
      : shape(noc::make_topology(tp)),
        way(noc::make_routing(routing_name, shape, np.vcs)),
        net(noc::make_network(f, shape, *way, np)),
        board(*net) {}

  // Random packets; `step` cycles at a time, so that the network is asked to stop at other places.
  void random_traffic(std::uint32_t packets, double load, std::uint32_t longest, std::uint32_t networks,
                      std::uint32_t priorities, noc::cycle step = 1) {
    random_generator random(5);
    const double chance = load / (0.5 * (longest + 1));
    for (noc::cycle c = net->now(); board.sent() < packets; ++c) {
      for (noc::cycle part = net->now(); part + step < c; part += step) net->advance_to(part + step);
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

  noc::topology shape;
  std::unique_ptr<noc::routing> way;
  std::unique_ptr<noc::network> net;
  noc_scoreboard board;
};

struct noc_setting {
  const char* family;
  std::vector<std::uint32_t> dims;
  const char* routing_name;
  std::uint32_t vcs, buffer, networks, longest, router, link;
};

inline const std::vector<noc_setting>& noc_settings() {
  static const std::vector<noc_setting> all{{"mesh", {4, 4}, "", 1, 1, 1, 4, 3, 1},
                                            {"mesh", {4, 4}, "", 4, 8, 3, 9, 3, 1},
                                            {"mesh", {4, 4}, "", 8, 2, 1, 16, 3, 1},
                                            {"mesh", {5, 3}, "west-first", 2, 4, 1, 5, 3, 1},
                                            {"mesh", {4, 4}, "minimal-adaptive", 3, 4, 2, 5, 3, 1},
                                            {"torus", {4, 4}, "", 2, 4, 1, 20, 3, 2},
                                            {"torus", {3, 3, 3}, "minimal-adaptive", 3, 2, 1, 3, 2, 1},
                                            {"mesh", {4, 4}, "valiant", 2, 3, 1, 4, 1, 1},
                                            {"fat-tree", {4, 2}, "", 2, 4, 1, 5, 5, 1},
                                            {"fat-tree", {2, 3}, "fat-tree-adaptive", 2, 500, 1, 5, 3, 200},
                                            {"fat-tree", {2, 3}, "fat-tree-adaptive", 2, 4, 1, 5, 3, 1},
                                            {"butterfly", {2, 3}, "", 2, 4, 1, 5, 3, 1},
                                            {"flattened-butterfly", {4, 4}, "", 2, 4, 2, 5, 3, 1},
                                            {"dragonfly", {2, 4, 2}, "", 2, 4, 1, 5, 3, 3},
                                            {"crossbar", {40}, "", 4, 4, 1, 5, 3, 1},
                                            {"crossbar", {70}, "", 4, 4, 1, 5, 3, 1}};
  return all;
}

inline noc::network_parameters parameters_of(const noc_setting& s) {
  noc::network_parameters np;
  np.vcs = s.vcs;
  np.buffer_flits = s.buffer;
  np.virtual_networks = s.networks;
  np.router_cycles = s.router;
  return np;
}

}  // namespace mimd::test

#endif
