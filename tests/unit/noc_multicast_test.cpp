// Multicast in both fidelities: every channel of the tree is crossed once, nobody waits longer than a unicast
// on an idle network, everything arrives once and drains under load, and what cannot be sent is refused.
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/noc_bench.h"

namespace mimd::test {
namespace {

using namespace mimd::noc;

class noc_multicast : public testing::TestWithParam<fidelity> {};
INSTANTIATE_TEST_SUITE_P(both, noc_multicast, testing::Values(fidelity::flit, fidelity::packet),
                         [](const auto& tested) {
                           return tested.param == fidelity::flit ? "flit" : "packet";
                         });

// Sends sets and single packets, and counts what arrives.
class multicast_bench final : public packet_receiver {
 public:
  multicast_bench(const topology_parameters& tp, network_parameters np, fidelity f,
                  const std::string& routing_name = "")
      : shape(make_topology(tp)), way(make_routing(routing_name, shape, np.vcs)) {
    np.multicast = true;
    net = make_network(f, shape, *way, np);
    net->set_receiver(*this);
  }

  std::vector<packet*> send(std::uint32_t source, const std::vector<std::uint32_t>& destinations,
                            std::uint32_t flits, std::uint8_t virtual_network = 0) {
    std::vector<packet*> set;
    for (const std::uint32_t d : destinations) {
      packets_.emplace_back();
      packet& p = packets_.back();
      p.source = source;
      p.destination = d;
      p.flits = flits;
      p.virtual_network = virtual_network;
      p.id = packets_.size() - 1;
      if (!set.empty()) set.back()->companions = &p;
      set.push_back(&p);
    }
    arrivals_.resize(packets_.size());
    net->send(*set.front());
    return set;
  }

  void drain() {
    const cycle limit = net->now() + 1'000'000;
    while (net->next_activity() <= limit) net->advance_to(net->next_activity());
    EXPECT_EQ(net->packets_inside(), 0u);
    EXPECT_NO_THROW(net->check_drained());
    for (std::size_t i = 0; i < arrivals_.size(); ++i) ASSERT_EQ(arrivals_[i], 1u) << "packet " << i;
  }

  void packet_arrived(packet& p) override {
    ++arrivals_.at(p.id);
    EXPECT_EQ(p.companions, nullptr);
    EXPECT_EQ(p.arrived, net->now());
  }

  std::uint64_t crossings() const {
    std::uint64_t sum = 0;
    for (std::uint32_t c = 0; c < shape.channels().size(); ++c) sum += net->load(c).packets;
    return sum;
  }

  topology shape;
  std::unique_ptr<routing> way;
  std::unique_ptr<network> net;

 private:
  std::deque<packet> packets_;  // they never move
  std::vector<std::uint32_t> arrivals_;
};

// The channels of the unicast routes from source to destinations.
std::set<std::uint32_t> tree(const multicast_bench& b, std::uint32_t source,
                             const std::vector<std::uint32_t>& destinations) {
  std::set<std::uint32_t> result;
  route_candidates next;
  for (const std::uint32_t d : destinations) {
    route_state state = b.way->begin_flow(source, d);
    std::uint32_t channel = b.shape.injection(source);
    result.insert(channel);
    while (!b.shape.channels()[channel].to.is_terminal) {
      const endpoint& at = b.shape.channels()[channel].to;
      b.way->candidates({at.index, at.port, 0, d}, state, next);
      channel = b.shape.outputs(at.index)[next[0].output];
      result.insert(channel);
    }
  }
  return result;
}

struct shape_case {
  const char* family;
  std::vector<std::uint32_t> dims;
  const char* routing;
};
const std::vector<shape_case>& trees() {
  static const std::vector<shape_case> all{{"mesh", {6, 6}, ""},
                                           {"mesh", {3, 3, 3}, ""},
                                           {"hypercube", {4}, ""},
                                           {"flattened-butterfly", {4, 4}, ""},
                                           {"butterfly", {3, 3}, ""},
                                           {"crossbar", {16}, ""},
                                           {"fat-tree", {2, 3}, "fat-tree-d-mod-k"},
                                           {"star", {3, 3}, "shortest-path"}};
  return all;
}

TEST_P(noc_multicast, crosses_each_channel_of_the_tree_exactly_once) {
  random_generator random(3);
  for (const shape_case& s : trees()) {
    SCOPED_TRACE(s.family);
    for (int i = 0; i < 10; ++i) {
      multicast_bench b(shaped(s.family, s.dims), network_parameters{}, GetParam(), s.routing);
      std::vector<std::uint32_t> to;
      for (std::uint32_t t = 0; t < b.shape.terminals(); ++t)
        if (random.below(3) == 0) to.push_back(t);
      if (to.empty()) continue;
      const auto source = static_cast<std::uint32_t>(random.below(b.shape.terminals()));
      const std::uint32_t flits = 1 + static_cast<std::uint32_t>(random.below(8));
      b.send(source, to, flits);
      b.drain();
      const auto crossed = tree(b, source, to);
      for (std::uint32_t c = 0; c < b.shape.channels().size(); ++c) {
        EXPECT_EQ(b.net->load(c).packets, crossed.count(c)) << b.shape.name(b.shape.channels()[c]);
        EXPECT_EQ(b.net->load(c).flits, flits * crossed.count(c));
      }
    }
  }
}

TEST_P(noc_multicast, reaches_every_destination_of_an_idle_network_when_a_unicast_would) {
  for (const shape_case& s : trees())
    for (const std::uint32_t flits : {1u, 5u, 8u})
      for (const std::uint32_t router : {1u, 2u, 3u, 5u}) {
        SCOPED_TRACE(std::string(s.family) + " " + std::to_string(flits) + " " + std::to_string(router));
        network_parameters np;
        np.router_cycles = router;
        multicast_bench b(shaped(s.family, s.dims), np, GetParam(), s.routing);
        std::vector<std::uint32_t> all;
        for (std::uint32_t t = 0; t < b.shape.terminals(); ++t) all.push_back(t);
        const auto set = b.send(1, all, flits);
        b.drain();
        for (const packet* m : set) {
          multicast_bench alone(shaped(s.family, s.dims), np, GetParam(), s.routing);
          const packet& p = *alone.send(1, {m->destination}, flits).front();
          alone.drain();
          EXPECT_EQ(m->arrived - m->created, p.arrived - p.created) << m->destination;
          EXPECT_EQ(m->hops, p.hops);
          EXPECT_EQ(m->flit_cycles, p.flit_cycles);
        }
      }
}

TEST_P(noc_multicast, drains_among_unicasts_under_load_and_credits_close) {
  const std::vector<std::pair<shape_case, std::uint32_t>> cases{{{"mesh", {4, 4}, ""}, 1},
                                                                {{"mesh", {4, 4}, ""}, 4},
                                                                {{"torus", {4, 4}, ""}, 2},
                                                                {{"torus", {5}, "valiant"}, 4},
                                                                {{"ring", {7}, ""}, 2},
                                                                {{"flattened-butterfly", {3, 3}, ""}, 1},
                                                                {{"fat-tree", {2, 3}, "fat-tree-random"}, 1},
                                                                {{"dragonfly", {2, 4, 2}, ""}, 2}};
  for (const auto& [s, vcs] : cases)
    for (const std::uint32_t buffer : {1u, 5u, 8u}) {
      SCOPED_TRACE(std::string(s.family) + " vcs " + std::to_string(vcs) + " buffer " +
                   std::to_string(buffer));
      network_parameters np;
      np.vcs = vcs;
      np.buffer_flits = buffer;
      np.virtual_networks = 2;
      multicast_bench b(shaped(s.family, s.dims), np, GetParam(), s.routing);
      random_generator random(11);
      for (cycle c = 0; c < 1500; ++c) {
        b.net->advance_to(c);
        for (std::uint32_t t = 0; t < b.shape.terminals(); ++t) {
          if (random.uniform() >= 0.06) continue;
          const auto network = static_cast<std::uint8_t>(random.below(2));
          std::vector<std::uint32_t> to;
          for (std::uint32_t d = 0; d < b.shape.terminals(); ++d)
            if (random.below(4) == 0) to.push_back(d);
          if (to.empty() || random.below(2) == 0)
            to = {static_cast<std::uint32_t>(random.below(b.shape.terminals()))};
          const auto longest = to.size() > 1 ? buffer : 9;
          b.send(t, to, 1 + static_cast<std::uint32_t>(random.below(longest)), network);
        }
        if (c % 100 == 50) b.net->hold(2, 0);
        if (c % 100 == 90) b.net->release(2, 0);
      }
      b.drain();
    }
}

TEST_P(noc_multicast, takes_fewer_crossings_than_as_many_unicasts) {
  std::vector<std::uint32_t> all;
  for (std::uint32_t t = 0; t < 64; ++t) all.push_back(t);
  multicast_bench one(shaped("mesh", {8, 8}), network_parameters{}, GetParam());
  one.send(0, all, 1);
  one.drain();
  EXPECT_EQ(one.crossings(), 1u + 63u + 64u);  // injection, the tree's links, ejections
  multicast_bench many(shaped("mesh", {8, 8}), network_parameters{}, GetParam());
  for (const std::uint32_t t : all) many.send(0, {t}, 1);
  many.drain();
  EXPECT_EQ(many.crossings(), 64u + 448u + 64u);
}

TEST_P(noc_multicast, a_branch_that_is_held_up_does_not_hold_up_the_others) {
  multicast_bench b(shaped("mesh", {4, 4}), network_parameters{}, GetParam());
  b.net->hold(15, 0);
  for (int i = 0; i < 40; ++i) b.send(14, {15}, 8);  // until nothing moves any more on that way
  b.net->advance_to(2000);
  const auto set = b.send(12, {13, 14, 15}, 8);
  b.net->advance_to(4000);
  EXPECT_NE(set[0]->arrived, 0u);
  EXPECT_NE(set[1]->arrived, 0u);
  EXPECT_EQ(set[2]->arrived, 0u);
  b.net->release(15, 0);
  b.drain();
}

TEST_P(noc_multicast, refuses_what_it_cannot_carry) {
  network_parameters np;
  np.buffer_flits = 4;
  np.virtual_networks = 2;
  np.ordered = {false, true};
  multicast_bench b(shaped("mesh", {4, 4}), np, GetParam());
  EXPECT_THROW(b.send(0, {1, 2}, 5), std::invalid_argument);
  EXPECT_THROW(b.send(0, {1, 1}, 1), std::invalid_argument);
  EXPECT_THROW(b.send(0, {1, 16}, 1), std::invalid_argument);
  EXPECT_THROW(b.send(0, {1, 2}, 1, 1), std::invalid_argument);
  EXPECT_THROW(multicast_bench(shaped("mesh", {4, 4}), network_parameters{}, GetParam(), "odd-even"),
               std::invalid_argument);
  noc_bench plain(shaped("mesh", {4, 4}), network_parameters{}, GetParam());
  packet one;
  packet other;
  one.companions = &other;
  other.destination = 1;
  EXPECT_THROW(plain.net->send(one), std::invalid_argument);
}

}  // namespace
}  // namespace mimd::test
