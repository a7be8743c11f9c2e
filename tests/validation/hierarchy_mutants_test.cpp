// Mutation test of the hierarchical tables: every row is used by the search, and its deletion is caught. All
// other mutants are judged in tests/soak.
#include <gtest/gtest.h>

#include <set>

#include "validation/hierarchy_mutant_cases.h"

namespace mimd::tb {
namespace {

TEST(hierarchy_mutants, that_lack_a_row_are_all_caught) {
  const hierarchy_mutation mutation(ddm_protocol(), hierarchy_mutation_models());
  EXPECT_EQ(mutation.unused_rows(), std::vector<std::string>{});
  std::size_t deletions = 0;
  std::size_t next_states = 0;
  std::set<std::string> names;
  for (const hierarchy_mutant& mutant : mutation.mutants()) {
    names.insert(mutant.name);
    next_states += mutant.name.find(": next ") != std::string::npos;
    if (!mutant.deletes_row) continue;
    ++deletions;
    EXPECT_NE(mutation.judge(mutant), hierarchy_mutation::verdict::survives) << mutant.name;
  }
  const hierarchy_protocol& p = ddm_protocol();
  std::size_t actions = 0;
  for (const memory_row& row : p.memory) actions += row.actions.size();
  for (const tree_row& row : p.tree) actions += row.actions.size();
  EXPECT_EQ(deletions, p.memory.size() + p.tree.size());
  EXPECT_EQ(next_states,
            p.memory.size() * (p.memory_states.size() - 1) + p.tree.size() * (p.tree_states.size() - 1));
  EXPECT_EQ(mutation.mutants().size(), deletions + next_states + actions);
  EXPECT_EQ(names.size(), mutation.mutants().size()) << "names are unique";
}

}  // namespace
}  // namespace mimd::tb
