// Every mutant of the hierarchical tables, and the larger searches: 2 attraction memories with 3 lines in a
// set of 2 ways, and with 2 lines in two levels; 4 in two groups.
#include <gtest/gtest.h>

#include <iostream>
#include <set>

#include "validation/hierarchy_mutant_cases.h"

namespace mimd::tb {
namespace {

TEST(hierarchy_mutants_soak, are_caught_but_those_with_a_reason) {
  const hierarchy_mutation mutation(ddm_protocol(), hierarchy_mutation_models());
  const std::map<std::string, std::string>& known = known_hierarchy_survivors();
  std::set<std::string> survivors;
  std::map<hierarchy_mutation::verdict, unsigned> count;
  for (const hierarchy_mutant& mutant : mutation.mutants()) {
    const hierarchy_mutation::verdict verdict = mutation.judge(mutant);
    ++count[verdict];
    if (verdict != hierarchy_mutation::verdict::survives) continue;
    survivors.insert(mutant.name);
    EXPECT_EQ(known.count(mutant.name), 1u) << mutant.name;
    EXPECT_FALSE(mutant.deletes_row) << mutant.name;
  }
  for (const auto& [name, reason] : known) {
    EXPECT_EQ(survivors.count(name), 1u) << name << " is caught";
    std::cout << "survives: " << name << ": " << reason << "\n";
  }
  std::cout << mutation.mutants().size() << " mutants";
  for (const auto& [verdict, n] : count) std::cout << ", " << n << " " << to_string(verdict);
  std::cout << "\n";
}

class hierarchy_search_soak : public testing::TestWithParam<hierarchy_model> {};

TEST_P(hierarchy_search_soak, is_complete_and_finds_no_violation) {
  const hierarchy_check_result result = check_hierarchy(ddm_protocol(), GetParam());
  ASSERT_FALSE(result.violation) << result.violation->message;
  EXPECT_TRUE(result.complete);
  std::cout << GetParam().tree << ", " << GetParam().lines << " lines: " << result.states << " states\n";
}

std::vector<hierarchy_model> large_models() {
  const auto model = [](const char* tree, unsigned lines, unsigned ways) {
    hierarchy_model m;
    m.tree = tree;
    m.lines = lines;
    m.ways = ways;
    m.max_states = 400'000'000;
    return m;
  };
  hierarchy_model recalled = model("((aa)(a))", 1, 1);
  recalled.recalls = true;
  return {model("(aa)", 3, 2),      model("((a)a)", 2, 1),      model("((aa)(a))", 1, 1),
          model("(((a)a)a)", 1, 1), model("((a)(a)(a))", 1, 1), recalled};
}

INSTANTIATE_TEST_SUITE_P(ddm, hierarchy_search_soak, testing::ValuesIn(large_models()),
                         [](const auto& tested) { return std::to_string(tested.index); });

}  // namespace
}  // namespace mimd::tb
