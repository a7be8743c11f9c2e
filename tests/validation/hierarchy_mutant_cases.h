// What the mutation tests of the hierarchical tables share. A mutant may survive only if it is listed here,
// with the reason why it is another correct protocol or a change of performance only; what is listed must
// survive.
#ifndef MIMD_TESTS_VALIDATION_HIERARCHY_MUTANT_CASES_H
#define MIMD_TESTS_VALIDATION_HIERARCHY_MUTANT_CASES_H

#include <map>
#include <string>
#include <vector>

#include "tb/model_checker/hierarchy_mutation.h"

namespace mimd::tb {

// Name and reason.
inline const std::map<std::string, std::string>& known_hierarchy_survivors() {
  static const std::string unseen =
      "from its turn until the group above has seen it go, nobody asks it: the same protocol";
  static const std::map<std::string, std::string> known{{"directory: LI on turn above: next LO", unseen},
                                                        {"directory: LI on turn above: next LE", unseen},
                                                        {"directory: LO on turn above: next LE", unseen},
                                                        {"directory: LE on turn above: next LO", unseen}};
  return known;
}

// Trees that between them use every row, and are small enough for thousands of mutants.
inline std::vector<hierarchy_model> hierarchy_mutation_models() {
  std::vector<hierarchy_model> models;
  for (const char* tree : {"(aaa)", "((a)(a))", "((aa)a)", "((r)(r)w)", "(((a)a)w)", "(((r)o)a)", "(((r)w)r)",
                           "((((r)o)o)w)", "((((r)w)o)w)", "((((r)o)w)w)", "((((r)w)w)w)"}) {
    hierarchy_model m;
    m.tree = tree;
    models.push_back(m);
  }
  hierarchy_model swapped;
  swapped.recalls = true;
  models.push_back(swapped);
  return models;
}

}  // namespace mimd::tb

#endif
