// Mutants of a hierarchical protocol, and what the model checker says of them: every row of both tables is
// deleted, gets each other next state, and loses each of its actions (the messages it sends among them).
//
// A mutant is caught by a violation (an undefined event, a wrong reply and a deadlock among them), or other
// counts of states or transitions than the unmutated table has in the same model and run. Transitions are
// counted by what can be observed: what happened, what was asked, answered and sent, and what completed.
#ifndef MIMD_TB_MODEL_CHECKER_HIERARCHY_MUTATION_H
#define MIMD_TB_MODEL_CHECKER_HIERARCHY_MUTATION_H

#include <functional>
#include <string>
#include <vector>

#include "tb/model_checker/hierarchy_model_checker.h"

namespace mimd::tb {

struct hierarchy_mutant {
  std::string name;  // "memory: R on data: next E"
  bool deletes_row = false;
  bool in_tree = false;
  std::size_t row = 0;
  std::function<void(hierarchy_protocol&)> change;
};

class hierarchy_mutation {
 public:
  enum class verdict { violation, other_states, other_transitions, survives };

  // Explores the unmutated protocol in every model. std::logic_error if it is not coherent.
  hierarchy_mutation(const hierarchy_protocol& protocol, const std::vector<hierarchy_model>& models);

  const std::vector<hierarchy_mutant>& mutants() const { return mutants_; }
  verdict judge(const hierarchy_mutant& mutant) const;
  std::vector<std::string> unused_rows() const;  // that no model uses, in words

 private:
  struct reference {
    hierarchy_model model;
    hierarchy_check_result result;
  };

  bool used(bool in_tree, std::size_t row) const;
  std::string name(bool in_tree, std::size_t row) const;
  template <class Row>
  void mutate(bool in_tree, std::size_t row, std::vector<Row> hierarchy_protocol::*table,
              const std::vector<hierarchy_state_info>& states);

  const hierarchy_protocol protocol_;
  std::vector<reference> references_;  // smallest first
  std::vector<hierarchy_mutant> mutants_;
};

const char* to_string(hierarchy_mutation::verdict verdict);

}  // namespace mimd::tb

#endif
