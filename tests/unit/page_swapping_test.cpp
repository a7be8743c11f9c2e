// Which page goes to disk, to the page.
#include "memory/page_swapping.h"

#include <gtest/gtest.h>

namespace mimd {
namespace {

using action = swap_decision::action;

bool any_page(std::uint64_t) {
  return true;
}

bool no_page(std::uint64_t) {
  return false;
}

TEST(page_swapping, lets_pages_in_while_their_colour_has_room) {
  page_swapping memory({2, 2, 10});
  for (const std::uint64_t page : {0, 2, 1, 3})
    EXPECT_EQ(memory.fault(page, no_page).what, action::enter) << page;
  EXPECT_EQ(memory.pages_on_disk(), 0u);
}

TEST(page_swapping, sends_the_page_of_the_same_colour_to_disk_that_came_first) {
  page_swapping memory({2, 2, 10});
  for (const std::uint64_t page : {0, 1, 2, 3}) memory.fault(page, any_page);
  const swap_decision odd = memory.fault(5, any_page);
  EXPECT_EQ(odd.what, action::exchange);
  EXPECT_EQ(odd.out, 1u);
  EXPECT_FALSE(odd.from_disk);
  EXPECT_EQ(memory.fault(4, any_page).out, 0u);
  EXPECT_EQ(memory.fault(6, any_page).out, 2u);
}

TEST(page_swapping, a_page_that_comes_back_is_the_last_to_go_and_was_on_disk) {
  page_swapping memory({1, 2, 10});
  for (const std::uint64_t page : {0, 1, 2}) memory.fault(page, any_page);  // 0 goes
  const swap_decision back = memory.fault(0, any_page);
  EXPECT_TRUE(back.from_disk);
  EXPECT_EQ(back.out, 1u);
  EXPECT_EQ(memory.fault(3, any_page).out, 2u);
  EXPECT_EQ(memory.fault(4, any_page).out, 0u);
}

TEST(page_swapping, passes_over_pages_that_may_not_go_and_waits_if_none_may) {
  page_swapping memory({1, 3, 10});
  for (const std::uint64_t page : {0, 1, 2}) memory.fault(page, any_page);
  EXPECT_EQ(memory.fault(3, [](std::uint64_t page) { return page == 1; }).out, 1u);
  EXPECT_EQ(memory.fault(4, no_page).what, action::wait);
  EXPECT_EQ(memory.fault(4, any_page).out, 0u);  // nothing was decided
}

TEST(page_swapping, refuses_a_page_more_than_memory_and_disk_hold_but_none_that_comes_back) {
  page_swapping memory({1, 2, 1});
  for (const std::uint64_t page : {0, 1, 2}) EXPECT_NE(memory.fault(page, any_page).what, action::refuse);
  EXPECT_EQ(memory.fault(3, any_page).what, action::refuse);
  for (const std::uint64_t page : {0, 1, 2, 0})
    EXPECT_EQ(memory.fault(page, any_page).what, action::exchange);
  EXPECT_EQ(memory.pages_on_disk(), 1u);
}

}  // namespace
}  // namespace mimd
