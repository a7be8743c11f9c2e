#include "memory/memory_contents.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace mimd {
namespace {

TEST(memory_contents, is_zero_until_written_and_then_keeps_its_bytes_at_any_address) {
  memory_contents contents(memory_contents::largest);
  for (const std::uint64_t address : {std::uint64_t{0}, std::uint64_t{0x5555555ec384},
                                      std::uint64_t{0x7fffffffe590}, memory_contents::largest - 1}) {
    EXPECT_EQ(*contents.at(address), 0);
    *contents.at(address) = static_cast<std::uint8_t>(address | 1);
  }
  EXPECT_EQ(*contents.at(0x5555555ec384), 0x85);
  EXPECT_EQ(*contents.at(0x7fffffffe590), 0x91);
  EXPECT_EQ(*contents.at(memory_contents::largest - 1), 0xff);
  EXPECT_EQ(contents.at(0x5555555ec385), contents.at(0x5555555ec384) + 1);
}

TEST(memory_contents, splits_an_access_at_the_ends_of_pages) {
  memory_contents contents(4 * memory_contents::page_size);
  std::vector<std::pair<unsigned, unsigned>> pieces;
  contents.for_each_piece(memory_contents::page_size - 3,
                          static_cast<unsigned>(memory_contents::page_size) + 5,
                          [&](std::uint8_t* host, unsigned offset, unsigned count) {
                            EXPECT_EQ(host, contents.at(memory_contents::page_size - 3 + offset));
                            pieces.emplace_back(offset, count);
                          });
  const auto page = static_cast<unsigned>(memory_contents::page_size);
  EXPECT_EQ(pieces, (std::vector<std::pair<unsigned, unsigned>>{{0, 3}, {3, page}, {3 + page, 2}}));
}

TEST(memory_contents, refuses_more_than_its_largest_size) {
  EXPECT_THROW(memory_contents{memory_contents::largest + 1}, std::invalid_argument);
}

}  // namespace
}  // namespace mimd
