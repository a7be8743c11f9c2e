// The network in packet fidelity: the work it does, and that its latency is that of flit fidelity.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "noc/packet_network.h"
#include "tests/support/noc_bench.h"

namespace mimd::test {
namespace {

using namespace mimd::noc;

std::uint64_t visits(const noc_bench& b) {
  return dynamic_cast<packet_network&>(*b.net).visits();
}

TEST(noc_packet_network, mean_latency_is_that_of_flit_fidelity_on_the_same_packets) {
  for (const noc_setting& s : noc_settings()) {
    SCOPED_TRACE(std::string(s.family) + " " + s.routing_name);
    double mean[2];
    for (const fidelity f : {fidelity::flit, fidelity::packet}) {
      noc_bench b(shaped(s.family, s.dims, s.link), parameters_of(s), f, s.routing_name);
      b.random_traffic(4000, 0.15, s.longest, s.networks, 1);
      b.expect_drained();
      mean[f == fidelity::packet] = b.board.mean_latency();
    }
    EXPECT_NEAR(mean[1], mean[0], 0.02 * mean[0]);
  }
}

TEST(noc_packet_network, an_idle_network_does_no_work_however_long) {
  noc_bench b(shaped("mesh", {64, 64}), network_parameters{}, fidelity::packet);
  cycle latency = 0;
  b.board.on_arrival = [&](packet& p) { latency = p.arrived - p.created; };
  for (const cycle later : {1'000'000'000ull, 3'000'000'000ull, 4'294'967'296ull, 1'000'000'000'000ull}) {
    b.net->advance_to(b.net->now() + later);
    EXPECT_EQ(b.net->next_activity(), no_cycle);
    const auto before = visits(b);
    b.board.send(0, 4095, 5);
    b.expect_drained();
    EXPECT_EQ(latency, 127u * 3 + 126 + 3 + 4);
    EXPECT_LE(visits(b) - before, 4u * 127);  // not one for each of the cycles, nor of the other routers
  }
}

TEST(noc_packet_network, what_is_blocked_is_not_polled) {
  network_parameters np;
  np.vcs = 1;
  noc_bench b(shaped("mesh", {4, 4}), np, fidelity::packet);
  b.net->hold(15, 0);
  for (std::uint32_t s = 0; s < 15; ++s)
    for (int i = 0; i < 20; ++i) b.board.send(s, 15, 5);
  b.net->advance_to(5000);
  const auto before = visits(b);
  EXPECT_EQ(b.net->next_activity(), no_cycle);
  b.net->advance_to(1'000'000'000);
  EXPECT_EQ(visits(b), before);
  b.net->release(15, 0);
  b.expect_drained();
}

// More flits than a port can book: those that come last, of low priority, get none of its cycles at first.
TEST(noc_packet_network, an_output_that_everybody_wants_serves_one_flit_a_cycle) {
  network_parameters np;
  np.vcs = 64;
  np.buffer_flits = 16;
  noc_bench b(shaped("crossbar", {100}), np, fidelity::packet);
  for (std::uint32_t s = 0; s < 100; ++s)
    for (int i = 0; i < 3; ++i) b.board.send(s, 0, 16, 0, s % 3);
  b.expect_drained();
  const cycle flits = 100 * 3 * 16;
  EXPECT_GE(b.net->now(), flits);
  EXPECT_LE(b.net->now(), flits + flits / 20);
}

}  // namespace
}  // namespace mimd::test
