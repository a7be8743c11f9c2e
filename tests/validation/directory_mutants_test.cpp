// Mutation test of the directory tables in the default form; the other forms are in tests/soak. What a mutant
// is and when it is caught: tb/model_checker/directory_mutation.h.
#include <set>

#include "validation/directory_mutant_cases.h"

namespace {

using namespace mimd;

TEST(directory_mutants, of_the_default_form_are_all_caught) {
  tb::judge_mutants_of({});
}

TEST(directory_mutants, of_the_default_form_of_coma_are_all_caught_but_those_with_a_reason) {
  tb::judge_mutants_of(all_coma_forms().front());
}

// What acceptance asks for, at least.
TEST(directory_mutants, cover_every_row_every_next_state_and_every_action) {
  const directory_form form;
  const directory_protocol protocol = directory_protocol_of(form);
  const tb::directory_mutation mutation(protocol, tb::mutation_models(form));
  std::size_t deletions = 0;
  std::size_t next_states = 0;
  std::set<std::string> names;
  for (const tb::directory_mutant& mutant : mutation.mutants()) {
    deletions += mutant.deletes_row;
    next_states += mutant.name.find(": next ") != std::string::npos;
    names.insert(mutant.name);
  }
  std::size_t actions = 0;
  std::size_t held = 0;  // their next state is not read
  for (const agent_row& row : protocol.agent) {
    actions += row.actions.size();
    held += row.actions.size() != 0 && row.actions[0] == agent_action::hold;
  }
  for (const home_row& row : protocol.home) actions += row.actions.size();
  EXPECT_EQ(deletions, protocol.agent.size() + protocol.home.size());
  EXPECT_EQ(next_states, (protocol.agent.size() - held) * (protocol.agent_states.size() - 1) +
                             protocol.home.size() * (protocol.home_states.size() - 1));
  EXPECT_EQ(mutation.mutants().size(), deletions + next_states + actions);
  EXPECT_EQ(names.size(), mutation.mutants().size()) << "names are unique";
}

}  // namespace
