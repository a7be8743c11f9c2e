// What is particular to each routing: its order of dimensions, turns, virtual channels, draws.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>

#include "noc/dragonfly.h"
#include "noc/grid.h"
#include "unit/noc_cases.h"

namespace mimd::noc {
namespace {

topology make(const std::string& family, std::vector<std::uint32_t> dims, std::uint32_t concentration = 1) {
  return build({family.c_str(), std::move(dims), concentration, "", 0});
}

// Ways of a packet of this state from router to router; virtual channel `vc` of those that it may take.
std::vector<route_candidate> ways(const routing& r, std::uint32_t router, std::uint32_t from,
                                  std::uint32_t vc, std::uint32_t destination, route_state state = {}) {
  const auto& t = r.network();
  const auto& inputs = t.inputs(router);
  const auto input = std::find_if(inputs.begin(), inputs.end(), [&](std::uint32_t c) {
    const auto& e = t.channels()[c].from;
    return from == grid::none ? e.is_terminal : !e.is_terminal && e.index == from;
  });
  route_candidates result;
  r.candidates({router, static_cast<std::uint32_t>(input - inputs.begin()), vc, destination}, state, result);
  return {result.begin(), result.end()};
}

std::uint32_t leads_to(const topology& t, std::uint32_t router, const route_candidate& way) {
  return t.channels()[t.outputs(router).at(way.output)].to.index;
}

TEST(dimension_order, goes_along_the_lowest_dimension_first) {
  const auto t = make("mesh", {4, 4});
  const auto r = make_routing("", t, 2);
  EXPECT_EQ(leads_to(t, 5, ways(*r, 5, grid::none, 0, 15).at(0)), 6u);
  EXPECT_EQ(leads_to(t, 7, ways(*r, 7, 6, 0, 15).at(0)), 11u);
  EXPECT_EQ(leads_to(t, 10, ways(*r, 10, grid::none, 0, 0).at(0)), 9u);
}

TEST(dimension_order, keeps_to_one_part_of_the_virtual_channels_in_a_ring) {
  const auto t = make("ring", {8});
  const auto r = make_routing("", t, 4);
  // Up from 6 to 1 comes from a larger coordinate: the upper part, before and after the dateline.
  for (const auto& [at, from] : std::map<std::uint32_t, std::uint32_t>{{6, grid::none}, {7, 6}, {0, 7}}) {
    const auto way = ways(*r, at, from, from == grid::none ? 0 : 3, 1).at(0);
    EXPECT_EQ(leads_to(t, at, way), (at + 1) % 8);
    EXPECT_EQ(way.first_vc, 2u);
    EXPECT_EQ(way.vcs, 2u);
  }
  // Up from 0 to 3: the lower one; down from 3 to 0: the upper one; down from 1 to 6: the lower one.
  EXPECT_EQ(ways(*r, 0, grid::none, 3, 3).at(0).first_vc, 0u);
  EXPECT_EQ(ways(*r, 1, 0, 1, 3).at(0).first_vc, 0u);
  EXPECT_EQ(ways(*r, 3, grid::none, 0, 0).at(0).first_vc, 2u);
  EXPECT_EQ(ways(*r, 1, grid::none, 0, 6).at(0).first_vc, 0u);
  EXPECT_EQ(ways(*r, 7, 0, 0, 6).at(0).first_vc, 0u);
}

TEST(dimension_order, draws_the_way_round_half_a_ring) {
  const auto t = make("torus", {8, 8});
  const auto r = make_routing("", t, 2);
  EXPECT_EQ(ways(*r, 0, grid::none, 0, 4).size(), 2u);  // not drawn: both
  random_generator random(3);
  std::uint32_t up = 0;
  for (int i = 0; i < 4000; ++i) {
    const auto state = r->begin(0, 4, random);
    const auto way = ways(*r, 0, grid::none, 0, 4, state);
    ASSERT_EQ(way.size(), 1u);
    up += leads_to(t, 0, way[0]) == 1;
  }
  EXPECT_NEAR(up, 2000, 200);  // 6 standard deviations
}

TEST(dimension_order, of_a_flattened_butterfly_takes_one_channel_a_dimension) {
  const auto t = make("flattened-butterfly", {4, 4}, 2);
  const auto r = make_routing("", t, 1);
  const auto way = ways(*r, 0, grid::none, 0, 2 * 11);
  EXPECT_EQ(leads_to(t, 0, way.at(0)), 3u);
  EXPECT_EQ(leads_to(t, 3, ways(*r, 3, 0, 0, 2 * 11).at(0)), 11u);
}

TEST(o1turn, draws_the_order_and_keeps_the_orders_apart) {
  const auto t = make("mesh", {4, 4});
  const auto r = make_routing("o1turn", t, 4);
  const auto first = ways(*r, 0, grid::none, 0, 15, {0, 0}).at(0);
  const auto last = ways(*r, 0, grid::none, 0, 15, {0, 1}).at(0);
  EXPECT_EQ(leads_to(t, 0, first), 1u);
  EXPECT_EQ(leads_to(t, 0, last), 4u);
  EXPECT_EQ(first.first_vc, 0u);
  EXPECT_EQ(last.first_vc, 2u);
  random_generator random(3);
  std::uint32_t drawn = 0;
  for (int i = 0; i < 4000; ++i) drawn += r->begin(0, 15, random).phase;
  EXPECT_NEAR(drawn, 2000, 200);
}

// Turns taken by all packets: {column is odd, direction before, direction after}; directions E, W, N, S.
std::set<std::tuple<bool, char, char>> turns(const routing& r) {
  const auto& t = r.network();
  const grid g(t);
  const auto heading = [&](std::uint32_t channel) {
    const auto& c = t.channels()[channel];
    if (g.differ(c.from.index, c.to.index, 0)) return c.to.index > c.from.index ? 'E' : 'W';
    return c.to.index > c.from.index ? 'N' : 'S';
  };
  std::set<std::tuple<bool, char, char>> result;
  for (std::uint32_t destination = 0; destination < t.terminals(); ++destination)
    walk_everything(r, destination, [&](const head& from, const head& to, std::uint32_t) {
      if (t.channels()[from.channel].from.is_terminal || t.channels()[to.channel].to.is_terminal) return;
      const auto a = heading(from.channel);
      const auto b = heading(to.channel);
      if (a != b) result.insert({g.coordinate(t.channels()[to.channel].from.index, 0) % 2 == 1, a, b});
    });
  return result;
}

TEST(west_first, never_turns_to_the_west_and_takes_all_other_turns) {
  const auto t = make("mesh", {6, 5});
  const auto taken = turns(*make_routing("west-first", t, 1));
  EXPECT_EQ(taken.size(), 12u);  // 6 turns, in odd and even columns
  for (const auto& [odd, from, to] : taken) EXPECT_NE(to, 'W') << from;
}

TEST(odd_even, turns_only_where_the_column_permits) {
  const auto t = make("mesh", {6, 5});
  std::set<std::tuple<bool, char, char>> permitted;
  for (const char vertical : {'N', 'S'}) {
    permitted.insert({true, 'E', vertical});   // no turn from east in even columns
    permitted.insert({false, vertical, 'W'});  // none to the west in odd ones
    for (const bool odd : {false, true}) {
      permitted.insert({odd, vertical, 'E'});
      permitted.insert({odd, 'W', vertical});
    }
  }
  EXPECT_EQ(turns(*make_routing("odd-even", t, 1)), permitted);
}

TEST(minimal_adaptive, offers_every_way_nearer_and_one_to_escape) {
  const auto t = make("mesh", {4, 4});
  const auto r = make_routing("minimal-adaptive", t, 4);
  const auto all = ways(*r, 5, grid::none, 0, 15);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(leads_to(t, 5, all[0]), 6u);  // dimension order on virtual channel 0
  EXPECT_EQ(all[0].first_vc, 0u);
  EXPECT_EQ(all[0].vcs, 1u);
  EXPECT_EQ(leads_to(t, 5, all[1]), 6u);
  EXPECT_EQ(leads_to(t, 5, all[2]), 9u);
  for (const auto& way : {all[1], all[2]}) {
    EXPECT_EQ(way.first_vc, 1u);
    EXPECT_EQ(way.vcs, 3u);
    EXPECT_GT(way.rank, all[0].rank);
  }
  EXPECT_EQ(ways(*r, 5, 4, 2, 15).size(), 3u);
  EXPECT_EQ(ways(*r, 5, 4, 0, 15).size(), 1u);  // who has escaped stays
}

TEST(minimal_adaptive, escapes_on_a_torus_over_two_channels) {
  const auto t = make("torus", {8, 8});
  const auto r = make_routing("minimal-adaptive", t, 5);
  const auto up = ways(*r, 1, grid::none, 0, 19);  // from {1, 0} to {3, 2}
  ASSERT_EQ(up.size(), 3u);
  EXPECT_EQ(up[0].first_vc, 0u);
  EXPECT_EQ(up[1].first_vc, 2u);
  EXPECT_EQ(up[1].vcs, 3u);
  EXPECT_EQ(ways(*r, 7, 6, 3, 1)[0].first_vc, 1u);  // from 7 up to 1
  EXPECT_EQ(ways(*r, 0, 7, 1, 1)[0].first_vc, 1u);  // on the escape channel still in that part
  EXPECT_EQ(ways(*r, 0, 7, 3, 1)[0].first_vc, 0u);  // from the adaptive ones it enters the ring here
}

TEST(minimal_adaptive, of_booksim_offers_one_dimension_only) {
  const auto torus = make("torus", {8, 8});
  const auto on_torus = ways(*make_routing("booksim-min-adapt", torus, 5), 1, grid::none, 0, 19);
  ASSERT_EQ(on_torus.size(), 2u);
  EXPECT_EQ(on_torus[0].first_vc, 0u);
  EXPECT_EQ(on_torus[1].first_vc, 3u);
  EXPECT_EQ(on_torus[1].vcs, 1u);
  const auto mesh = make("mesh", {8, 8});
  const auto on_mesh = ways(*make_routing("booksim-min-adapt", mesh, 4), 1, grid::none, 0, 19);
  ASSERT_EQ(on_mesh.size(), 2u);
  EXPECT_EQ(on_mesh[1].first_vc, 1u);
  EXPECT_EQ(on_mesh[1].vcs, 3u);
  EXPECT_EQ(on_mesh[0].output, on_mesh[1].output);
}

TEST(valiant, visits_a_router_drawn_evenly_and_changes_its_channels_there) {
  const auto t = make("mesh", {4, 4});
  const auto r = make_routing("valiant", t, 4);
  random_generator random(5);
  std::map<std::uint32_t, std::uint32_t> drawn;
  for (int i = 0; i < 16000; ++i) ++drawn[r->begin(0, 15, random).intermediate];
  EXPECT_EQ(drawn.size(), 16u);
  for (const auto& [router, count] : drawn) EXPECT_NEAR(count, 1000, 200) << router;
  const auto away = ways(*r, 0, grid::none, 0, 1, {8, 0}).at(0);
  EXPECT_EQ(leads_to(t, 0, away), 4u);
  EXPECT_EQ(away.first_vc, 0u);
  const auto home = ways(*r, 8, 4, 0, 1, {8, 0}).at(0);
  EXPECT_EQ(leads_to(t, 8, home), 9u);
  EXPECT_EQ(home.first_vc, 2u);
  EXPECT_TRUE(t.channels()[t.outputs(1)[ways(*r, 1, 5, 2, 1, {0, 1}).at(0).output]].to.is_terminal);
  const auto through = ways(*r, 1, 0, 0, 1, {3, 0}).at(0);  // on the way to 3 it does not stop at 1
  EXPECT_EQ(leads_to(t, 1, through), 2u);
}

TEST(valiant, enters_a_ring_anew_where_it_changes_its_channels) {
  const auto t = make("ring", {8});
  const auto r = make_routing("valiant", t, 8);
  // Up from 6 over 0 to 2: both parts of the way in one direction, the first over the dateline.
  const auto first = ways(*r, 7, 6, 4, 2, {0, 0}).at(0);
  EXPECT_EQ(leads_to(t, 7, first), 0u);
  EXPECT_EQ(first.first_vc, 4u);
  EXPECT_EQ(first.vcs, 2u);
  const auto second = ways(*r, 0, 7, 4, 2, {0, 0}).at(0);
  EXPECT_EQ(leads_to(t, 0, second), 1u);
  EXPECT_EQ(second.first_vc, 2u);
  EXPECT_EQ(ways(*r, 1, 0, 2, 2, {0, 1}).at(0).first_vc, 2u);
  // After the dateline in the second part it stays in the upper part.
  EXPECT_EQ(ways(*r, 0, 7, 7, 2, {5, 1}).at(0).first_vc, 6u);
}

TEST(fat_tree_routing, draws_every_up_port_alike) {
  const auto t = make("fat-tree", {3, 3});
  const auto r = make_routing("", t, 1);
  random_generator random(5);
  std::map<std::uint32_t, std::uint32_t> roots;
  for (int i = 0; i < 9000; ++i) {
    const auto state = r->begin(0, 26, random);
    const auto first = leads_to(t, 18, ways(*r, 18, grid::none, 0, 26, state).at(0));
    ++roots[leads_to(t, first, ways(*r, first, 18, 0, 26, state).at(0))];
  }
  EXPECT_EQ(roots.size(), 9u);
  for (const auto& [root, count] : roots) EXPECT_NEAR(count, 1000, 200) << root;
}

// Shifts load no channel up twice (Zahavi).
TEST(fat_tree_routing, of_d_mod_k_keeps_the_packets_of_a_shift_apart) {
  const auto t = make("fat-tree", {4, 3});
  const auto r = make_routing("fat-tree-d-mod-k", t, 1);
  for (std::uint32_t shift = 1; shift < t.terminals(); ++shift) {
    std::map<std::uint32_t, std::uint32_t> load;
    for (std::uint32_t source = 0; source < t.terminals(); ++source) {
      const auto destination = (source + shift) % t.terminals();
      for (auto router = t.source_router(source); router != t.destination_router(destination);) {
        const auto way = ways(*r, router, grid::none, 0, destination).at(0);
        ++load[t.outputs(router)[way.output]];
        router = leads_to(t, router, way);
      }
    }
    for (const auto& [channel, packets] : load) EXPECT_EQ(packets, 1u) << t.name(t.channels()[channel]);
  }
}

TEST(fat_tree_routing, adaptive_offers_all_up_ports) {
  const auto t = make("fat-tree", {4, 2});
  EXPECT_EQ(ways(*make_routing("fat-tree-adaptive", t, 1), 4, grid::none, 0, 15).size(), 4u);
}

TEST(dragonfly_routing, changes_channels_with_every_group) {
  const auto t = make("dragonfly", {4, 2, 2});
  const dragonfly d(t.form());
  const auto r = make_routing("", t, 2);
  for (std::uint32_t destination = 0; destination < t.terminals(); ++destination)
    walk_everything(*r, destination, [&](const head&, const head& to, std::uint32_t) {
      const auto& c = t.channels()[to.channel];
      if (c.to.is_terminal) return;
      const auto group = destination / d.p / d.a;
      const bool reached = c.to.index / d.a == group && c.from.index / d.a != group;
      EXPECT_EQ(to.vc, reached ? 1u : to.vc);
      EXPECT_EQ(to.vc, c.to.index / d.a == group ? to.vc : 0u);
    });
}

TEST(up_down_routing, never_goes_up_after_down) {
  const auto t = make("torus", {4, 4});
  const auto r = make_routing("up-down", t, 1);
  const auto level = distances_to(t, 0);  // all routers have as many channels: the root is r0
  for (std::uint32_t destination = 0; destination < t.terminals(); ++destination)
    walk_everything(*r, destination, [&](const head& from, const head& to, std::uint32_t) {
      const auto& a = t.channels()[from.channel];
      const auto& b = t.channels()[to.channel];
      if (a.from.is_terminal || b.to.is_terminal) return;
      const bool down_before = level[a.from.index] < level[a.to.index];
      const bool up_now = level[b.from.index] > level[b.to.index];
      EXPECT_FALSE(down_before && up_now) << t.name(a) << " then " << t.name(b);
    });
}

topology graph(const std::string& content) {
  const auto name =
      std::string("noc_") + testing::UnitTest::GetInstance()->current_test_info()->name() + ".txt";
  std::ofstream(name) << content;
  topology_parameters p;
  p.family = "file";
  p.dims = {};
  p.file = name;
  const auto result = make_topology(p);
  std::remove(name.c_str());
  return result;
}

TEST(up_down_routing, refuses_a_graph_on_which_it_finds_no_way) {
  const auto t = graph(
      "routers 4\nchannel r0 r1\nchannel r1 r2\nchannel r2 r3\nchannel r3 r0\n"
      "terminal t0 r0\nterminal t1 r1\n");
  EXPECT_NO_THROW(make_routing("", t, 1));
  try {
    make_routing("up-down", t, 1);
    FAIL() << "should be refused";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "up-down routing finds no way from t1 to t0");
  }
}

TEST(shortest_path_routing, spreads_destinations_over_channels_side_by_side) {
  const auto t = graph(
      "routers 3\nlink r0 r1\nlink r0 r1\nlink r1 r2\nterminal t0 r0\nterminal t1 r1\nterminal t2 r2\n");
  const auto r = make_routing("shortest-path", t, 1);
  EXPECT_NE(ways(*r, 0, grid::none, 0, 1).at(0).output, ways(*r, 0, grid::none, 0, 2).at(0).output);
}

}  // namespace
}  // namespace mimd::noc
