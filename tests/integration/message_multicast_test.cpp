// The message port's multicast in simulated time: each destination is told when a unicast's would be on an
// idle network, in either timing, and the channels that the routes share carry it once.
#include <gtest/gtest.h>

#include <memory>
#include <systemc>
#include <vector>

#include "noc/message_network.h"

namespace mimd::test {
namespace {

class listener final : public noc::message_receiver {
 public:
  void message_arrived(noc::packet& p) override { arrivals.push_back({p.destination, now_ps()}); }
  struct arrival {
    std::uint32_t destination;
    time_ps at;
  };
  std::vector<arrival> arrivals;
};

noc::message_network_parameters mesh(enum noc::fidelity fidelity) {
  noc::message_network_parameters p;
  p.shape.dims = {4, 4};
  p.fidelity = fidelity;
  p.network.multicast = true;
  return p;
}

// An invalidation from terminal 0 to all others.
struct invalidation {
  explicit invalidation(const noc::message_network& network) : packets(15) {
    for (std::uint32_t i = 0; i < 15; ++i) {
      packets[i].destination = i + 1;
      packets[i].flits = network.flits(0);
      packets[i].companions = i < 14 ? &packets[i + 1] : nullptr;
    }
  }
  std::vector<noc::packet> packets;
};

std::uint64_t crossings(const noc::message_network& network) {
  std::uint64_t sum = 0;
  for (std::uint32_t c = 0; c < network.structure().channels().size(); ++c) sum += network.load(c).packets;
  return sum;
}

class message_multicast : public testing::TestWithParam<enum noc::fidelity> {};
INSTANTIATE_TEST_SUITE_P(both, message_multicast, testing::Values(noc::fidelity::flit, noc::fidelity::packet),
                         [](const auto& tested) {
                           return tested.param == noc::fidelity::flit ? "flit" : "packet";
                         });

TEST_P(message_multicast, arrives_everywhere_when_a_unicast_would) {
  noc::message_network network("network", mesh(GetParam()));
  listener all;
  for (std::uint32_t t = 0; t < network.terminals(); ++t) network.attach(t, all);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  invalidation sent(network);
  network.send(sent.packets[0], now_ps());
  sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_US));
  ASSERT_EQ(all.arrivals.size(), 15u);
  for (const listener::arrival& a : all.arrivals)
    EXPECT_EQ(a.at, network.idle_time(sent.packets[a.destination - 1])) << a.destination;
  EXPECT_EQ(crossings(network), 1u + 15u + 15u);  // injection, the tree's links, ejections
  EXPECT_EQ(network.core().packets_inside(), 0u);
}

TEST(message_multicast_in_loose_timing, arrives_everywhere_when_a_unicast_would) {
  noc::message_network network("network", mesh(noc::fidelity::packet));
  invalidation sent(network);
  std::vector<time_ps> tails;
  network.deliver_multicast(sent.packets[0], 0, tails);
  ASSERT_EQ(tails.size(), 15u);
  for (std::uint32_t i = 0; i < 15; ++i) EXPECT_EQ(tails[i], network.idle_time(sent.packets[i])) << i + 1;
  EXPECT_EQ(crossings(network), 1u + 15u + 15u);
}

}  // namespace
}  // namespace mimd::test
