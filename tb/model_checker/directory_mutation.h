// Mutants of a directory protocol, and what the model checker says of them: every row of both tables is
// deleted, gets each other next state, and loses each of its actions (the messages it sends among them). Rows
// and next states that the exhaustive search of the unmutated table never reads in any of the models are
// don't-care and not mutated (but deleted: then the row itself is superfluous).
//
// A mutant is caught by a violation, an undefined event, a deadlock, or other counts of states or transitions
// than the unmutated table has in the same model and run. Transitions are counted by what can be observed:
// the access or message that caused them, the messages sent, and whether an access completed.
#ifndef MIMD_TB_MODEL_CHECKER_DIRECTORY_MUTATION_H
#define MIMD_TB_MODEL_CHECKER_DIRECTORY_MUTATION_H

#include <functional>
#include <string>
#include <vector>

#include "tb/model_checker/directory_model_checker.h"

namespace mimd::tb {

enum class mutant_verdict { undefined_event, violation, other_states, other_transitions, survives };
const char* to_string(mutant_verdict verdict);

struct directory_mutant {
  std::string name;  // "agent: IS_D on Data: next M"
  bool deletes_row = false;
  bool at_home = false;
  std::size_t row = 0;
  std::function<void(directory_protocol&)> change;
};

class directory_mutation {
 public:
  // Explores the unmutated protocol in every model. std::logic_error if it is not coherent.
  directory_mutation(const directory_protocol& protocol, const std::vector<directory_model>& models);

  const std::vector<directory_mutant>& mutants() const { return mutants_; }
  mutant_verdict judge(const directory_mutant& mutant) const;
  // Rows that no model uses, in words.
  std::vector<std::string> unused_rows() const;

 private:
  struct reference {
    directory_model model;
    directory_check_result result;
  };

  bool used(bool at_home, std::size_t row) const;
  std::string name(bool at_home, std::size_t row) const;
  void mutate(bool at_home, std::size_t row);

  const directory_protocol protocol_;
  std::vector<reference> references_;  // smallest first
  std::vector<directory_mutant> mutants_;
};

// Models that between them use every row of the form, and are small enough for thousands of mutants.
std::vector<directory_model> mutation_models(const directory_form& form);

}  // namespace mimd::tb

#endif
