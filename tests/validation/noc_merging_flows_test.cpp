// Flows that merge on a loaded link get the turns that flit fidelity gives them: nobody waits for long in
// packet fidelity who does not there. Bit-complement on a line: half of the routers send through the link in
// the middle, which is used to 92 %; those next to it merge last, and wait least. On a mesh flows that turn
// besides compete, at their input, with those that go straight on. In one large switch an output often grants
// a cycle to an input that gives it to another. A routing unit that works on batches of heads delays those
// that come meanwhile.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "noc/network.h"
#include "noc/topologies.h"
#include "tb/traffic/open_loop.h"
#include "tb/traffic/packet_mix.h"
#include "tb/traffic/traffic_pattern.h"

namespace {

using namespace mimd::noc;

struct shape_of {
  std::vector<std::uint32_t> dims;
  const char* topology = "mesh";
  const char* routing = "dimension-order";
  const char* pattern = "bit-complement";
  std::uint32_t router_cycles = 3;
};

mimd::tb::traffic_results run(const shape_of& s, fidelity f, std::uint32_t flits, double load) {
  topology_parameters tp;
  tp.family = s.topology;
  tp.dims = s.dims;
  const auto shape = make_topology(tp);
  const auto way = make_routing(s.routing, shape, 4);
  network_parameters np;
  np.router_cycles = s.router_cycles;
  const auto net = make_network(f, shape, *way, np);
  mimd::tb::pattern_parameters pp;
  pp.name = s.pattern;
  const mimd::tb::traffic_pattern pattern(pp, shape.terminals());
  mimd::tb::packet_kind kind;
  kind.flits = flits;
  const mimd::tb::packet_mix mix({kind});
  mimd::tb::open_loop_parameters op;
  op.injection.load = load;
  op.warm_up = 5000;
  op.measure = 30000;
  op.drain_limit = 15000;
  mimd::tb::open_loop driver(*net, shape, pattern, mix, op);
  while (!driver.work(100000)) continue;
  return driver.results();
}

class noc_merging_flows : public testing::TestWithParam<std::uint32_t> {};

TEST_P(noc_merging_flows, wait_no_longer_than_where_every_turn_is_taken) {
  const auto flits = run({{8}}, fidelity::flit, GetParam(), 0.23);
  const auto packets = run({{8}}, fidelity::packet, GetParam(), 0.23);
  EXPECT_NEAR(packets.all.packet.mean(), flits.all.packet.mean(), 0.03 * flits.all.packet.mean());
  EXPECT_LE(10 * packets.all.packet.max(), 16 * flits.all.packet.max());
}

TEST_P(noc_merging_flows, compete_at_inputs_for_as_many_cycles_as_where_every_turn_is_taken) {
  const double load = GetParam() == 1 ? 0.2256 : 0.215;
  const auto flits = run({{8, 8}}, fidelity::flit, GetParam(), load);
  const auto packets = run({{8, 8}}, fidelity::packet, GetParam(), load);
  EXPECT_NEAR(packets.all.packet.mean(), flits.all.packet.mean(), 0.03 * flits.all.packet.mean());
}

TEST_P(noc_merging_flows, find_in_a_large_switch_what_others_give_back) {
  const shape_of crossbar{{16, 1}, "butterfly", "destination-tag", "uniform"};
  const double load = GetParam() == 1 ? 0.56 : 0.48;
  const auto flits = run(crossbar, fidelity::flit, GetParam(), load);
  const auto packets = run(crossbar, fidelity::packet, GetParam(), load);
  EXPECT_NEAR(packets.all.packet.mean(), flits.all.packet.mean(), 0.09 * flits.all.packet.mean());
}

TEST_P(noc_merging_flows, wait_for_routing_units_as_long_as_where_every_turn_is_taken) {
  const shape_of slow_routing{{8, 8}, "mesh", "dimension-order", "uniform", 5};
  const double load = GetParam() == 1 ? 0.27 : 0.3;
  const auto flits = run(slow_routing, fidelity::flit, GetParam(), load);
  const auto packets = run(slow_routing, fidelity::packet, GetParam(), load);
  EXPECT_NEAR(packets.all.packet.mean(), flits.all.packet.mean(), 0.02 * flits.all.packet.mean());
}

INSTANTIATE_TEST_SUITE_P(packets_of, noc_merging_flows, testing::Values(1, 2, 5),
                         [](const auto& flits) { return std::to_string(flits.param) + "_flits"; });

}  // namespace
