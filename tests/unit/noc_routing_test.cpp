// The routings: every way that each permits leads there within its bound, on virtual channels that exist;
// ordered flows; refusals.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "unit/noc_cases.h"

namespace mimd::noc {
namespace {

topology make(const std::string& family, std::vector<std::uint32_t> dims, std::uint32_t concentration = 1) {
  return build({family.c_str(), std::move(dims), concentration, "", 0});
}

bool is_minimal(const routing_case& c) {
  const std::string name = c.routing;
  return name != "valiant" && name != "up-down" && std::string(c.family) != "dragonfly";
}

// Channels between routers that a packet takes at most.
std::uint32_t bound(const routing_case& c, const topology& t) {
  std::uint32_t diameter = 0;
  for (std::uint32_t d = 0; d < t.terminals(); ++d)
    for (const auto distance : distances_to(t, d))
      if (distance != unreachable) diameter = std::max(diameter, distance);
  const std::string name = c.routing;
  if (name == "up-down") return 2 * diameter;
  if (name == "valiant") return std::string(c.family) == "dragonfly" ? 5 : 2 * diameter;
  return diameter;
}

class shipped : public testing::TestWithParam<routing_case> {};

TEST_P(shipped, leads_every_packet_there_on_every_way_it_permits) {
  const auto t = build(GetParam());
  const auto r = make_routing(GetParam().routing, t, GetParam().vcs);
  const auto most = bound(GetParam(), t);
  for (std::uint32_t destination = 0; destination < t.terminals(); ++destination) {
    const auto distances = distances_to(t, destination);
    std::map<head, std::vector<head>> ways;
    std::set<head> starts;
    walk_everything(*r, destination, [&](const head& from, const head& to, std::uint32_t) {
      ASSERT_LT(to.vc, r->vcs());
      ways[from].push_back(to);
      if (t.channels()[from.channel].from.is_terminal) starts.insert(from);
      const auto& next = t.channels()[to.channel].to;
      if (next.is_terminal) {
        EXPECT_EQ(next.index, destination);
      } else if (is_minimal(GetParam())) {
        EXPECT_EQ(distances[next.index] + 1, distances[t.channels()[to.channel].from.index]);
      }
    });
    // The longest way; there is none round in a circle. Longest way from each head, by depth first.
    std::map<head, int> longest;  // -1: being looked at
    const std::function<int(const head&)> length = [&](const head& h) -> int {
      if (t.channels()[h.channel].to.is_terminal) return 0;
      const auto known = longest.find(h);
      if (known != longest.end()) {
        EXPECT_NE(known->second, -1) << "round in a circle over " << t.name(t.channels()[h.channel]);
        return known->second;
      }
      longest[h] = -1;
      EXPECT_FALSE(ways[h].empty());
      int result = 0;
      for (const auto& next : ways[h]) result = std::max(result, 1 + length(next));
      return longest[h] = result;
    };
    for (const auto& start : starts) EXPECT_LE(length(start), static_cast<int>(most) + 1);
  }
}

TEST_P(shipped, has_one_way_for_each_draw_if_it_says_deterministic) {
  const auto t = build(GetParam());
  const auto r = make_routing(GetParam().routing, t, GetParam().vcs);
  random_generator random(7);
  route_candidates ways;
  route_candidates again;
  for (std::uint32_t source = 0; source < t.terminals(); ++source)
    for (std::uint32_t destination = 0; destination < t.terminals(); ++destination) {
      auto state = r->begin(source, destination, random);
      const auto range = r->injection(source, destination, state);
      auto channel = t.injection(source);
      auto vc = range.first_vc + static_cast<std::uint32_t>(random.below(range.vcs));
      while (!t.channels()[channel].to.is_terminal) {
        const auto& at = t.channels()[channel].to;
        r->candidates({at.index, at.port, vc, destination}, state, ways);
        r->candidates({at.index, at.port, vc, destination}, state, again);  // twice answers twice the same
        ASSERT_GE(ways.size(), 1u);
        ASSERT_TRUE(!r->deterministic() || ways.size() == 1);
        ASSERT_EQ(ways.size(), again.size());
        for (std::uint32_t i = 0; i < ways.size(); ++i) {
          EXPECT_EQ(ways[i].output, again[i].output);
          EXPECT_EQ(ways[i].first_vc, again[i].first_vc);
          EXPECT_EQ(ways[i].vcs, again[i].vcs);
        }
        const auto& way = ways[static_cast<std::uint32_t>(random.below(ways.size()))];
        channel = t.outputs(at.index).at(way.output);
        vc = way.first_vc + static_cast<std::uint32_t>(random.below(way.vcs));
      }
      EXPECT_EQ(t.channels()[channel].to.index, destination);
    }
}

INSTANTIATE_TEST_SUITE_P(all, shipped, testing::ValuesIn(routing_cases()),
                         [](const auto& tested) { return test_name(tested.param); });

TEST(ordered_flows, start_alike_and_keep_to_one_virtual_channel) {
  const auto t = make("torus", {8, 8});
  const auto r = make_routing("valiant", t, 8);
  std::map<std::uint32_t, std::uint32_t> drawn;
  std::map<std::uint32_t, std::uint32_t> channels;
  for (std::uint32_t source = 0; source < t.terminals(); ++source)
    for (std::uint32_t destination = 0; destination < t.terminals(); ++destination) {
      const auto state = r->begin_flow(source, destination);
      EXPECT_EQ(state.intermediate, r->begin_flow(source, destination).intermediate);
      EXPECT_EQ(state.phase, r->begin_flow(source, destination).phase);
      ++drawn[state.intermediate];
      ++channels[flow_vc({0, 3, 5, 0}, flow_hash(source, destination))];
    }
  EXPECT_EQ(drawn.size(), 64u);
  for (const auto& [router, count] : drawn) EXPECT_NEAR(count, 64, 48) << router;
  EXPECT_EQ(channels.size(), 5u);
  for (const auto& [vc, count] : channels) {
    EXPECT_TRUE(vc >= 3 && vc < 8);
    EXPECT_NEAR(count, 4096 / 5, 160) << vc;
  }
}

std::string refusal(const std::string& name, const topology& t, std::uint32_t vcs) {
  try {
    make_routing(name, t, vcs);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "nothing";
}

TEST(routings, refuse_what_they_do_not_fit) {
  const auto mesh = make("mesh", {4, 4});
  const auto torus = make("torus", {4, 4});
  const auto tree = make("fat-tree", {2, 2});
  EXPECT_EQ(refusal("dimension-odrer", mesh, 1),
            "no routing is called 'dimension-odrer'; the nearest is 'dimension-order'");
  EXPECT_EQ(refusal("", mesh, 0), "a network needs at least 1 virtual channel");
  EXPECT_EQ(refusal("dimension-order", tree, 1), "a fat-tree topology has no coordinates to route by");
  EXPECT_EQ(refusal("dimension-order", torus, 1),
            "dimension-order routing on a torus needs 2 virtual channels for its dateline");
  EXPECT_EQ(refusal("e-cube", mesh, 1), "e-cube routing is for hypercubes, not for a mesh");
  EXPECT_EQ(refusal("o1turn", torus, 2), "o1turn routing is for meshes and hypercubes, not for a torus");
  EXPECT_EQ(refusal("o1turn", mesh, 1), "o1turn routing needs 2 virtual channels, one for each order");
  EXPECT_EQ(refusal("west-first", torus, 1),
            "west-first routing is for meshes of two dimensions, not for a torus");
  EXPECT_EQ(refusal("odd-even", make("mesh", {3, 3, 3}), 1),
            "odd-even routing is for meshes of two dimensions, not for a mesh of 3");
  EXPECT_EQ(refusal("minimal-adaptive", mesh, 1),
            "minimal-adaptive routing on a mesh needs 2 virtual channels, 1 of them to escape");
  EXPECT_EQ(refusal("minimal-adaptive", torus, 2),
            "minimal-adaptive routing on a torus needs 3 virtual channels, 2 of them to escape");
  EXPECT_EQ(refusal("booksim-min-adapt", torus, 3),
            "booksim-min-adapt routing on a torus needs 4 virtual channels, 2 of them to escape");
  EXPECT_EQ(refusal("booksim-min-adapt", make("flattened-butterfly", {4, 4}), 4),
            "booksim-min-adapt routing is for meshes and tori, not for a flattened-butterfly");
  EXPECT_EQ(refusal("valiant", mesh, 1), "valiant routing on a mesh needs 2 virtual channels");
  EXPECT_EQ(refusal("valiant", torus, 3), "valiant routing on a torus needs 4 virtual channels");
  EXPECT_EQ(refusal("valiant", tree, 4), "a fat-tree topology has no coordinates to route by");
  EXPECT_EQ(refusal("fat-tree-random", mesh, 1), "fat-tree routing is for fat trees, not for a mesh");
  EXPECT_EQ(refusal("destination-tag", mesh, 1),
            "destination-tag routing is for butterflies and omega networks, not for a mesh");
  EXPECT_EQ(refusal("minimal", mesh, 2), "dragonfly routing is for dragonflies, not for a mesh");
  EXPECT_EQ(
      refusal("minimal", make("dragonfly", {2, 1, 1}), 1),
      "minimal routing on a dragonfly needs 2 virtual channels, one for each group that a packet visits");
  EXPECT_EQ(refusal("up-down", make("butterfly", {2, 3}), 1), "nothing");
}

}  // namespace
}  // namespace mimd::noc
