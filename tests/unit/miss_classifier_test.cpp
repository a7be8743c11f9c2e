// Each class of miss by a sequence written by hand, and the fully associative shadow against a plain list.
#include "cache/miss_classifier.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "infrastructure/random.h"

namespace mimd {
namespace {

constexpr address_t a = 0x1000, b = 0x1040, c = 0x1080;

std::uint64_t sum(const miss_classes& m) {
  return m.cold + m.capacity + m.conflict + m.true_sharing + m.false_sharing;
}

struct classified : testing::Test {
  write_history history;
  miss_classifier cache{history, 0, 2};  // two lines

  void miss(address_t line, unsigned offset = 0) { cache.miss(line, line + offset, 4); }
  // Agent 1 takes the line away by a write.
  void take(address_t line, unsigned offset) {
    cache.lost(line);
    history.written(1, line + offset, 4);
  }
  ~classified() override { EXPECT_EQ(sum(cache.classes()), misses); }
  std::uint64_t misses = 0;
};

TEST_F(classified, the_first_miss_on_a_line_is_cold) {
  miss(a);
  miss(b);
  misses = 2;
  EXPECT_EQ(cache.classes().cold, 2u);
}

TEST_F(classified, a_miss_that_full_associativity_would_have_too_is_capacity) {
  miss(a);
  miss(b);
  miss(c);
  miss(a);
  misses = 4;
  EXPECT_EQ(cache.classes().cold, 3u);
  EXPECT_EQ(cache.classes().capacity, 1u);
}

TEST_F(classified, a_miss_that_full_associativity_would_not_have_is_conflict) {
  miss(a);
  miss(b);  // replaces a in a direct-mapped cache
  miss(a);
  misses = 3;
  EXPECT_EQ(cache.classes().conflict, 1u);
}

TEST_F(classified, hits_keep_a_line_recent_in_the_shadow) {
  miss(a);
  miss(b);
  cache.hit(a);
  miss(c);  // the shadow drops b
  miss(a);
  miss(b);
  misses = 5;
  EXPECT_EQ(cache.classes().conflict, 1u);
  EXPECT_EQ(cache.classes().capacity, 1u);
}

TEST_F(classified, a_miss_on_a_word_that_another_wrote_is_true_sharing) {
  miss(a);
  take(a, 0);
  miss(a, 0);
  misses = 2;
  EXPECT_EQ(cache.classes().true_sharing, 1u);
}

TEST_F(classified, a_miss_on_another_word_is_false_sharing) {
  miss(a);
  take(a, 8);
  miss(a, 0);
  misses = 2;
  EXPECT_EQ(cache.classes().false_sharing, 1u);
}

TEST_F(classified, a_later_write_to_the_lost_line_counts_although_no_transaction_told_of_it) {
  miss(a);
  take(a, 8);
  history.written(1, a, 4);  // silently, in agent 1's cache
  miss(a, 0);
  misses = 2;
  EXPECT_EQ(cache.classes().true_sharing, 1u);
}

TEST_F(classified, writes_before_the_loss_do_not_count) {
  history.written(1, a, 4);
  miss(a);
  take(a, 8);
  miss(a, 0);
  misses = 2;
  EXPECT_EQ(cache.classes().false_sharing, 1u);
}

TEST_F(classified, a_third_agents_write_after_the_first_still_counts) {
  miss(a);
  take(a, 8);
  history.written(2, a, 4);
  history.written(0, a, 4);  // its own store, that did not allocate, hides nothing
  miss(a, 0);
  misses = 2;
  EXPECT_EQ(cache.classes().true_sharing, 1u);
}

TEST_F(classified, only_its_own_writes_since_the_loss_is_false_sharing) {
  miss(a);
  take(a, 8);
  history.written(0, a, 4);
  miss(a, 0);
  misses = 2;
  EXPECT_EQ(cache.classes().false_sharing, 1u);
}

TEST_F(classified, a_line_is_lost_once_and_then_judged_anew) {
  miss(a);
  take(a, 0);
  miss(a, 0);  // true sharing
  miss(b);
  miss(a, 0);  // conflict: the loss is forgotten
  misses = 4;
  EXPECT_EQ(cache.classes().true_sharing, 1u);
  EXPECT_EQ(cache.classes().conflict, 1u);
}

TEST_F(classified, losing_a_line_never_held_is_nothing) {
  cache.lost(a);
  miss(a);
  misses = 1;
  EXPECT_EQ(cache.classes().cold, 1u);
}

TEST(write_history, knows_words_across_pages) {
  write_history history;
  history.written(1, 4096 * 5 - 4, 8);
  const std::uint64_t after = history.now();
  EXPECT_TRUE(history.written_by_other(0, 4096 * 5, 4, 0));
  EXPECT_TRUE(history.written_by_other(0, 4096 * 5 - 2, 1, 0));
  EXPECT_FALSE(history.written_by_other(0, 4096 * 5 + 4, 4, 0));
  EXPECT_FALSE(history.written_by_other(1, 4096 * 5, 4, 0));
  EXPECT_FALSE(history.written_by_other(0, 4096 * 5, 4, after));
}

// Without sharing the classes follow from a list of lines in order of use.
TEST(miss_classifier, capacity_and_conflict_agree_with_a_list) {
  random_generator random(9);
  const std::size_t lines = 16;
  write_history history;
  miss_classifier classifier(history, 0, lines);
  std::vector<address_t> recency;  // most recent first
  std::set<address_t> known;
  miss_classes expected;
  for (int i = 0; i < 50'000; ++i) {
    const address_t line = 64 * random.below(random.below(2) ? 12 : 40);
    const bool first = known.insert(line).second;
    const auto place = std::find(recency.begin(), recency.end(), line);
    const bool in_shadow = place != recency.end();
    if (first || random.below(3) == 0) {  // a miss, as the real cache decides
      classifier.miss(line, line, 4);
      ++(first ? expected.cold : in_shadow ? expected.conflict : expected.capacity);
    } else {
      classifier.hit(line);
    }
    if (in_shadow) recency.erase(place);
    recency.insert(recency.begin(), line);
    if (recency.size() > lines) recency.pop_back();
  }
  EXPECT_EQ(classifier.classes().cold, expected.cold);
  EXPECT_EQ(classifier.classes().conflict, expected.conflict);
  EXPECT_EQ(classifier.classes().capacity, expected.capacity);
  EXPECT_GT(expected.capacity, 1000u);
  EXPECT_GT(expected.conflict, 1000u);
}

}  // namespace
}  // namespace mimd
