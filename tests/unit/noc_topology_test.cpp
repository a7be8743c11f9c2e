// The topologies: sizes and diameters against closed forms, ports and wiring, and refusals.
#include <gtest/gtest.h>

#include <algorithm>

#include "noc/grid.h"
#include "unit/noc_cases.h"

namespace mimd::noc {
namespace {

topology make(const std::string& family, std::vector<std::uint32_t> dims, std::uint32_t concentration = 1) {
  topology_parameters p;
  p.family = family;
  p.dims = std::move(dims);
  p.concentration = concentration;
  return make_topology(p);
}

std::uint32_t links(const topology& t) {
  std::uint32_t result = 0;
  for (const auto& c : t.channels()) result += !c.from.is_terminal && !c.to.is_terminal;
  return result;
}

std::uint32_t diameter(const topology& t) {
  std::uint32_t result = 0;
  for (std::uint32_t d = 0; d < t.terminals(); ++d) {
    const auto distances = distances_to(t, d);
    for (std::uint32_t s = 0; s < t.terminals(); ++s)
      result = std::max(result, distances[t.source_router(s)]);
  }
  return result;
}

struct form {
  const char* family;
  std::vector<std::uint32_t> dims;
  std::uint32_t concentration;
  std::uint32_t routers, terminals, links, diameter;
};

TEST(topologies, have_the_size_and_diameter_of_their_closed_form) {
  const form forms[] = {
      {"crossbar", {1}, 1, 1, 1, 0, 0},
      {"crossbar", {64}, 1, 1, 64, 0, 0},
      {"ring", {1}, 1, 1, 1, 0, 0},
      {"ring", {2}, 1, 2, 2, 4, 1},  // n routers, 2n channels, n/2 apart
      {"ring", {3}, 1, 3, 3, 6, 1},
      {"ring", {9}, 2, 9, 18, 18, 4},
      {"ring", {10}, 1, 10, 10, 20, 5},
      {"mesh", {1}, 1, 1, 1, 0, 0},
      {"mesh", {7}, 1, 7, 7, 12, 6},
      {"mesh", {8, 8}, 1, 64, 64, 224, 14},  // 2·n·k^(n-1)·(k-1), n·(k-1)
      {"mesh", {4, 1, 3}, 2, 12, 24, 2 * (3 * 3 + 4 * 2), 5},
      {"mesh", {3, 3, 3, 3}, 1, 81, 81, 2 * 4 * 27 * 2, 8},
      {"torus", {8, 8}, 1, 64, 64, 256, 8},  // 2·n·k^n, n·floor(k/2)
      {"torus", {5, 5, 5}, 1, 125, 125, 750, 6},
      {"torus", {2, 2}, 1, 4, 4, 16, 2},
      {"torus", {4, 1}, 1, 4, 4, 8, 2},
      {"hypercube", {1}, 1, 2, 2, 2, 1},
      {"hypercube", {6}, 1, 64, 64, 384, 6},  // n·2^n, n
      {"hypercube", {3}, 4, 8, 32, 24, 3},
      {"flattened-butterfly", {4, 4}, 4, 16, 64, 96, 2},  // k^n·n·(k-1), n
      {"flattened-butterfly", {2, 3, 4}, 1, 24, 24, 24 * (1 + 2 + 3), 3},
      {"fat-tree", {4, 1}, 1, 1, 4, 0, 0},
      {"fat-tree", {4, 3}, 1, 48, 64, 256, 4},  // n·k^(n-1), k^n, 2·(n-1)·k^n, 2·(n-1)
      {"fat-tree", {2, 5}, 1, 80, 32, 256, 8},
      {"butterfly", {4, 3}, 1, 48, 64, 128, 2},  // n·k^(n-1), k^n, (n-1)·k^n, n-1
      {"butterfly", {5, 1}, 1, 1, 5, 0, 0},
      {"omega", {2, 5}, 1, 80, 32, 128, 4},
      {"dragonfly", {4, 2, 2}, 1, 36, 72, 36 * 5, 3},  // a·g, a·p·g, a·g·(a-1+h), 3
      {"dragonfly", {8, 4, 4}, 1, 264, 1056, 264 * 11, 3},
      {"dragonfly", {2, 1, 1}, 1, 6, 6, 12, 3},
      {"dragonfly", {4, 2, 1, 4}, 1, 16, 16, 4 * (4 * 3 + 6), 3},  // two slots a group are left over
      {"dragonfly", {4, 2, 3, 1}, 1, 4, 12, 12, 1},
      {"star", {9}, 1, 1, 9, 0, 0},
      {"star", {4, 8}, 1, 9, 32, 16, 2},
      {"star", {2, 3, 4}, 1, 12 + 4 + 1, 24, 32, 4},
  };
  for (const auto& f : forms) {
    SCOPED_TRACE(text({f.family, f.dims, f.concentration, "", 0}));
    const auto t = make(f.family, f.dims, f.concentration);
    EXPECT_EQ(t.routers(), f.routers);
    EXPECT_EQ(t.terminals(), f.terminals);
    EXPECT_EQ(links(t), f.links);
    EXPECT_EQ(t.channels().size(), f.links + 2 * f.terminals);
    EXPECT_EQ(diameter(t), f.diameter);
    EXPECT_NO_THROW(t.check_connected());
  }
}

TEST(topologies, number_ports_as_the_channels_say) {
  for (const auto& c : routing_cases()) {
    SCOPED_TRACE(text(c));
    const auto t = build(c);
    for (std::uint32_t number = 0; number < t.channels().size(); ++number) {
      const auto& channel = t.channels()[number];
      EXPECT_EQ(channel.from.is_terminal ? t.injection(channel.from.index)
                                         : t.outputs(channel.from.index).at(channel.from.port),
                number);
      EXPECT_EQ(channel.to.is_terminal ? t.ejection(channel.to.index)
                                       : t.inputs(channel.to.index).at(channel.to.port),
                number);
    }
  }
}

TEST(topologies, have_a_way_back_for_each_link_unless_they_are_multistage) {
  for (const auto& c : routing_cases()) {
    const std::string family = c.family;
    if (family == "butterfly" || family == "omega") continue;
    SCOPED_TRACE(text(c));
    const auto t = build(c);
    std::multiset<std::pair<std::uint32_t, std::uint32_t>> there;
    std::multiset<std::pair<std::uint32_t, std::uint32_t>> back;
    for (const auto& channel : t.channels()) {
      if (channel.from.is_terminal || channel.to.is_terminal) continue;
      EXPECT_NE(channel.from.index, channel.to.index);
      there.insert({channel.from.index, channel.to.index});
      back.insert({channel.to.index, channel.from.index});
    }
    EXPECT_EQ(there, back);
  }
}

TEST(topologies, give_every_channel_a_name_of_its_own) {
  for (const auto& c : routing_cases()) {
    SCOPED_TRACE(text(c));
    const auto t = build(c);
    std::set<std::string> names;
    for (const auto& channel : t.channels())
      EXPECT_TRUE(names.insert(t.name(channel)).second) << t.name(channel);
  }
  const auto t = make("ring", {2});
  EXPECT_EQ(t.name(t.channels()[t.outputs(0)[0]]), "r0_r1");
  EXPECT_EQ(t.name(t.channels()[t.outputs(0)[1]]), "r0_r1_1");
  EXPECT_EQ(t.name(t.channels()[t.injection(1)]), "t1_r1");
}

TEST(topologies, lead_where_the_coordinates_of_a_grid_say) {
  for (const auto& c : routing_cases()) {
    const auto t = build(c);
    if (!grid::fits(t)) continue;
    SCOPED_TRACE(text(c));
    const grid g(t);
    const auto leads_to = [&](std::uint32_t router, std::uint32_t port) {
      return t.channels()[t.outputs(router).at(port)].to.index;
    };
    for (std::uint32_t router = 0; router < t.routers(); ++router)
      for (std::uint32_t d = 0; d < g.dimensions(); ++d) {
        const auto here = g.coordinate(router, d);
        if (g.wired() == wiring::complete) {
          for (std::uint32_t there = 0; there < g.radix(d); ++there)
            if (there != here) {
              const auto to = leads_to(router, g.output_to(router, d, there));
              EXPECT_EQ(to, g.at(router, d, there));
              EXPECT_EQ(g.coordinate(to, d), there);
              EXPECT_EQ(g.first_difference(router, to), d);
              EXPECT_EQ(g.last_difference(router, to), d);
            }
          continue;
        }
        for (const auto way : {direction::up, direction::down}) {
          const auto to = g.neighbour(router, d, way);
          EXPECT_EQ(to == grid::none, g.output(router, d, way) == grid::none);
          if (to == grid::none) continue;
          EXPECT_EQ(leads_to(router, g.output(router, d, way)), to);
          const auto radix = g.radix(d);
          EXPECT_EQ(g.coordinate(to, d),
                    way == direction::up ? (here + 1) % radix : (here + radix - 1) % radix);
          EXPECT_TRUE(g.differ(router, to, d));
        }
      }
  }
}

TEST(topologies, join_each_pair_of_groups_of_a_dragonfly_alike) {
  for (const auto& dims : {std::vector<std::uint32_t>{4, 2, 2}, {4, 2, 1, 5}, {4, 2, 1, 4}}) {
    const auto t = make("dragonfly", dims);
    const auto groups = t.routers() / dims[0];
    std::vector<std::uint32_t> between(groups * groups, 0);
    for (const auto& c : t.channels())
      if (!c.from.is_terminal && !c.to.is_terminal)
        ++between[c.from.index / dims[0] * groups + c.to.index / dims[0]];
    for (std::uint32_t a = 0; a < groups; ++a)
      for (std::uint32_t b = 0; b < groups; ++b)
        EXPECT_EQ(between[a * groups + b],
                  a == b ? dims[0] * (dims[0] - 1) : dims[0] * dims[1] / (groups - 1));
  }
}

TEST(topologies, take_the_cycles_of_their_channels) {
  topology_parameters p;
  p.family = "flattened-butterfly";
  p.dims = {4, 3};
  p.link_cycles = 2;
  p.terminal_cycles = 3;
  p.length_cycles = 5;
  const auto t = make_topology(p);
  const grid g(t);
  EXPECT_EQ(t.channels()[t.outputs(0)[g.output_to(0, 0, 1)]].cycles, 2u);
  EXPECT_EQ(t.channels()[t.outputs(0)[g.output_to(0, 0, 3)]].cycles, 12u);
  EXPECT_EQ(t.channels()[t.outputs(0)[g.output_to(0, 1, 2)]].cycles, 7u);
  EXPECT_EQ(t.channels()[t.injection(0)].cycles, 3u);
  EXPECT_EQ(t.channels()[t.ejection(0)].cycles, 3u);
  p.family = "dragonfly";
  p.dims = {2, 1, 1};
  const auto d = make_topology(p);
  for (const auto& c : d.channels()) {
    if (c.from.is_terminal || c.to.is_terminal) continue;
    EXPECT_EQ(c.cycles, c.from.index / 2 == c.to.index / 2 ? 2u : 7u);
  }
}

TEST(topologies, lay_terminals_out_in_blocks) {
  topology_parameters p;
  p.family = "flattened-butterfly";
  p.dims = {4, 4};
  p.concentration = 4;
  EXPECT_EQ(make_topology(p).source_router(9), 2u);
  p.terminal_block = {2, 2};  // 8 x 8 terminals: a row of 8, two rows a row of routers
  const auto t = make_topology(p);
  EXPECT_EQ(t.source_router(0), 0u);
  EXPECT_EQ(t.source_router(1), 0u);
  EXPECT_EQ(t.source_router(2), 1u);
  EXPECT_EQ(t.source_router(9), 0u);
  EXPECT_EQ(t.source_router(16), 4u);
  EXPECT_EQ(t.destination_router(63), 15u);
}

std::string refusal(const topology_parameters& p) {
  try {
    make_topology(p);
  } catch (const std::exception& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "nothing";
}

TEST(topologies, refuse_what_cannot_be_in_one_clear_line) {
  topology_parameters p;
  p.family = "tours";
  EXPECT_EQ(refusal(p), "no topology is called 'tours'; the nearest is 'torus'");
  p.family = "mesh";
  p.dims = {};
  EXPECT_EQ(refusal(p), "mesh topology: its dims are the radix of each dimension, not 0 numbers");
  p.dims = {4, 0};
  EXPECT_EQ(refusal(p), "mesh topology: each of its dims must be at least 1");
  p.dims = {65536, 65536, 65536};
  EXPECT_EQ(refusal(p), "mesh topology: more than 1048576 routers or terminals are too many");
  p.dims = {4, 4};
  p.concentration = 0;
  EXPECT_EQ(refusal(p), "mesh topology: the concentration must be at least 1");
  p.concentration = 1u << 20;
  EXPECT_EQ(refusal(p), "mesh topology: more than 1048576 routers or terminals are too many");
  p.concentration = 4;
  p.terminal_block = {2};
  EXPECT_EQ(refusal(p), "mesh topology: the terminal block needs one number for each dimension");
  p.terminal_block = {2, 1};
  EXPECT_EQ(refusal(p), "mesh topology: the terminal block holds 2 terminals, but the concentration is 4");
  p.terminal_block = {};
  p.family = "crossbar";
  p.dims = {8};
  EXPECT_EQ(refusal(p), "crossbar topology: its dims tell how many terminals there are: no concentration");
  p.concentration = 1;
  p.link_cycles = 0;
  EXPECT_EQ(refusal(p), "crossbar topology: a channel takes at least 1 cycle");
  p.link_cycles = 1;
  p.family = "ring";
  p.dims = {4, 4};
  EXPECT_EQ(refusal(p), "ring topology: its dims are the number of routers, not 2 numbers");
  p.family = "hypercube";
  p.dims = {21};
  EXPECT_EQ(refusal(p), "hypercube topology: 20 dimensions are the most");
  p.family = "fat-tree";
  p.dims = {1, 3};
  EXPECT_EQ(refusal(p), "fat-tree topology: k must be at least 2");
  p.dims = {4, 4000000000u};
  EXPECT_EQ(refusal(p), "fat-tree topology: more than 1048576 routers or terminals are too many");
  p.family = "omega";
  p.dims = {1, 3};
  EXPECT_EQ(refusal(p), "omega topology: k must be at least 2");
  p.family = "dragonfly";
  p.dims = {2, 1, 1, 4};
  EXPECT_EQ(refusal(p), "dragonfly topology: 4 groups need a·h >= 3 channels a group, not 2");
  p.dims = {70000, 70000, 1};
  EXPECT_EQ(refusal(p), "dragonfly topology: more than 1048576 routers or terminals are too many");
  p.family = "star";
  p.dims = {1024, 1024, 1024};
  EXPECT_EQ(refusal(p), "star topology: more than 1048576 routers or terminals are too many");
}

}  // namespace
}  // namespace mimd::noc
