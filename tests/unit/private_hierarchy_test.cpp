// The private caches of one processor against naive references: bytes and states under random references,
// snoops and replacements in every kind of hierarchy; and which level serves a reference.
#include "cache/private_hierarchy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <stdexcept>
#include <vector>

#include "infrastructure/random.h"

namespace mimd {
namespace {

using port = private_hierarchy::port;
using found = private_hierarchy::found;
constexpr unsigned line_size = 16;
using line_bytes = std::array<std::uint8_t, line_size>;

coherence_state mesi(const std::string& name) {
  const snooping_protocol& p = *find_snooping_protocol("mesi");
  for (coherence_state s = 0; s < p.states.size(); ++s) {
    if (p.states[s].name == name) return s;
  }
  ADD_FAILURE() << "no state " << name;
  return 0;
}

// Plays the interconnect, and keeps the truth: what every byte must be, and which lines only this agent has.
class hierarchy_under_test : private_hierarchy::eviction_sink {
 public:
  hierarchy_under_test(const hierarchy_parameters& p, std::uint64_t seed)
      : parameters_(p), caches_(p, *find_snooping_protocol("mesi"), seed, *this), random_(seed) {}

  void step() {
    const address_t line = line_size * random_.below(lines);
    switch (random_.below(12)) {
      case 0:
        lose(line);
        break;
      case 1:
        share(line);
        break;
      case 2:
        update(line);
        break;
      case 3:
      case 4:
      case 5:
        write(line);
        break;
      case 6:
      case 7:
        read(line, parameters_.split ? port::instruction : port::data);
        break;
      default:
        read(line, port::data);
        break;
    }
    for (address_t l = 0; l < lines * line_size; l += line_size) check(l);
  }

  std::uint64_t evictions = 0;

 private:
  static constexpr unsigned lines = 48;

  void left(address_t line) override {
    EXPECT_EQ(caches_.state(line), invalid_state) << "a line left that is still here";
  }
  void evicted(address_t line, coherence_state state, const std::uint8_t* data) override {
    ++evictions;
    EXPECT_EQ(state, modified_);
    EXPECT_EQ(caches_.state(line), invalid_state) << "a line left that is still here";
    EXPECT_EQ(dirty_.erase(line), 1u) << "a clean line was written back";
    EXPECT_TRUE(std::equal(truth_[line].begin(), truth_[line].end(), data)) << "old bytes were written back";
    std::copy_n(data, line_size, memory_[line].begin());
  }

  void check(address_t line) {
    if (caches_.present_in_l1(line, port::data) || caches_.present_in_l1(line, port::instruction) ||
        caches_.present_in_l2(line)) {
      ASSERT_TRUE(caches_.presence().may_hold(line)) << "line " << line << " is denied";
    }
    const coherence_state state = caches_.state(line);
    ASSERT_EQ(state == modified_, dirty_.count(line) != 0) << "line " << line;
    if (state == invalid_state) {
      ASSERT_EQ(caches_.bytes(line), nullptr);
    } else {
      ASSERT_TRUE(std::equal(truth_[line].begin(), truth_[line].end(), caches_.bytes(line)))
          << "line " << line;
    }
    if (parameters_.l2.size != 0 && parameters_.inclusive &&
        (caches_.present_in_l1(line, port::data) || caches_.present_in_l1(line, port::instruction))) {
      ASSERT_TRUE(caches_.present_in_l2(line)) << "line " << line << " is above L2 but not in it";
    }
  }
  void read(address_t line, port p) {
    const found where = caches_.bring(line, p);
    ASSERT_EQ(where == found::nowhere, caches_.state(line) == invalid_state);
    if (where == found::nowhere)
      caches_.install(line, invalid_state, mesi("E"), memory_[line].data(), p, false);
    cache_array& l1 = caches_.l1(p);
    const cache_array::slot s = l1.find(line);
    ASSERT_NE(s, cache_array::none) << "read, but not in the L1 that read it";
    ASSERT_TRUE(std::equal(truth_[line].begin(), truth_[line].end(), l1.data(s)));
  }
  void write(address_t line) {
    if (!parameters_.write_through) caches_.bring(line, port::data);
    const auto offset = static_cast<unsigned>(random_.below(line_size));
    const auto byte = static_cast<std::uint8_t>(random_.next());
    if (caches_.state(line) == invalid_state)
      caches_.install(line, invalid_state, modified_, memory_[line].data(), port::data, true);
    caches_.write(line, modified_, offset, &byte, 1);
    truth_[line][offset] = byte;
    dirty_.insert(line);
  }
  void flush(address_t line) {
    if (caches_.state(line) == invalid_state) return;
    std::copy_n(caches_.bytes(line), line_size, memory_[line].begin());
    dirty_.erase(line);
  }
  void lose(address_t line) {
    flush(line);
    caches_.set_state(line, invalid_state);
    memory_[line][random_.below(line_size)] = static_cast<std::uint8_t>(random_.next());
    truth_[line] = memory_[line];
  }
  void share(address_t line) {
    flush(line);
    if (caches_.state(line) != invalid_state) caches_.set_state(line, mesi("S"));
  }
  void update(address_t line) {
    share(line);
    const auto offset = static_cast<unsigned>(random_.below(line_size));
    const auto byte = static_cast<std::uint8_t>(random_.next());
    memory_[line][offset] = truth_[line][offset] = byte;
    caches_.overwrite(line, offset, &byte, 1);
  }

  hierarchy_parameters parameters_;
  private_hierarchy caches_;
  random_generator random_;
  const coherence_state modified_ = mesi("M");
  std::map<address_t, line_bytes> memory_, truth_;
  std::set<address_t> dirty_;
};

hierarchy_parameters kind(bool split, std::uint64_t l2_size, bool inclusive, bool write_through) {
  hierarchy_parameters p;
  p.l1 = {8 * line_size, 2, line_size, replacement_policy::lru};
  p.l1i = p.l1;
  p.split = split;
  p.l2 = {l2_size, 4, line_size, replacement_policy::lru};
  p.inclusive = inclusive;
  p.write_through = write_through;
  return p;
}

void torture(const hierarchy_parameters& p) {
  ASSERT_EQ(p.check(*find_snooping_protocol("mesi")), "");
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    hierarchy_under_test h(p, seed);
    for (int i = 0; i < 10'000; ++i) {
      h.step();
      if (testing::Test::HasFailure()) return;
    }
    EXPECT_GT(h.evictions, 100u);
  }
}

TEST(private_hierarchy, unified_l1_keeps_bytes_and_states) {
  torture(kind(false, 0, true, false));
}
TEST(private_hierarchy, split_l1_keeps_bytes_and_states) {
  torture(kind(true, 0, true, false));
}
TEST(private_hierarchy, inclusive_l2_keeps_bytes_states_and_inclusion) {
  torture(kind(false, 16 * line_size, true, false));
}
TEST(private_hierarchy, split_l1_over_inclusive_l2_keeps_bytes_states_and_inclusion) {
  torture(kind(true, 16 * line_size, true, false));
}
TEST(private_hierarchy, non_inclusive_l2_keeps_bytes_and_states) {
  torture(kind(false, 16 * line_size, false, false));
}
TEST(private_hierarchy, split_l1_over_non_inclusive_l2_keeps_bytes_and_states) {
  torture(kind(true, 16 * line_size, false, false));
}
TEST(private_hierarchy, an_l2_smaller_than_l1_keeps_bytes_and_states) {
  torture(kind(true, 4 * line_size, true, false));
  torture(kind(true, 4 * line_size, false, false));
}
TEST(private_hierarchy, write_through_l1_over_l2_keeps_bytes_states_and_inclusion) {
  torture(kind(false, 16 * line_size, true, true));
  torture(kind(true, 16 * line_size, true, true));
}

// One level as a list of lines a set, most recent first.
class lru_reference {
 public:
  lru_reference(unsigned sets, unsigned ways) : ways_(ways), sets_(sets) {}
  bool use(address_t line) {
    std::vector<address_t>& set = sets_[line / line_size % sets_.size()];
    const auto place = std::find(set.begin(), set.end(), line);
    const bool hit = place != set.end();
    if (hit) set.erase(place);
    set.insert(set.begin(), line);
    if (set.size() > ways_) set.pop_back();
    return hit;
  }

 private:
  unsigned ways_;
  std::vector<std::vector<address_t>> sets_;
};

struct ignoring_sink : private_hierarchy::eviction_sink {
  void left(address_t) override {}
  void evicted(address_t, coherence_state, const std::uint8_t*) override {}
};

// With write-backs that neither allocate nor count as a use, a non-inclusive L2 is an LRU cache that sees
// L1's misses and nothing else (as Cachegrind has it).
TEST(private_hierarchy, a_non_inclusive_l2_sees_the_misses_of_l1_and_nothing_else) {
  ignoring_sink sink;
  private_hierarchy h(kind(false, 32 * line_size, false, false), *find_snooping_protocol("mesi"), 1, sink);
  lru_reference l1(4, 2);
  lru_reference l2(8, 4);
  random_generator random(2);
  const line_bytes data{};
  std::array<unsigned, 3> count{};
  for (int i = 0; i < 100'000; ++i) {
    const address_t line = line_size * random.below(random.below(3) ? 12 : 64);
    const bool write = random.below(3) == 0;
    const found where = h.bring(line, port::data);
    if (where == found::nowhere)
      h.install(line, invalid_state, mesi(write ? "M" : "E"), data.data(), port::data, write);
    if (write) h.write(line, mesi("M"), 0, data.data(), 1);
    const found expected = l1.use(line) ? found::l1 : l2.use(line) ? found::l2 : found::nowhere;
    ASSERT_EQ(where, expected) << "reference " << i;
    ++count[expected == found::l1 ? 0 : expected == found::l2 ? 1 : 2];
  }
  for (const unsigned n : count) EXPECT_GT(n, 1000u);
}

TEST(private_hierarchy, names_the_pairings_that_cannot_be_built) {
  const snooping_protocol& mesi_table = *find_snooping_protocol("mesi");
  const snooping_protocol& vi = *find_snooping_protocol("vi");
  ignoring_sink sink;
  EXPECT_NE(kind(false, 0, true, true).check(mesi_table).find("vi"), std::string::npos);
  EXPECT_NE(kind(false, 0, true, false).check(vi).find("write through"), std::string::npos);
  EXPECT_NE(kind(false, 256, true, true).check(vi).find("without l2"), std::string::npos);
  EXPECT_NE(kind(false, 256, false, true).check(mesi_table).find("inclusive"), std::string::npos);
  EXPECT_EQ(kind(false, 0, true, true).check(vi), "");
  EXPECT_THROW(private_hierarchy(kind(false, 0, true, true), mesi_table, 1, sink), std::invalid_argument);
}

}  // namespace
}  // namespace mimd
