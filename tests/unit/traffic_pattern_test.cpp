// Patterns against their definitions, written out again in another way.
#include "tb/traffic/traffic_pattern.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <set>

#include "tests/support/scratch_files.h"

namespace mimd::tb {
namespace {

using rule = std::function<std::uint32_t(std::uint32_t)>;

traffic_pattern make(const std::string& name, std::vector<std::uint32_t> dims, std::uint32_t terminals,
                     std::uint32_t concentration = 1) {
  pattern_parameters p;
  p.name = name;
  p.dims = std::move(dims);
  p.concentration = concentration;
  return traffic_pattern(p, terminals);
}

void expect_rule(const traffic_pattern& pattern, const rule& expected) {
  random_generator random(1);
  for (std::uint32_t s = 0; s < pattern.terminals(); ++s)
    EXPECT_EQ(pattern.destination(s, random), expected(s)) << "source " << s;
}

std::vector<bool> bits_of(std::uint32_t s, unsigned n) {
  std::vector<bool> bits(n);
  for (unsigned i = 0; i < n; ++i) bits[i] = s >> i & 1u;
  return bits;
}
std::uint32_t number_of(const std::vector<bool>& bits) {
  std::uint32_t s = 0;
  for (std::size_t i = 0; i < bits.size(); ++i) s |= std::uint32_t{bits[i]} << i;
  return s;
}

std::string refusal(const pattern_parameters& p, std::uint32_t terminals) {
  try {
    traffic_pattern pattern(p, terminals);
  } catch (const std::exception& e) {
    return e.what();
  }
  return "accepted";
}

TEST(traffic_pattern, transpose_swaps_the_coordinates) {
  for (const std::uint32_t k : {1u, 2u, 3u, 8u, 10u}) {
    expect_rule(make("transpose", {k, k}, k * k), [k](std::uint32_t s) {
      const std::uint32_t x = s % k;
      const std::uint32_t y = s / k;
      return x * k + y;
    });
  }
}

TEST(traffic_pattern, transpose_swaps_the_halves_of_the_bits) {
  expect_rule(make("transpose", {64}, 64), [](std::uint32_t s) { return (s >> 3) | (s & 7u) << 3; });
}

TEST(traffic_pattern, bit_permutations_permute_bits) {
  for (const unsigned n : {1u, 4u, 6u, 9u}) {
    const std::uint32_t terminals = 1u << n;
    expect_rule(make("bit-complement", {}, terminals), [n](std::uint32_t s) {
      std::vector<bool> bits = bits_of(s, n);
      bits.flip();
      return number_of(bits);
    });
    expect_rule(make("bit-reverse", {}, terminals), [n](std::uint32_t s) {
      const std::vector<bool> bits = bits_of(s, n);
      return number_of(std::vector<bool>(bits.rbegin(), bits.rend()));
    });
    expect_rule(make("shuffle", {}, terminals), [n](std::uint32_t s) {
      const std::vector<bool> bits = bits_of(s, n);
      std::vector<bool> moved(n);
      for (unsigned i = 0; i < n; ++i) moved[(i + 1) % n] = bits[i];
      return number_of(moved);
    });
  }
}

TEST(traffic_pattern, tornado_goes_almost_half_way_round_every_dimension) {
  expect_rule(make("tornado", {8, 5}, 40), [](std::uint32_t s) {
    return (s % 8 + 3) % 8 + (s / 8 + 2) % 5 * 8;  // ceil(8/2) - 1 and ceil(5/2) - 1
  });
}

TEST(traffic_pattern, neighbour_goes_one_up_in_every_dimension_and_keeps_the_place_at_the_router) {
  expect_rule(make("neighbour", {4, 3}, 24, 2), [](std::uint32_t s) {
    const std::uint32_t x = s / 2 % 4;
    const std::uint32_t y = s / 8;
    return ((y + 1) % 3 * 4 + (x + 1) % 4) * 2 + s % 2;
  });
}

TEST(traffic_pattern, without_coordinates_the_terminals_are_a_ring) {
  expect_rule(make("neighbour", {2, 3}, 8), [](std::uint32_t s) { return (s + 1) % 8; });
}

TEST(traffic_pattern, uniform_reaches_everybody_alike_and_itself_only_if_told_so) {
  for (const bool to_self : {true, false}) {
    pattern_parameters p;
    p.to_self = to_self;
    const traffic_pattern pattern(p, 10);
    random_generator random(7);
    std::vector<unsigned> count(10);
    constexpr unsigned draws = 100'000;
    for (unsigned i = 0; i < draws; ++i) ++count[pattern.destination(3, random)];
    const double expected = draws / (to_self ? 10.0 : 9.0);
    for (std::uint32_t d = 0; d < 10; ++d) {
      if (d == 3 && !to_self) {
        EXPECT_EQ(count[d], 0u);
      } else {
        EXPECT_NEAR(count[d], expected, 5 * std::sqrt(expected)) << d;
      }
    }
  }
}

TEST(traffic_pattern, hot_spots_get_their_share_by_weight_and_the_others_the_rest) {
  pattern_parameters p;
  p.name = "hotspot";
  p.hot_spots = {{2, 3}, {7, 1}};
  p.hotspot_share = 0.4;
  const traffic_pattern pattern(p, 10);
  random_generator random(7);
  std::vector<double> count(10);
  constexpr unsigned draws = 200'000;
  for (unsigned i = 0; i < draws; ++i) count[pattern.destination(i % 10, random)] += 1.0 / draws;
  const double rest = 0.6 / 10;
  for (std::uint32_t d = 0; d < 10; ++d)
    EXPECT_NEAR(count[d], rest + (d == 2 ? 0.3 : d == 7 ? 0.1 : 0), 0.004) << d;
}

TEST(traffic_pattern, a_random_permutation_is_one_and_its_seed_tells_which) {
  const auto drawn = [](std::uint64_t seed) {
    pattern_parameters p;
    p.name = "random-permutation";
    p.seed = seed;
    const traffic_pattern pattern(p, 100);
    random_generator random(1);
    std::vector<std::uint32_t> result;
    for (std::uint32_t s = 0; s < 100; ++s) result.push_back(pattern.destination(s, random));
    return result;
  };
  const auto first = drawn(1);
  EXPECT_EQ(std::set<std::uint32_t>(first.begin(), first.end()).size(), 100u);
  EXPECT_EQ(first, drawn(1));
  EXPECT_NE(first, drawn(2));
}

TEST(traffic_pattern, who_would_send_to_itself_can_be_silent) {
  pattern_parameters p;
  p.name = "transpose";
  p.to_self = false;
  const traffic_pattern pattern(p, 16);
  for (std::uint32_t s = 0; s < 16; ++s) EXPECT_EQ(pattern.sends(s), s % 4 != s / 4) << s;
}

TEST(traffic_pattern, a_file_gives_any_permutation) {
  const test::scratch_directory scratch;
  const std::string file = scratch.file("permutation");
  std::ofstream(file) << "# a ring\n0 1\n1 2   # and on\n\n2 0\n";
  pattern_parameters p;
  p.name = "permutation";
  p.file = file;
  expect_rule(traffic_pattern(p, 3), [](std::uint32_t s) { return (s + 1) % 3; });
}

TEST(traffic_pattern, a_wrong_file_is_one_line_that_names_file_and_line) {
  const test::scratch_directory scratch;
  const std::string file = scratch.file("permutation");
  const std::pair<const char*, const char*> cases[] = {
      {"0 1\n1 2\n", ": no line for source 2"},
      {"0 1\n1 1\n2 0\n", ":2: destination 1 a second time"},
      {"0 1\n0 2\n2 0\n", ":2: source 0 a second time"},
      {"0 1\n1 3\n2 0\n", ":2: the destination 3 is not from 0 to 2"},
      {"0 one\n", ":1: the destination 'one' is not a whole number"},
      {"0\n", ":1: the destination is missing"},
      {"0 1 2\n", ":1: superfluous '2'"},
      {"0 1", ":1: the last line has no end"},
  };
  for (const auto& [text, complaint] : cases) {
    std::ofstream(file) << text;
    pattern_parameters p;
    p.name = "permutation";
    p.file = file;
    EXPECT_EQ(refusal(p, 3).rfind(file + complaint, 0), 0u) << refusal(p, 3);
  }
}

TEST(traffic_pattern, what_does_not_fit_is_refused) {
  const auto refused = [](const std::string& name, std::uint32_t terminals) {
    pattern_parameters p;
    p.name = name;
    return refusal(p, terminals);
  };
  EXPECT_EQ(refused("shuffle", 12), "pattern shuffle needs a power of two of terminals, and there are 12");
  EXPECT_EQ(refused("bit-reverse", 12),
            "pattern bit-reverse needs a power of two of terminals, and there are 12");
  EXPECT_EQ(refused("transpose", 32),
            "pattern transpose needs a square number of terminals, and there are 32");
  EXPECT_EQ(refused("tornadoo", 16), "no traffic pattern 'tornadoo', did you mean 'tornado'?");
  EXPECT_EQ(refused("hotspot", 16), "pattern hotspot needs a hot spot");
  pattern_parameters p;
  p.name = "hotspot";
  p.hot_spots = {{16, 1}};
  EXPECT_EQ(refusal(p, 16), "hot spot 16: there are only 16 terminals");
}

}  // namespace
}  // namespace mimd::tb
