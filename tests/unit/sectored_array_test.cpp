// An array of blocks of lines, whose lines differ in worth, against a list of what is where: what goes first,
// and that what it remembers of the last question is never stale.
#include "cache/sectored_array.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>

#include "infrastructure/random.h"

namespace mimd {
namespace {

constexpr unsigned line = 64;
constexpr sectored_array::class_of_state worth{0, 1, 2, 2, 1, 1, 1, 1};

// One set: its blocks by the way they are in, and when each was used last.
struct reference_set {
  struct block {
    std::optional<address_t> address;
    std::map<address_t, coherence_state> lines;
    std::uint64_t used = 0;
  };
  explicit reference_set(unsigned ways) : blocks(ways) {}

  block* find(address_t address) {
    const auto it =
        std::find_if(blocks.begin(), blocks.end(), [&](const block& b) { return b.address == address; });
    return it == blocks.end() ? nullptr : &*it;
  }
  static unsigned class_of(const block& b) {
    unsigned highest = 0;
    for (const auto& [address, state] : b.lines) highest = std::max<unsigned>(highest, worth[state]);
    return highest;
  }
  // Of the least class that may go, what was used longest ago.
  template <class MayGo>
  block* victim(unsigned classes, MayGo may_go) {
    block* best = nullptr;
    for (block& b : blocks) {
      const bool may =
          std::all_of(b.lines.begin(), b.lines.end(), [&](const auto& l) { return may_go(l.first); });
      if (!may || class_of(b) >= classes) continue;
      if (!best || std::make_pair(class_of(b), b.used) < std::make_pair(class_of(*best), best->used))
        best = &b;
    }
    return best;
  }

  std::vector<block> blocks;
};

// Every other block is so many blocks farther away.
void compare(unsigned ways, unsigned lines_in_block, std::uint64_t seed, address_t apart = 1000) {
  SCOPED_TRACE(std::to_string(ways) + " ways, " + std::to_string(lines_in_block) + " lines a block, " +
               std::to_string(apart) + " apart");
  const unsigned block_bytes = line * lines_in_block;
  sectored_array array({std::uint64_t{ways} * block_bytes, ways, block_bytes, replacement_policy::lru}, line,
                       seed);
  reference_set reference(ways);
  random_generator random(seed);
  std::vector<std::uint8_t> data(line);
  std::uint64_t clock = 0;
  for (int step = 0; step < 4000; ++step) {
    const std::uint64_t number = random.below(2 * ways + 1);
    const address_t block = (1 + number / 2 + number % 2 * apart) * block_bytes;
    const address_t address = block + random.below(lines_in_block) * line;
    reference_set::block* held = reference.find(block);
    const bool valid = held && held->lines.count(address) != 0;
    ASSERT_EQ(array.has_block(address), held != nullptr) << "step " << step;
    ASSERT_EQ(array.find(address) != sectored_array::none, valid) << "step " << step;
    const auto may_go = [&](address_t other) { return (other / line + seed) % 7 != 0; };
    if (valid) {
      const sectored_array::slot s = array.find_and_touch(address);
      held->used = ++clock;
      ASSERT_EQ(array.address(s), address);
      ASSERT_EQ(array.state(s), held->lines[address]);
      if (random.below(4) == 0) {
        array.invalidate(s);
        held->lines.erase(address);
      } else if (random.below(2) == 0) {
        held->lines[address] = static_cast<coherence_state>(1 + random.below(7));
        array.set_state(s, held->lines[address]);
      }
      continue;
    }
    const auto classes = static_cast<unsigned>(1 + random.below(3));
    const sectored_array::slot s = array.choose(
        address, classes, worth, [&](sectored_array::slot x) { return may_go(array.address(x)); });
    if (!held) held = reference.victim(classes, may_go);
    ASSERT_EQ(s != sectored_array::none, held != nullptr) << "step " << step;
    if (!held) continue;
    const auto way = static_cast<std::size_t>(held - reference.blocks.data());
    ASSERT_EQ(s, way * lines_in_block + (address - block) / line) << "step " << step;
    if (held->address != block) {
      for (unsigned i = 0; i < lines_in_block; ++i) array.invalidate(array.first_of_block(s) + i);
      *held = {block, {}, 0};
    }
    held->used = ++clock;
    held->lines[address] = static_cast<coherence_state>(1 + random.below(7));
    std::fill(data.begin(), data.end(), static_cast<std::uint8_t>(step));
    array.fill(s, address, held->lines[address], data.data());
    ASSERT_EQ(array.data(array.find(address))[line - 1], static_cast<std::uint8_t>(step));
  }
}

TEST(sectored_array, lets_the_oldest_block_of_the_least_class_go) {
  for (const unsigned ways : {1u, 2u, 7u, 8u, 9u, 15u, 16u, 17u, 33u, 64u}) {
    for (const unsigned lines : {1u, 2u, 8u}) {
      compare(ways, lines, 10 * ways + lines);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(sectored_array, tells_blocks_apart_whose_tags_are_alike_in_their_low_bits) {
  for (const address_t apart : {0xfffeu, 0xffffu, 0x10000u, 0x80000000u}) {
    for (const unsigned ways : {2u, 8u, 16u, 17u}) {
      compare(ways, 1, ways, apart);
      compare(ways, 4, ways, apart);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace mimd
