// Forwarding of the store buffer, against the bytes that memory would hold.
#include "cpu/store_buffer.h"

#include <gtest/gtest.h>

#include <deque>

#include "infrastructure/random.h"

namespace mimd {
namespace {

using overlap = store_buffer::overlap;

TEST(store_buffer, forwards_the_youngest_store_that_covers_a_load) {
  store_buffer b(4);
  const std::uint32_t one = 0x11111111;
  const std::uint32_t two = 0x22222222;
  b.push(0x100, &one, 4, 10, false);
  b.push(0x100, &two, 4, 20, true);
  std::uint32_t seen = 0;
  EXPECT_EQ(b.look_up(0x100, &seen, 4), overlap::covered);
  EXPECT_EQ(seen, two);
  std::uint16_t half = 0;
  EXPECT_EQ(b.look_up(0x102, &half, 2), overlap::covered);
  EXPECT_EQ(half, 0x2222);
  EXPECT_EQ(b.look_up(0x104, &seen, 4), overlap::none);
  EXPECT_EQ(b.look_up(0xfe, &seen, 4), overlap::partial);
}

TEST(store_buffer, a_younger_partial_overlap_hides_an_older_store_that_covers) {
  store_buffer b(4);
  const std::uint64_t old = 0;
  const std::uint8_t young = 1;
  b.push(0x100, &old, 8, 0, false);
  b.push(0x103, &young, 1, 0, false);
  std::uint64_t seen = 0;
  EXPECT_EQ(b.look_up(0x100, &seen, 8), overlap::partial);
}

TEST(store_buffer, stores_leave_in_order_with_what_they_came_with) {
  store_buffer b(3);
  for (std::uint64_t i = 0; i < 100; ++i) {  // round the ring
    b.push(8 * i, &i, 8, 1000 + i, i % 2 == 0);
    if (i < 2) continue;
    EXPECT_TRUE(b.full());
    const std::uint64_t oldest = i - 2;
    EXPECT_EQ(b.oldest().address, 8 * oldest);
    EXPECT_EQ(b.oldest().entered, 1000 + oldest);
    EXPECT_EQ(b.oldest().synchronisation, oldest % 2 == 0);
    EXPECT_EQ(std::memcmp(b.oldest().data, &oldest, 8), 0);
    b.pop();
  }
  b.pop();
  b.pop();
  EXPECT_TRUE(b.empty());
}

// Covered loads see the bytes that memory would hold after all stores; others touch no store, or several.
TEST(store_buffer, agrees_with_memory_under_random_stores_and_loads) {
  random_generator random(3);
  store_buffer b(8);
  struct store {
    address_t address;
    unsigned size;
    std::uint8_t data[8];
  };
  std::deque<store> stores;
  for (int step = 0; step < 100'000; ++step) {
    const unsigned size = 1u << random.below(4);
    const address_t address = random.below(24 - size);
    if (random.below(2) && !b.full()) {
      store s{address, size, {}};
      for (std::uint8_t& byte : s.data) byte = static_cast<std::uint8_t>(random.next());
      b.push(address, s.data, size, 0, false);
      stores.push_back(s);
    } else if (random.below(3) == 0 && !b.empty()) {
      b.pop();
      stores.pop_front();
    }
    int owner[24];  // index of the youngest store of each byte
    std::uint8_t memory[24] = {};
    for (int& o : owner) o = -1;
    for (std::size_t i = 0; i < stores.size(); ++i) {
      for (unsigned k = 0; k < stores[i].size; ++k) {
        owner[stores[i].address + k] = static_cast<int>(i);
        memory[stores[i].address + k] = stores[i].data[k];
      }
    }
    bool any = false;
    bool one = true;
    for (unsigned k = 0; k < size; ++k) {
      any |= owner[address + k] >= 0;
      one &= owner[address + k] == owner[address] && owner[address] >= 0;
    }
    std::uint8_t seen[8] = {};
    const overlap expected = !any ? overlap::none : one ? overlap::covered : overlap::partial;
    ASSERT_EQ(b.look_up(address, seen, size), expected) << step;
    if (one) {
      ASSERT_EQ(std::memcmp(seen, memory + address, size), 0);
    }
  }
}

}  // namespace
}  // namespace mimd
