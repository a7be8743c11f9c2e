// Acceptance, of both fidelities: flits through random topologies, routings, sizes and loads: none lost or
// doubled, those of a packet in order, packets in order where that is promised (those that overtake elsewhere
// are counted), every run drains, credits close.
//
// MIMD_NOC_SOAK_FLITS says how many flits in all (default 2,000,000; the full soak is 10^9),
// MIMD_NOC_SOAK_SEED where to begin.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "infrastructure/random.h"
#include "noc/deadlock_check.h"
#include "noc/network.h"
#include "noc/topologies.h"
#include "tests/support/noc_scoreboard.h"

namespace {

using namespace mimd::noc;
using mimd::random_generator;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

struct family {
  const char* name;
  std::vector<std::vector<std::uint32_t>> dims;
  std::vector<const char*> routings;
};

const std::vector<family>& families() {
  static const std::vector<family> all{
      {"mesh",
       {{4, 4}, {8, 8}, {7, 3}, {3, 3, 3}, {9}},
       {"dimension-order", "o1turn", "west-first", "odd-even", "minimal-adaptive", "booksim-min-adapt",
        "valiant"}},
      {"torus", {{4, 4}, {8, 8}, {5, 3}, {3, 4, 2}}, {"dimension-order", "minimal-adaptive", "valiant"}},
      {"ring", {{5}, {16}}, {"dimension-order", "valiant"}},
      {"hypercube", {{3}, {5}}, {"e-cube", "o1turn", "minimal-adaptive", "valiant"}},
      {"flattened-butterfly", {{4, 4}, {3, 3, 2}}, {"dimension-order", "minimal-adaptive", "valiant"}},
      {"fat-tree", {{4, 2}, {2, 4}, {4, 3}}, {"fat-tree-random", "fat-tree-d-mod-k", "fat-tree-adaptive"}},
      {"butterfly", {{4, 2}, {2, 4}}, {"destination-tag"}},
      {"omega", {{2, 4}}, {"destination-tag"}},
      {"dragonfly", {{4, 2, 2}}, {"minimal", "valiant"}},
      {"crossbar", {{7}, {70}}, {"shortest-path"}},
      {"star", {{4, 3}}, {"up-down"}},
  };
  return all;
}

template <typename list>
const auto& any_of(const list& items, random_generator& random) {
  return items[random.below(std::size(items))];
}

// That routing, with more virtual channels if it needs them; the topology's default if it does not fit.
std::unique_ptr<routing> fitting(const std::string& name, const topology& shape, std::uint32_t& vcs) {
  const auto most = vcs + 8;
  for (auto n = vcs; n < most; ++n) {
    try {
      auto result = make_routing(name, shape, n);
      vcs = n;
      return result;
    } catch (const std::invalid_argument&) {
      continue;
    }
  }
  vcs = std::max(vcs, 2u);
  return make_routing("", shape, vcs);
}

struct totals {
  std::uint64_t networks = 0;
  std::uint64_t flits = 0;
  std::uint64_t packets = 0;
  std::uint64_t unordered = 0;   // packets on virtual networks that do not keep order
  std::uint64_t overtakers = 0;  // of them
};

// One network and its traffic.
void run(fidelity f, random_generator& random, std::uint64_t flits, totals& sum) {
  const family& kind = any_of(families(), random);
  topology_parameters tp;
  tp.family = kind.name;
  tp.dims = any_of(kind.dims, random);
  tp.link_cycles = 1 + static_cast<std::uint32_t>(random.below(4));
  tp.terminal_cycles = 1 + static_cast<std::uint32_t>(random.below(2));
  const std::string routing_name = any_of(kind.routings, random);

  network_parameters np;
  np.virtual_networks = 1 + static_cast<std::uint32_t>(random.below(3));
  np.vcs = 1 + static_cast<std::uint32_t>(random.below(8));
  np.buffer_flits = 1 + static_cast<std::uint32_t>(random.below(12));
  np.router_cycles = 1 + static_cast<std::uint32_t>(random.below(5));
  np.credit_cycles = 1 + static_cast<std::uint32_t>(random.below(4));
  np.allocator_iterations = 1 + static_cast<std::uint32_t>(random.below(2));
  np.seed = random.next();
  const auto shape = make_topology(tp);
  const auto way = fitting(routing_name, shape, np.vcs);
  check_deadlock_free(*way);
  if (way->deterministic())
    for (std::uint32_t n = 0; n < np.virtual_networks; ++n) np.ordered.push_back(random.below(2) == 0);
  else
    np.ordered.assign(np.virtual_networks, false);

  const auto longest = 1 + static_cast<std::uint32_t>(random.below(random.below(4) == 0 ? 40 : 6));
  const double load = 0.05 + 0.95 * random.uniform();
  SCOPED_TRACE(std::string(kind.name) + " " + std::to_string(shape.terminals()) + " terminals " +
               routing_name + " vcs " + std::to_string(np.vcs) + " buffers " +
               std::to_string(np.buffer_flits) + " router " + std::to_string(np.router_cycles) + " packets " +
               std::to_string(longest) + " load " + std::to_string(load));

  const auto net = make_network(f, shape, *way, np);
  mimd::test::noc_scoreboard board(*net);
  std::vector<bool> held(shape.terminals() * np.virtual_networks, false);
  const double packets = load / (0.5 * (longest + 1));
  std::uint64_t arrived = 0;
  for (cycle c = 0; board.flits_sent() < flits; ++c) {
    net->advance_to(c);
    // No more than a few thousand packets in the queues, however overloaded.
    if (net->packets_inside() < 50ull * shape.terminals())
      for (std::uint32_t t = 0; t < shape.terminals(); ++t)
        if (random.uniform() < packets)
          board.send(t, static_cast<std::uint32_t>(random.below(shape.terminals())),
                     1 + static_cast<std::uint32_t>(random.below(longest)),
                     static_cast<std::uint32_t>(random.below(np.virtual_networks)),
                     static_cast<std::uint32_t>(random.below(3)));
    if (random.below(8) == 0) {
      const auto i = static_cast<std::uint32_t>(random.below(held.size()));
      if (held[i])
        net->release(i / np.virtual_networks, i % np.virtual_networks);
      else if (random.below(8) == 0)
        net->hold(i / np.virtual_networks, i % np.virtual_networks);
      else
        continue;
      held[i] = !held[i];
    }
    // Everything may stand still behind the held terminals, but not for ever.
    if (c % 20000 == 0) {
      if (c != 0 && board.arrived() == arrived) {
        ADD_FAILURE() << "stands still";
        return;
      }
      arrived = board.arrived();
      for (std::uint32_t i = 0; i < held.size(); ++i)
        if (held[i]) {
          net->release(i / np.virtual_networks, i % np.virtual_networks);
          held[i] = false;
        }
    }
  }
  for (std::uint32_t i = 0; i < held.size(); ++i)
    if (held[i]) net->release(i / np.virtual_networks, i % np.virtual_networks);
  EXPECT_TRUE(board.drain()) << "not drained";
  EXPECT_EQ(board.arrived(), board.sent());
  EXPECT_EQ(board.flits_arrived(), board.flits_sent());
  EXPECT_EQ(net->packets_inside(), 0u);
  EXPECT_NO_THROW(net->check_drained());
  for (std::uint32_t n = 0; n < np.virtual_networks; ++n) {
    EXPECT_TRUE(!np.ordered[n] || board.overtaken(n) == 0) << "on ordered virtual network " << n;
    sum.overtakers += board.overtaken(n);
    if (!np.ordered[n]) sum.unordered += board.sent(n);
  }
  ++sum.networks;
  sum.flits += board.flits_sent();
  sum.packets += board.sent();
}

class noc_network_soak : public testing::TestWithParam<fidelity> {};
INSTANTIATE_TEST_SUITE_P(both, noc_network_soak, testing::Values(fidelity::flit, fidelity::packet),
                         [](const auto& tested) {
                           return tested.param == fidelity::flit ? "flit" : "packet";
                         });

TEST_P(noc_network_soak, loses_doubles_and_disorders_nothing) {
  const auto wanted = from_environment("MIMD_NOC_SOAK_FLITS", 2'000'000);
  random_generator random(from_environment("MIMD_NOC_SOAK_SEED", 1));
  totals sum;
  while (sum.flits < wanted && !HasFailure())
    run(GetParam(), random, std::max<std::uint64_t>(20'000, wanted / 1000), sum);
  std::cout << sum.flits << " flits in " << sum.packets << " packets through " << sum.networks
            << " networks; of " << sum.unordered << " packets whose order is not kept " << sum.overtakers
            << " came after a later one of their flow\n";
}

}  // namespace
