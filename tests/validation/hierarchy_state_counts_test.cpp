// The tables of the hierarchical cache-only memory, searched exhaustively: 2, 3 and 4 attraction memories on
// one medium, and 2 and 3 in trees of up to three levels; and 2 and 3 lines that compete for the ways of 2
// attraction memories, so that lines are replaced, injected and come to rest in slots; some of these with
// lines that are recalled, as when their pages go to disk. No deadlock, no lost line, no violation; and every
// row is used.
#include <gtest/gtest.h>

#include <iostream>

#include "tb/model_checker/hierarchy_model_checker.h"

namespace mimd::tb {
namespace {

struct search_case {
  const char* name;
  hierarchy_model model;
};

hierarchy_model model_of(const char* tree, unsigned lines = 1, unsigned ways = 1, bool progress = false) {
  hierarchy_model m;
  m.tree = tree;
  m.lines = lines;
  m.ways = ways;
  m.progress = progress;
  return m;
}

hierarchy_model recalled(hierarchy_model m) {
  m.recalls = true;
  return m;
}

std::vector<search_case> searches() {
  return {{"two", model_of("(aa)", 1, 1, true)},
          {"three", model_of("(aaa)", 1, 1, true)},
          {"four", model_of("(aaaa)", 1, 1, true)},
          {"two_in_two_groups", model_of("((a)(a))", 1, 1, true)},
          {"three_in_two_levels", model_of("((aa)a)", 1, 1, true)},
          {"two_lines_one_way", model_of("(aa)", 2, 1, true)},
          {"two_lines_two_ways", model_of("(aa)", 2, 2, true)},
          {"three_lines_one_way", model_of("(aa)", 3, 1)},
          {"recalled_three", recalled(model_of("(aaa)", 1, 1, true))},
          {"recalled_two_in_two_groups", recalled(model_of("((a)(a))", 1, 1, true))},
          {"recalled_two_lines_one_way", recalled(model_of("(aa)", 2, 1, true))}};
}

class hierarchy_search : public testing::TestWithParam<search_case> {};

TEST_P(hierarchy_search, is_complete_and_finds_no_violation) {
  const hierarchy_check_result result = check_hierarchy(ddm_protocol(), GetParam().model);
  ASSERT_FALSE(result.violation) << result.violation->message;
  EXPECT_TRUE(result.complete);
  std::cout << GetParam().model.tree << ", " << GetParam().model.lines << " lines"
            << (GetParam().model.recalls ? ", recalled: " : ": ") << result.states << " states, "
            << result.transitions << " transitions\n";
  EXPECT_GT(result.states, 100u);
}

INSTANTIATE_TEST_SUITE_P(ddm, hierarchy_search, testing::ValuesIn(searches()),
                         [](const auto& tested) { return std::string(tested.param.name); });

// A line can be injected into a group whose members wait for a turn to say that they have lost it, even so:
// two of them.
TEST(hierarchy_search, is_complete_where_turns_go_round_as_in_the_machine) {
  for (const char* const tree : {"(aaaa)", "((aa)a)"}) {
    hierarchy_model model = model_of(tree, 1, 1, true);
    model.in_order = true;
    const hierarchy_protocol& protocol = ddm_protocol();
    const hierarchy_check_result result = check_hierarchy(protocol, model);
    ASSERT_FALSE(result.violation) << result.violation->message;
    EXPECT_TRUE(result.complete);
    std::cout << tree << ", turns in order: " << result.states << " states\n";
    for (std::size_t i = 0; i < protocol.memory.size(); ++i) {
      const memory_row& row = protocol.memory[i];
      const bool injected =
          protocol.memory_states[row.state].name == "LI" && row.event == memory_event::ask_inject_exclusive;
      if (injected) {
        EXPECT_EQ(result.memory_use[i] != 0, std::string(tree) == "((aa)a)");
      }
    }
  }
}

// What the checker is there for: it tells the tables of a machine that loses lines.
TEST(hierarchy_search, finds_what_is_wrong) {
  hierarchy_protocol broken = ddm_protocol();
  for (memory_row& row : broken.memory) {
    if (row.event == memory_event::ask_erase) row.next = row.state;  // keeps its copy
  }
  EXPECT_TRUE(check_hierarchy(broken, model_of("(aa)")).violation);
  hierarchy_protocol forgets = ddm_protocol();
  for (tree_row& row : forgets.tree) {
    if (row.place == tree_place::top && row.event == tree_event::not_placed) row.actions.erase(0);
  }
  const auto lost = check_hierarchy(forgets, model_of("(aa)"));
  ASSERT_TRUE(lost.violation);
  EXPECT_NE(lost.violation->message.find("lost line"), std::string::npos) << lost.violation->message;
}

}  // namespace
}  // namespace mimd::tb
