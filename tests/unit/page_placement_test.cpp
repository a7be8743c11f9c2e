// Which node is the home of an address: every policy, explicit placement, full nodes, and what is refused.
#include "memory/page_placement.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace mimd {
namespace {

constexpr std::uint64_t page = 4096;

page_placement_parameters with(placement_policy policy, unsigned nodes, std::uint64_t pages) {
  page_placement_parameters p;
  p.policy = policy;
  p.nodes = nodes;
  p.size = pages * page;
  return p;
}

template <class Error, class Action>
std::string complaint(Action action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "accepted";
}

TEST(page_placement, interleaved_pages_go_to_the_nodes_in_turn_whoever_asks) {
  page_placement placement(with(placement_policy::interleaved, 3, 100));
  for (std::uint64_t p = 0; p < 100; ++p) {
    EXPECT_EQ(placement.home_of(p * page, 2), p % 3);
    EXPECT_EQ(placement.home_of(p * page + page - 1, 1), p % 3);
    EXPECT_EQ(placement.present_home_of(p * page), p % 3);
  }
  EXPECT_EQ(placement.counters().touched, 0u);
}

TEST(page_placement, interleaving_may_be_finer_than_pages) {
  page_placement_parameters p = with(placement_policy::interleaved, 4, 16);
  p.interleave = 64;
  page_placement placement(p);
  for (std::uint64_t line = 0; line < 1024; ++line) EXPECT_EQ(placement.home_of(line * 64 + 63, 0), line % 4);
}

TEST(page_placement, blocked_memory_is_equal_contiguous_parts_of_whole_pages) {
  page_placement even(with(placement_policy::blocked, 4, 64));
  for (std::uint64_t p = 0; p < 64; ++p) EXPECT_EQ(even.home_of(p * page, 0), p / 16);
  page_placement odd(with(placement_policy::blocked, 3, 10));
  for (std::uint64_t p = 0; p < 10; ++p) EXPECT_EQ(odd.home_of(p * page, 0), p / 4);
}

TEST(page_placement, first_touch_gives_a_page_to_who_asks_first_and_for_good) {
  page_placement placement(with(placement_policy::first_touch, 4, 16));
  EXPECT_FALSE(placement.present_home_of(5 * page));
  EXPECT_EQ(placement.home_of(5 * page + 8, 3), 3u);
  EXPECT_EQ(placement.home_of(5 * page + 4000, 1), 3u);
  EXPECT_EQ(placement.present_home_of(5 * page), 3u);
  EXPECT_EQ(placement.home_of(6 * page, 1), 1u);
  EXPECT_EQ(placement.pages_on(3), 1u);
  EXPECT_EQ(placement.counters().touched, 2u);
  EXPECT_EQ(placement.counters().overflows, 0u);
}

TEST(page_placement, first_touch_goes_on_to_the_next_node_that_has_a_free_page) {
  page_placement_parameters p = with(placement_policy::first_touch, 3, 16);
  p.pages_per_node = 2;
  page_placement placement(p);
  const unsigned expected[] = {1, 1, 2, 2, 0, 0};
  for (std::uint64_t i = 0; i < 6; ++i) EXPECT_EQ(placement.home_of(i * page, 1), expected[i]) << i;
  EXPECT_EQ(placement.counters().overflows, 4u);
  EXPECT_NE(complaint<std::runtime_error>([&] { placement.home_of(6 * page, 1); }).find("free page"),
            std::string::npos);
  EXPECT_EQ(placement.home_of(0, 2), 1u);
}

TEST(page_placement, next_touch_moves_a_marked_page_to_who_asks_next_and_only_then) {
  page_placement placement(with(placement_policy::next_touch, 4, 16));
  placement.home_of(3 * page, 0);
  placement.home_of(4 * page, 0);
  placement.mark(3 * page + 100, 8);
  EXPECT_EQ(placement.present_home_of(3 * page), 0u);
  EXPECT_EQ(placement.home_of(3 * page, 2), 2u);
  EXPECT_EQ(placement.home_of(3 * page, 1), 2u);
  EXPECT_EQ(placement.home_of(4 * page, 1), 0u);
  EXPECT_EQ(placement.counters().retouched, 1u);
  EXPECT_EQ(placement.pages_on(0), 1u);
  EXPECT_EQ(placement.pages_on(2), 1u);
  placement.mark(3 * page, page);
  EXPECT_EQ(placement.home_of(3 * page, 2), 2u);  // its home asked
  EXPECT_EQ(placement.home_of(3 * page, 3), 2u);
  EXPECT_EQ(placement.counters().retouched, 1u);
}

TEST(page_placement, marked_pages_stay_where_the_next_node_is_full) {
  page_placement_parameters p = with(placement_policy::next_touch, 2, 16);
  p.pages_per_node = 1;
  page_placement placement(p);
  placement.home_of(0, 0);
  placement.home_of(page, 1);
  placement.mark(0, page);
  EXPECT_EQ(placement.home_of(0, 1), 0u);
}

TEST(page_placement, marks_pull_pages_out_of_an_interleaving_too) {
  page_placement placement(with(placement_policy::interleaved, 4, 16));
  placement.mark(page, page);
  EXPECT_EQ(placement.present_home_of(page), 1u);
  EXPECT_EQ(placement.home_of(page, 3), 3u);
  EXPECT_EQ(placement.home_of(page, 0), 3u);
  EXPECT_EQ(placement.home_of(2 * page, 3), 2u);
}

TEST(page_placement, on_one_node_goes_on_behind_it_when_it_is_full) {
  page_placement_parameters p = with(placement_policy::node, 3, 16);
  p.node = 2;
  p.pages_per_node = 4;
  page_placement placement(p);
  for (std::uint64_t i = 0; i < 6; ++i) EXPECT_EQ(placement.home_of(i * page, 1), i < 4 ? 2u : 0u);
}

TEST(page_placement, explicit_placement_goes_before_every_policy) {
  for (const placement_policy policy :
       {placement_policy::interleaved, placement_policy::blocked, placement_policy::first_touch,
        placement_policy::next_touch, placement_policy::node}) {
    page_placement placement(with(policy, 4, 16));
    placement.home_of(2 * page, 0);
    placement.place(2 * page - 1, page + 2, 3);  // touches three pages
    for (std::uint64_t i = 1; i <= 3; ++i) EXPECT_EQ(placement.home_of(i * page, 1), 3u);
    EXPECT_EQ(placement.counters().placed, 3u);
    EXPECT_EQ(placement.pages_on(3), 3u);
    EXPECT_EQ(placement.pages_on(0), 0u);
  }
}

TEST(page_placement, places_all_of_a_range_or_nothing) {
  page_placement_parameters p = with(placement_policy::first_touch, 2, 16);
  p.pages_per_node = 3;
  page_placement placement(p);
  placement.place(0, 2 * page, 1);
  EXPECT_NE(complaint<std::runtime_error>([&] { placement.place(page, 3 * page, 1); }).find("node 1"),
            std::string::npos);
  EXPECT_EQ(placement.pages_on(1), 2u);
  placement.place(0, 3 * page, 1);
  placement.place(5 * page, 0, 1);
  EXPECT_EQ(placement.pages_on(1), 3u);
}

TEST(page_placement, moves_a_page_unless_the_node_is_full) {
  page_placement_parameters p = with(placement_policy::first_touch, 2, 16);
  p.pages_per_node = 1;
  page_placement placement(p);
  placement.home_of(0, 0);
  EXPECT_TRUE(placement.move(0, 1));
  EXPECT_TRUE(placement.move(0, 1));
  EXPECT_EQ(placement.home_of(0, 0), 1u);
  EXPECT_EQ(placement.counters().moved, 1u);
  placement.home_of(page, 0);
  EXPECT_FALSE(placement.move(0, 0));
  EXPECT_EQ(placement.home_of(0, 0), 1u);
}

TEST(page_placement, covers_48_bits_of_address_in_little_room) {
  page_placement_parameters p = with(placement_policy::first_touch, 5, 1);
  p.size = std::uint64_t{1} << 48;
  page_placement placement(p);
  for (unsigned bit = 12; bit < 48; ++bit)
    EXPECT_EQ(placement.home_of(std::uint64_t{1} << bit, bit % 5), bit % 5);
  EXPECT_EQ(placement.home_of(p.size - 1, 4), 4u);
  EXPECT_EQ(placement.home_of(std::uint64_t{1} << 47, 0), 47 % 5u);
}

TEST(page_placement, refuses_what_is_no_machine_and_what_is_no_memory) {
  const auto refused = [](auto change) {
    page_placement_parameters p = with(placement_policy::first_touch, 4, 16);
    change(p);
    EXPECT_FALSE(p.check().empty());
    EXPECT_EQ(complaint<std::invalid_argument>([&] { page_placement{p}; }), p.check());
  };
  refused([](auto& p) { p.nodes = 0; });
  refused([](auto& p) { p.nodes = 16385; });
  refused([](auto& p) { p.page = 3000; });
  refused([](auto& p) { p.page = 512; });
  refused([](auto& p) { p.size = 0; });
  refused([](auto& p) { p.size = 4097; });
  refused([](auto& p) { p.size = (std::uint64_t{1} << 48) + page; });
  refused([](auto& p) { p.interleave = 2 * page; });
  refused([](auto& p) { p.interleave = 48; });
  refused([](auto& p) { p.node = 4; });

  page_placement placement(with(placement_policy::first_touch, 4, 16));
  EXPECT_NE(complaint<std::invalid_argument>([&] { placement.place(0, page, 4); }).find("node 4"),
            std::string::npos);
  EXPECT_NE(
      complaint<std::invalid_argument>([&] { placement.place(15 * page, 2 * page, 0); }).find("no memory"),
      std::string::npos);
  EXPECT_NE(complaint<std::invalid_argument>([&] { placement.mark(~std::uint64_t{0}, 2); }).find("no memory"),
            std::string::npos);
  EXPECT_NE(complaint<std::invalid_argument>([&] { placement.move(16, 0); }).find("page 16"),
            std::string::npos);
}

}  // namespace
}  // namespace mimd
