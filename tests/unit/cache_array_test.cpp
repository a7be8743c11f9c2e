// The cache array and its replacement policies against independent references: what is where after any
// sequence of references, fills and invalidations.
#include "cache/cache_array.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <map>
#include <optional>
#include <stdexcept>

#include "infrastructure/random.h"

namespace mimd {
namespace {

// One set, written down as the textbook says; ways are numbered as the array numbers them.
class reference_set {
 public:
  reference_set(replacement_policy policy, unsigned ways)
      : policy_(policy), ways_(ways), prediction_(ways, 3), points_right_(2 * ways, false) {}

  void touch(unsigned way) {
    if (policy_ == replacement_policy::lru) move_to_back(way);
    if (policy_ == replacement_policy::tree_plru) away(1, 0, ways_, way);
    if (policy_ == replacement_policy::srrip) prediction_[way] = 0;
  }
  void fill(unsigned way) {
    used_ = std::max(used_, way + 1);
    if (policy_ == replacement_policy::lru || policy_ == replacement_policy::fifo) move_to_back(way);
    if (policy_ == replacement_policy::tree_plru) away(1, 0, ways_, way);
    if (policy_ == replacement_policy::srrip) prediction_[way] = 2;
  }
  unsigned victim() {
    if (used_ < ways_) return used_;
    if (policy_ == replacement_policy::tree_plru) return follow(1, 0, ways_);
    if (policy_ == replacement_policy::srrip) {
      while (std::find(prediction_.begin(), prediction_.end(), 3) == prediction_.end())
        for (int& p : prediction_) ++p;
      return static_cast<unsigned>(std::find(prediction_.begin(), prediction_.end(), 3) -
                                   prediction_.begin());
    }
    return order_.front();
  }

 private:
  void move_to_back(unsigned way) {
    order_.remove(way);
    order_.push_back(way);
  }
  // Nodes of the tree by the range of ways they stand for.
  void away(unsigned node, unsigned from, unsigned to, unsigned way) {
    if (to - from == 1) return;
    const unsigned middle = (from + to) / 2;
    points_right_[node] = way < middle;
    if (way < middle) {
      away(2 * node, from, middle, way);
    } else {
      away(2 * node + 1, middle, to, way);
    }
  }
  unsigned follow(unsigned node, unsigned from, unsigned to) const {
    if (to - from == 1) return from;
    const unsigned middle = (from + to) / 2;
    return points_right_[node] ? follow(2 * node + 1, middle, to) : follow(2 * node, from, middle);
  }

  replacement_policy policy_;
  unsigned ways_;
  unsigned used_ = 0;
  std::list<unsigned> order_;  // lru, fifo: next victim first
  std::vector<int> prediction_;
  std::vector<bool> points_right_;
};

class reference_array {
 public:
  struct way {
    address_t line = 0;
    bool filled = false;
    bool valid = false;
    std::uint8_t first_byte = 0;
  };
  reference_array(const cache_geometry& g)
      : geometry_(g),
        policies_(g.sets(), {g.replacement, g.ways}),
        ways_(g.sets(), std::vector<way>(g.ways)) {}

  unsigned set_of(address_t line) const {
    return static_cast<unsigned>(line / geometry_.line % geometry_.sets());
  }
  way* find(address_t line) {
    for (way& w : ways_[set_of(line)]) {
      if (w.valid && w.line == line) return &w;
    }
    return nullptr;
  }
  void touch(address_t line) { policies_[set_of(line)].touch(index(line)); }
  // The way that a fill takes: an invalidated copy's own, else the victim's.
  way& place(address_t line) {
    for (way& w : ways_[set_of(line)]) {
      if (w.filled && w.line == line && line != 0) return w;
    }
    return ways_[set_of(line)][policies_[set_of(line)].victim()];
  }
  void filled(way& w, address_t line) {
    policies_[set_of(line)].fill(static_cast<unsigned>(&w - ways_[set_of(line)].data()));
  }

 private:
  unsigned index(address_t line) { return static_cast<unsigned>(find(line) - ways_[set_of(line)].data()); }
  cache_geometry geometry_;
  std::vector<reference_set> policies_;
  std::vector<std::vector<way>> ways_;
};

void compare(const cache_geometry& g, std::uint64_t seed, int steps) {
  SCOPED_TRACE(std::to_string(g.size) + " B, " + std::to_string(g.ways) + " ways, line " +
               std::to_string(g.line) + ", policy " + std::to_string(static_cast<int>(g.replacement)));
  random_generator random(seed);
  cache_array array(g, seed);
  reference_array reference(g);
  const std::uint64_t lines = 2 * g.size / g.line + 3;
  const address_t high = random.below(2) ? 0 : address_t{1} << 47;  // partial tags must not matter
  std::vector<std::uint8_t> data(g.line);
  for (int step = 0; step < steps; ++step) {
    const address_t line = (random.below(lines) * g.line) ^ (random.below(8) ? 0 : high);
    reference_array::way* const expected = reference.find(line);
    const cache_array::slot s = random.below(4) ? array.find_and_touch(line) : array.find(line);
    ASSERT_EQ(s != cache_array::none, expected != nullptr) << "step " << step;
    if (expected) {
      ASSERT_EQ(array.address(s), line);
      ASSERT_TRUE(array.valid(s));
      ASSERT_EQ(array.data(s)[0], expected->first_byte);
      ASSERT_EQ(array.data(s)[g.line - 1], expected->first_byte);
    }
    const cache_array::slot touched = array.find_and_touch(line);  // a repetition
    ASSERT_EQ(touched, s);
    if (expected) {
      reference.touch(line);
      if (random.below(10) == 0) {
        array.invalidate(s);
        expected->valid = false;
        ASSERT_EQ(array.find(line), cache_array::none);
      }
      continue;
    }
    reference_array::way& place = reference.place(line);
    const cache_array::slot chosen = array.choose(line);
    ASSERT_EQ(array.valid(chosen), place.valid) << "step " << step;
    if (place.valid) {
      ASSERT_EQ(array.address(chosen), place.line) << "step " << step << ": another victim";
      array.invalidate(chosen);
    }
    const auto byte = static_cast<std::uint8_t>(random.next());
    std::fill(data.begin(), data.end(), byte);
    const auto state = static_cast<coherence_state>(1 + random.below(7));
    array.fill(chosen, line, state, data.data());
    place = {line, true, true, byte};
    reference.filled(place, line);
    ASSERT_EQ(array.state(chosen), state);
    ASSERT_FALSE(array.modified(chosen));
  }
}

TEST(cache_array, agrees_with_references_for_every_policy_and_associativity) {
  for (const replacement_policy policy : {replacement_policy::lru, replacement_policy::fifo,
                                          replacement_policy::tree_plru, replacement_policy::srrip}) {
    for (unsigned ways = 1; ways <= 64; ++ways) {
      if (policy == replacement_policy::tree_plru && (ways & (ways - 1)) != 0) continue;
      for (const unsigned sets : {1u, 4u}) {
        compare({std::uint64_t{sets} * ways * 16, ways, 16, policy}, 100 * ways + sets, 4000);
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

TEST(cache_array, agrees_with_references_for_every_line_size) {
  for (unsigned line = 16; line <= 4096; line *= 2)
    compare({16 * line, 4, line, replacement_policy::lru}, line, 3000);
}

TEST(cache_array, many_sets_do_not_mix) {
  compare({1024 * 2 * 64, 2, 64, replacement_policy::lru}, 5, 60'000);
}

std::vector<address_t> random_victims(std::uint64_t seed) {
  cache_array array({8 * 64, 8, 64, replacement_policy::random}, seed);
  const std::vector<std::uint8_t> data(64);
  std::vector<address_t> victims;
  for (address_t line = 64; line <= 64 * 8000; line += 64) {
    const cache_array::slot s = array.choose(line);
    if (line <= 64 * 8) {
      EXPECT_FALSE(array.valid(s)) << "replaced before the set was full";
    } else {
      EXPECT_TRUE(array.valid(s));
      victims.push_back(s);
      array.invalidate(s);
    }
    array.fill(s, line, 1, data.data());
  }
  return victims;
}

TEST(cache_array, random_replacement_is_uniform_and_repeats_with_its_seed) {
  const std::vector<address_t> victims = random_victims(1);
  std::map<address_t, int> count;
  for (const address_t v : victims) ++count[v];
  ASSERT_EQ(count.size(), 8u);
  for (const auto& [way, n] : count) EXPECT_NEAR(n, 999, 150) << "way " << way;  // 5 sigma
  EXPECT_EQ(random_victims(1), victims);
  EXPECT_NE(random_victims(2), victims);
}

TEST(cache_array, state_and_modified_bits_leave_the_address_alone) {
  cache_array array({64, 1, 16, replacement_policy::lru}, 1);
  const std::vector<std::uint8_t> data(16, 7);
  const address_t line = 0xfedcba9876543210;
  const cache_array::slot s = array.choose(line);
  array.fill(s, line, 3, data.data());
  array.set_written(s, 5);
  EXPECT_TRUE(array.modified(s));
  EXPECT_EQ(array.state(s), 5);
  EXPECT_EQ(array.address(s), line);
  array.set_state(s, 2);
  EXPECT_TRUE(array.modified(s));
  array.clear_modified(s);
  EXPECT_FALSE(array.modified(s));
  EXPECT_EQ(array.state(s), 2);
  EXPECT_EQ(array.find(line), s);
  EXPECT_EQ(array.find(line + 16), cache_array::none);
}

TEST(cache_array, refuses_impossible_geometries_by_name) {
  const auto complaint = [](const cache_geometry& g) { return g.check(); };
  EXPECT_EQ(complaint({32768, 8, 64, replacement_policy::lru}), "");
  EXPECT_NE(complaint({32768, 8, 48, replacement_policy::lru}).find("line size 48"), std::string::npos);
  EXPECT_NE(complaint({32768, 8, 8, replacement_policy::lru}).find("line size 8"), std::string::npos);
  EXPECT_NE(complaint({1 << 20, 8, 8192, replacement_policy::lru}).find("line size 8192"), std::string::npos);
  EXPECT_NE(complaint({32768, 0, 64, replacement_policy::lru}).find("0 ways"), std::string::npos);
  EXPECT_NE(complaint({65 * 64, 65, 64, replacement_policy::lru}).find("65 ways"), std::string::npos);
  EXPECT_NE(complaint({3 * 64 * 4, 3, 64, replacement_policy::tree_plru}).find("tree-plru"),
            std::string::npos);
  EXPECT_NE(complaint({100, 1, 64, replacement_policy::lru}).find("size 100"), std::string::npos);
  EXPECT_NE(complaint({3 * 64, 1, 64, replacement_policy::lru}).find("power-of-two number of sets"),
            std::string::npos);
  EXPECT_NE(complaint({0, 1, 64, replacement_policy::lru}), "");
  EXPECT_THROW(cache_array({100, 1, 64, replacement_policy::lru}, 1), std::invalid_argument);
}

}  // namespace
}  // namespace mimd
