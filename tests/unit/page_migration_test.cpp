// When pages migrate, are replicated and collapse: thresholds to the miss.
#include "memory/page_migration.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace mimd {
namespace {

using action = page_decision::action;

page_migration_parameters thresholds(std::uint32_t migration, std::uint32_t replication) {
  page_migration_parameters p;
  p.nodes = 4;
  p.pages = 100;
  p.migration_threshold = migration;
  p.replication_threshold = replication;
  return p;
}

// The number of the miss, from 1, that is answered by something else than `none`; 0: none of `most`.
unsigned first_decision(page_migration& policy, std::uint64_t page, unsigned node, unsigned home,
                        unsigned most, page_decision& found) {
  for (unsigned i = 1; i <= most; ++i) {
    found = policy.note_miss(page, node, home, false);
    if (found.what != action::none) return i;
  }
  return 0;
}

TEST(page_migration, moves_a_page_to_a_node_with_more_misses_than_its_home_by_over_the_threshold) {
  page_migration policy(thresholds(8, 0));
  page_decision found;
  EXPECT_EQ(first_decision(policy, 7, 2, 0, 100, found), 9u);
  EXPECT_EQ(found.what, action::migrate);
  EXPECT_EQ(found.to, 2u);
  EXPECT_EQ(policy.counters().migrations, 1u);
  EXPECT_EQ(policy.counters().remote_misses, 9u);
}

TEST(page_migration, lets_a_page_stay_that_its_home_uses_as_much) {
  page_migration policy(thresholds(8, 0));
  page_decision found;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(policy.note_miss(7, 0, 0, false).what, action::none);
    EXPECT_EQ(policy.note_miss(7, 1, 0, true).what, action::none);
  }
  EXPECT_EQ(policy.counters().local_misses, 1000u);
  EXPECT_EQ(first_decision(policy, 7, 1, 0, 100, found), 9u);
}

TEST(page_migration, counts_each_page_and_each_node_alone) {
  page_migration policy(thresholds(8, 0));
  for (int i = 0; i < 8; ++i) {
    for (std::uint64_t page = 0; page < 100; ++page) {
      for (unsigned node = 1; node < 4; ++node) {
        EXPECT_EQ(policy.note_miss(page, node, 0, false).what, action::none);
      }
    }
  }
  EXPECT_EQ(policy.note_miss(99, 3, 0, false).what, action::migrate);
}

TEST(page_migration, begins_to_count_again_after_a_decision_and_with_an_interval) {
  page_migration policy(thresholds(8, 0));
  page_decision found;
  EXPECT_EQ(first_decision(policy, 7, 2, 0, 100, found), 9u);
  EXPECT_EQ(first_decision(policy, 7, 2, 0, 100, found), 9u);  // the machine had not carried it out
  EXPECT_EQ(first_decision(policy, 7, 2, 0, 5, found), 0u);
  policy.begin_interval();
  EXPECT_EQ(first_decision(policy, 7, 2, 0, 100, found), 9u);
}

TEST(page_migration, does_nothing_with_thresholds_of_zero) {
  page_migration policy(thresholds(0, 0));
  page_decision found;
  EXPECT_EQ(first_decision(policy, 7, 2, 0, 10000, found), 0u);
}

TEST(page_migration, replicates_a_page_that_several_nodes_only_read) {
  page_migration policy(thresholds(0, 16));
  page_decision found;
  EXPECT_EQ(first_decision(policy, 7, 1, 0, 4, found), 0u);  // a quarter of 16: it is shared
  EXPECT_EQ(first_decision(policy, 7, 2, 0, 100, found), 16u);
  EXPECT_EQ(found.what, action::replicate);
  EXPECT_EQ(found.to, 2u);
  policy.add_replica(7, 2);
  EXPECT_TRUE(policy.has_replica(7, 2));
  EXPECT_FALSE(policy.has_replica(7, 1));
  EXPECT_FALSE(policy.has_replica(8, 2));
  EXPECT_EQ(policy.counters().replicas, 1u);
  const std::uint64_t local = policy.counters().local_misses;
  EXPECT_EQ(first_decision(policy, 7, 2, 0, 100, found), 0u);  // it is local now
  EXPECT_EQ(policy.counters().local_misses, local + 100);
}

TEST(page_migration, migrates_rather_than_replicates_a_page_that_one_node_uses) {
  page_migration policy(thresholds(20, 16));
  page_decision found;
  EXPECT_EQ(first_decision(policy, 7, 2, 0, 100, found), 21u);
  EXPECT_EQ(found.what, action::migrate);
}

TEST(page_migration, does_not_replicate_a_written_page_before_the_next_interval) {
  page_migration policy(thresholds(0, 16));
  page_decision found;
  policy.note_miss(7, 3, 0, true);
  first_decision(policy, 7, 1, 0, 10, found);
  EXPECT_EQ(first_decision(policy, 7, 2, 0, 1000, found), 0u);
  policy.begin_interval();
  first_decision(policy, 7, 1, 0, 10, found);
  EXPECT_EQ(first_decision(policy, 7, 2, 0, 1000, found), 16u);
}

TEST(page_migration, collapses_replicas_at_a_write_and_keeps_a_replicated_page_where_it_is) {
  page_migration policy(thresholds(4, 1000));
  page_decision found;
  policy.add_replica(7, 1);
  policy.add_replica(7, 1);
  policy.add_replica(7, 3);
  EXPECT_EQ(first_decision(policy, 7, 2, 0, 100, found), 0u);
  for (const unsigned writer : {0u, 1u, 2u}) {
    EXPECT_EQ(policy.note_miss(7, writer, 0, true).what, action::collapse);  // until it is done
  }
  EXPECT_EQ(policy.drop_replicas(7), 2u);
  EXPECT_EQ(policy.counters().replicas, 0u);
  EXPECT_FALSE(policy.has_replica(7, 3));
  EXPECT_EQ(policy.drop_replicas(7), 0u);
  EXPECT_EQ(policy.drop_replicas(8), 0u);
  EXPECT_EQ(policy.note_miss(7, 0, 0, true).what, action::none);
}

TEST(page_migration, works_with_more_nodes_than_a_word_has_bits) {
  page_migration_parameters p = thresholds(4, 0);
  p.nodes = 200;
  page_migration policy(p);
  policy.add_replica(1, 199);
  policy.add_replica(1, 64);
  EXPECT_TRUE(policy.has_replica(1, 199));
  EXPECT_FALSE(policy.has_replica(1, 0));
  page_decision found;
  EXPECT_EQ(first_decision(policy, 2, 199, 198, 100, found), 5u);
}

TEST(page_migration, refuses_what_is_no_policy) {
  page_migration_parameters p = thresholds(4, 4);
  p.sharing_threshold = 5;
  EXPECT_THROW(page_migration{p}, std::invalid_argument);
  p = thresholds(4, 4);
  p.nodes = 0;
  EXPECT_THROW(page_migration{p}, std::invalid_argument);
  p = thresholds(4, 4);
  p.pages = 0;
  EXPECT_THROW(page_migration{p}, std::invalid_argument);
}

}  // namespace
}  // namespace mimd
