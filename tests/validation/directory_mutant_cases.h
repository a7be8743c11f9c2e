// What the mutation tests of the directory tables share: the judgement of one form. None of the mutants is
// another correct protocol, so none may survive.
#ifndef MIMD_TESTS_VALIDATION_DIRECTORY_MUTANT_CASES_H
#define MIMD_TESTS_VALIDATION_DIRECTORY_MUTANT_CASES_H

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <string>

#include "tb/model_checker/directory_mutation.h"

namespace mimd::tb {

inline void judge_mutants_of(const directory_form& form) {
  const directory_mutation mutation(directory_protocol_of(form), mutation_models(form));
  EXPECT_EQ(mutation.unused_rows(), std::vector<std::string>{}) << form.name();
  std::map<mutant_verdict, unsigned> count;
  for (const directory_mutant& mutant : mutation.mutants()) {
    const mutant_verdict verdict = mutation.judge(mutant);
    ++count[verdict];
    EXPECT_NE(verdict, mutant_verdict::survives) << form.name() << ", " << mutant.name;
  }
  std::cout << form.name() << ": " << mutation.mutants().size() << " mutants";
  for (const auto& [verdict, n] : count) std::cout << ", " << n << " " << to_string(verdict);
  std::cout << "\n";
}

}  // namespace mimd::tb

#endif
