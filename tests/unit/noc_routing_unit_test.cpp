#include <gtest/gtest.h>

#include "noc/routing_unit.h"

namespace {

using mimd::noc::routing_unit;

TEST(noc_routing_unit, takes_its_cycles_for_a_head_that_comes_alone) {
  routing_unit unit;
  EXPECT_EQ(unit.routed(0, 3), 3u);
  EXPECT_EQ(unit.routed(10, 3), 13u);
  EXPECT_EQ(unit.routed(13, 3), 16u);
}

TEST(noc_routing_unit, works_at_once_on_heads_that_come_together) {
  routing_unit unit;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(unit.routed(10, 3), 13u);
}

TEST(noc_routing_unit, takes_those_that_come_meanwhile_together_when_it_is_done) {
  routing_unit unit;
  EXPECT_EQ(unit.routed(10, 3), 13u);
  EXPECT_EQ(unit.routed(11, 3), 16u);
  EXPECT_EQ(unit.routed(12, 3), 16u);
  EXPECT_EQ(unit.routed(13, 3), 16u);
  EXPECT_EQ(unit.routed(14, 3), 19u);
}

TEST(noc_routing_unit, of_one_cycle_never_lets_anybody_wait) {
  routing_unit unit;
  for (mimd::noc::cycle c : {5u, 6u, 7u, 7u, 9u}) EXPECT_EQ(unit.routed(c, 1), c + 1);
}

}  // namespace
