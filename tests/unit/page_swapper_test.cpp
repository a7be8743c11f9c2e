// When pages go to disk and come, in a memory of one page that says what is under way.
#include "memory/page_swapper.h"

#include <gtest/gtest.h>

namespace mimd {
namespace {

constexpr std::uint64_t page = 1024;
constexpr time_ps transfer = 100;
constexpr time_ps recall_takes = 7;

class one_page final : public swapped_memory {
 public:
  explicit one_page(bool is_loose) : loose_(is_loose) {}

  bool used = false;  // something is under way on every page
  std::vector<std::string> done;
  time_ps readmission = never;
  page_swapper swapper{*this,
                       [this](address_t wanted, const std::function<bool(address_t)>& may_go) {
                         swap_decision decision = policy_.fault(
                             wanted / page, [&](std::uint64_t number) { return may_go(number * page); });
                         decision.out *= page;
                         return decision;
                       },
                       {page, transfer}};

  bool loose() const override { return loose_; }
  bool in_use(address_t, std::uint64_t) const override { return used; }
  unsigned recall(address_t which, std::uint64_t, time_ps at) override {
    tell("recall", which);
    recalled_at_ = at + recall_takes;
    return 3;
  }
  time_ps recalled_at() const override { return recalled_at_; }
  void leave(address_t which, std::uint64_t) override { tell("leave", which); }
  void enter(address_t which, std::uint64_t) override { tell("enter", which); }
  void readmit_at(time_ps at) override { readmission = at; }

 private:
  void tell(const char* what, address_t which) { done.push_back(what + std::to_string(which / page)); }

  bool loose_;
  time_ps recalled_at_ = 0;
  page_swapping policy_{{1, 1, 8}};
};

using words = std::vector<std::string>;

TEST(page_swapper, loosely_timed_a_page_comes_when_the_other_has_been_recalled_and_moved) {
  one_page memory(true);
  page_swapper& swapper = memory.swapper;
  EXPECT_EQ(swapper.admit(64, false, 10), 10u);
  EXPECT_EQ(memory.done, words({"enter0"}));
  // A new page: only what goes moves. One that comes back: both, behind what the disk is busy with.
  EXPECT_EQ(swapper.admit(page + 64, false, 20), 20 + recall_takes + transfer);
  EXPECT_EQ(swapper.admit(0, false, 30), 20 + recall_takes + 3 * transfer);
  EXPECT_EQ(memory.done, words({"enter0", "recall0", "leave0", "enter1", "recall1", "leave1", "enter0"}));
  EXPECT_TRUE(swapper.present(64));
  EXPECT_FALSE(swapper.present(page));
  EXPECT_EQ(swapper.admit(0, false, 40), 20 + recall_takes + 3 * transfer) << "who comes later waits as well";
  EXPECT_EQ(swapper.counters().out, 2u);
  EXPECT_EQ(swapper.counters().in, 1u);
  EXPECT_EQ(swapper.counters().lines_recalled, 6u);
  EXPECT_EQ(swapper.counters().unavailable_ps,
            (recall_takes + transfer) + (recall_takes + 3 * transfer - 10));
}

TEST(page_swapper, a_page_goes_when_it_is_left_alone_and_nobody_but_who_replaces_its_lines_may_begin) {
  one_page memory(false);
  page_swapper& swapper = memory.swapper;
  EXPECT_EQ(swapper.admit(0, false, 0), 0u);
  memory.used = true;
  EXPECT_EQ(swapper.admit(page, false, 0), never);
  EXPECT_EQ(swapper.admit(0, false, 0), never);
  EXPECT_EQ(swapper.admit(0, true, 0), 0u);
  swapper.progress(50);
  EXPECT_EQ(memory.done, words({"enter0"}));
  memory.used = false;
  swapper.progress(60);
  EXPECT_EQ(memory.done, words({"enter0", "recall0", "leave0", "enter1"}));
  EXPECT_EQ(memory.readmission, 60u);
  EXPECT_EQ(swapper.admit(0, true, 60), 60u) << "which finds nothing to replace";
  EXPECT_EQ(swapper.arrive(60), 60 + transfer);
  EXPECT_EQ(swapper.admit(page, false, 60), never);
  EXPECT_EQ(swapper.arrive(60 + transfer), never);
  EXPECT_EQ(swapper.admit(page, false, 60 + transfer), 60 + transfer);
}

TEST(page_swapper, no_page_goes_that_is_on_its_way) {
  one_page memory(false);
  page_swapper& swapper = memory.swapper;
  swapper.admit(0, false, 0);
  EXPECT_EQ(swapper.admit(page, false, 0), never);
  EXPECT_EQ(swapper.admit(2 * page, false, 0), never);
  EXPECT_EQ(memory.done, words({"enter0", "recall0", "leave0", "enter1"}));
  swapper.arrive(transfer);
  EXPECT_EQ(swapper.admit(2 * page, false, transfer), never);
  EXPECT_EQ(memory.done.back(), "enter2");
}

}  // namespace
}  // namespace mimd
