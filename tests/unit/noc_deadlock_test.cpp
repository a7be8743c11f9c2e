// The deadlock check: proofs for every routing that is shipped, equal to a search without its short cuts; and
// true cycles for routings that do deadlock.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "noc/deadlock_check.h"
#include "noc/dimension_order.h"
#include "noc/grid.h"
#include "unit/noc_cases.h"

namespace mimd::noc {
namespace {

using node = std::pair<std::uint32_t, std::uint32_t>;  // channel, virtual channel

// What waits for what, by looking at every step; without what only escape channels have with others between.
struct direct_graph {
  std::set<node> nodes;
  std::set<std::pair<node, node>> edges;

  explicit direct_graph(const routing& r) {
    const auto escapes = r.escape_vcs();
    const auto& channels = r.network().channels();
    const auto counts = [&](const head& h) {
      return !channels[h.channel].from.is_terminal && !channels[h.channel].to.is_terminal &&
             (escapes.empty() || std::find(escapes.begin(), escapes.end(), h.vc) != escapes.end());
    };
    for (std::uint32_t destination = 0; destination < r.network().terminals(); ++destination)
      walk_everything(r, destination, [&](const head& from, const head& to, std::uint32_t) {
        const node a{from.channel, from.vc};
        const node b{to.channel, to.vc};
        if (counts(from)) nodes.insert(a);
        if (counts(to)) nodes.insert(b);
        if (counts(from) && counts(to)) edges.insert({a, b});
      });
  }
};

class shipped_routing : public testing::TestWithParam<routing_case> {};

TEST_P(shipped_routing, is_proved_free_of_deadlock) {
  const auto t = build(GetParam());
  const auto r = make_routing(GetParam().routing, t, GetParam().vcs);
  EXPECT_NO_THROW(check_deadlock_free(*r));
  const auto report = examine_deadlock(*r);
  const direct_graph graph(*r);
  EXPECT_EQ(report.channels, graph.nodes.size());
  EXPECT_EQ(report.dependencies, graph.edges.size());
}

INSTANTIATE_TEST_SUITE_P(all, shipped_routing, testing::ValuesIn(routing_cases()),
                         [](const auto& tested) { return test_name(tested.param); });

topology torus(std::vector<std::uint32_t> dims) {
  topology_parameters p;
  p.family = "torus";
  p.dims = std::move(dims);
  return make_topology(p);
}

topology mesh(std::vector<std::uint32_t> dims) {
  topology_parameters p;
  p.dims = std::move(dims);
  return make_topology(p);
}

// Every wait of the cycle is one that a packet can do, and the last is for the first.
void expect_true_cycle(const routing& r, const deadlock_report& report) {
  const direct_graph graph(r);
  ASSERT_FALSE(report.cycle.empty());
  for (std::size_t i = 0; i < report.cycle.size(); ++i) {
    const auto& a = report.cycle[i];
    const auto& b = report.cycle[(i + 1) % report.cycle.size()];
    EXPECT_TRUE(graph.edges.count({{a.channel, a.vc}, {b.channel, b.vc}}))
        << "step " << i << " of " << name_cycle(r.network(), report.cycle);
  }
}

// Dimension order with all virtual channels at any time: no dateline.
class no_dateline : public routing {
 public:
  no_dateline(const topology& t, std::uint32_t vcs) : routing(t, vcs), inner_(t, vcs) {}
  route_candidate injection(std::uint32_t, std::uint32_t, const route_state&) const override {
    return {0, 0, vcs(), 0};
  }
  void candidates(const route_query& q, route_state& s, route_candidates& result) const override {
    route_candidates inner;
    inner_.candidates(q, s, inner);
    result.clear();
    for (const auto& way : inner) result.add({way.output, 0, vcs(), 0});
  }
  bool deterministic() const override { return true; }

 private:
  dimension_order inner_;
};

TEST(deadlock_check, names_the_ring_of_a_torus_without_dateline) {
  const auto t = torus({4, 4});
  const no_dateline r(t, 2);
  const auto report = examine_deadlock(r);
  EXPECT_EQ(report.cycle.size(), 4u);
  expect_true_cycle(r, report);
  try {
    check_deadlock_free(r);
    FAIL() << "should be refused";
  } catch (const std::invalid_argument& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("the routing can deadlock on this torus topology: r"), std::string::npos)
        << message;
    EXPECT_NE(message.find(" vc"), std::string::npos);
    EXPECT_EQ(message.find('\n'), std::string::npos);
  }
}

TEST(deadlock_check, rings_of_three_have_no_way_longer_than_a_channel) {
  const auto t = torus({3});
  EXPECT_NO_THROW(check_deadlock_free(no_dateline(t, 2)));
}

// Any minimal way, on all virtual channels.
class fully_adaptive : public routing {
 public:
  fully_adaptive(const topology& t, std::uint32_t vcs) : routing(t, vcs), grid_(t) {}
  route_candidate injection(std::uint32_t, std::uint32_t, const route_state&) const override {
    return {0, 0, vcs(), 0};
  }
  void candidates(const route_query& q, route_state&, route_candidates& result) const override {
    result.clear();
    const auto there = exit_to(q.destination);
    for (std::uint32_t d = 0; d < grid_.dimensions(); ++d) {
      const auto from = grid_.coordinate(q.router, d);
      const auto to = grid_.coordinate(there.router, d);
      if (from != to)
        result.add({grid_.output(q.router, d, to > from ? direction::up : direction::down), 0, vcs(), 0});
    }
    if (q.router == there.router) result.add({there.port, 0, vcs(), 0});
  }
  bool deterministic() const override { return false; }

 private:
  grid grid_;
};

TEST(deadlock_check, names_the_square_of_an_adaptive_mesh_without_escape) {
  const auto t = mesh({3, 3});
  const fully_adaptive r(t, 1);
  const auto report = examine_deadlock(r);
  EXPECT_EQ(report.cycle.size(), 4u);
  expect_true_cycle(r, report);
}

TEST(deadlock_check, a_line_cannot_deadlock_whatever_is_permitted) {
  const auto t = mesh({6});
  EXPECT_NO_THROW(check_deadlock_free(fully_adaptive(t, 2)));
}

TEST(deadlock_check, shortest_paths_round_a_ring_are_refused_and_up_down_are_not) {
  topology_parameters p;
  p.family = "ring";
  p.dims = {6};
  const auto t = make_topology(p);
  const auto shortest = make_routing("shortest-path", t, 2);
  const auto report = examine_deadlock(*shortest);
  EXPECT_EQ(report.cycle.size(), 6u);
  expect_true_cycle(*shortest, report);
  EXPECT_THROW(check_deadlock_free(*shortest), std::invalid_argument);
  EXPECT_NO_THROW(check_deadlock_free(*make_routing("up-down", t, 2)));
}

TEST(deadlock_check, a_cycle_reads_as_channels_that_wait) {
  topology_parameters p;
  p.family = "ring";
  p.dims = {3};
  const auto t = make_topology(p);
  const auto up = t.outputs(0)[0];
  const auto down = t.outputs(1)[1];
  EXPECT_EQ(name_cycle(t, {{up, 0}, {down, 1}}), "r0_r1 vc0 -> r1_r0 vc1 -> r0_r1 vc0");
  EXPECT_EQ(name_cycle(t, {}), "");
}

// As fully_adaptive, with dimension order on virtual channel 0 to escape; packets come back from there.
class adaptive_with_return : public fully_adaptive {
 public:
  adaptive_with_return(const topology& t, bool escape_everywhere)
      : fully_adaptive(t, 2), inner_(t, 2), everywhere_(escape_everywhere) {}
  void candidates(const route_query& q, route_state& s, route_candidates& result) const override {
    route_candidates ways;
    inner_.candidates(q, s, ways);
    const auto escape = ways[0].output;
    fully_adaptive::candidates(q, s, ways);
    result.clear();
    if (everywhere_ || q.router != 0) result.add({escape, 0, 1, 0});
    for (const auto& way : ways) result.add({way.output, 1, 1, 1});
  }
  std::vector<std::uint32_t> escape_vcs() const override { return {0}; }

 private:
  dimension_order inner_;
  bool everywhere_;
};

TEST(deadlock_check, escape_channels_may_be_left_if_what_comes_after_is_counted) {
  const auto t = mesh({4, 4});
  const adaptive_with_return r(t, true);
  const auto report = examine_deadlock(r);
  EXPECT_TRUE(report.cycle.empty());
  EXPECT_GT(report.dependencies, direct_graph(r).edges.size());
}

TEST(deadlock_check, escape_channels_must_be_offered_everywhere) {
  const auto t = mesh({4, 4});
  EXPECT_THROW(examine_deadlock(adaptive_with_return(t, false)), std::logic_error);
}

// One way round a ring of four, on escape channels 0, 1, 2 in that order; but who has been on the adaptive
// channel begins again with 0. Directly, 0 waits for 1 for 2; over an adaptive channel, 0 waits for 0.
class begins_again : public routing {
 public:
  explicit begins_again(const topology& t) : routing(t, 4) {}
  route_candidate injection(std::uint32_t, std::uint32_t, const route_state&) const override {
    return {0, 0, 4, 0};
  }
  void candidates(const route_query& q, route_state&, route_candidates& result) const override {
    result.clear();
    const auto there = exit_to(q.destination);
    if (q.router == there.router) {
      result.add({there.port, 0, 4, 0});
      return;
    }
    const auto& came = network().channels()[network().inputs(q.router)[q.input]].from;
    result.add({0, came.is_terminal || q.vc >= 2 ? 0 : q.vc + 1, 1, 0});
    result.add({0, 3, 1, 1});
  }
  bool deterministic() const override { return false; }
  std::vector<std::uint32_t> escape_vcs() const override { return {0, 1, 2}; }
};

TEST(deadlock_check, finds_the_cycle_that_only_the_extended_graph_has) {
  const std::string name = "noc_deadlock_one_way_ring.txt";
  std::ofstream(name) << "routers 4\nchannel r0 r1\nchannel r1 r2\nchannel r2 r3\nchannel r3 r0\n"
                         "terminal t0 r0\nterminal t1 r1\nterminal t2 r2\nterminal t3 r3\n";
  topology_parameters p;
  p.family = "file";
  p.dims = {};
  p.file = name;
  const auto t = make_topology(p);
  std::remove(name.c_str());
  const begins_again r(t);
  EXPECT_EQ(name_cycle(t, examine_deadlock(r).cycle), "r2_r3 vc0 -> r0_r1 vc0 -> r2_r3 vc0");
}

TEST(deadlock_check, ordered_networks_need_a_deterministic_routing) {
  const auto t = mesh({4, 4});
  EXPECT_NO_THROW(check_ordered(*make_routing("valiant", t, 2), {true, true}));
  const auto adaptive = make_routing("minimal-adaptive", t, 2);
  EXPECT_NO_THROW(check_ordered(*adaptive, {false, false}));
  try {
    check_ordered(*adaptive, {false, true});
    FAIL() << "should be refused";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(
        error.what(),
        "virtual network 1 is ordered, but its routing chooses its way by the load: take one that does "
        "not, as 'dimension-order'");
  }
}

}  // namespace
}  // namespace mimd::noc
