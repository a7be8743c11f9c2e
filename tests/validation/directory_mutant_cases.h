// What the mutation tests of the directory tables share: the judgement of one form, and the mutants that are
// other correct protocols, each with its reason.
#ifndef MIMD_TESTS_VALIDATION_DIRECTORY_MUTANT_CASES_H
#define MIMD_TESTS_VALIDATION_DIRECTORY_MUTANT_CASES_H

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <set>
#include <string>

#include "tb/model_checker/directory_mutation.h"

namespace mimd::tb {

// Form, mutant -> why. A mutant that is listed and caught fails the test, so that the list stays true.
inline const std::map<std::string, std::string>& harmless_directory_mutants() {
  static const std::string once_more =
      "performance: the read that is asked again after a Nack serves one access only, and the next one "
      "misses";
  static const std::map<std::string, std::string> reasons{
      {"msi-home-notified-nack, agent: IS_DI on Nack: next IS_DI", once_more},
      {"mesi-home-notified-nack, agent: IS_DI on Nack: next IS_DI", once_more},
      {"moesi-home-notified-nack, agent: IS_DI on Nack: next IS_DI", once_more},
  };
  return reasons;
}

inline void judge_mutants_of(const directory_form& form) {
  const directory_mutation mutation(directory_protocol_of(form), mutation_models(form));
  EXPECT_EQ(mutation.unused_rows(), std::vector<std::string>{}) << form.name();
  std::map<mutant_verdict, unsigned> count;
  std::set<std::string> survivors;
  for (const directory_mutant& mutant : mutation.mutants()) {
    const mutant_verdict verdict = mutation.judge(mutant);
    ++count[verdict];
    if (verdict != mutant_verdict::survives) continue;
    const std::string name = form.name() + ", " + mutant.name;
    survivors.insert(name);
    EXPECT_FALSE(mutant.deletes_row) << "survives: " << name;
    const auto reason = harmless_directory_mutants().find(name);
    if (reason == harmless_directory_mutants().end()) {
      ADD_FAILURE() << "survives without a reason: " << name;
    } else {
      std::cout << "survivor " << name << ": " << reason->second << "\n";
    }
  }
  for (const auto& [name, reason] : harmless_directory_mutants()) {
    if (name.rfind(form.name() + ",", 0) != 0) continue;
    EXPECT_TRUE(survivors.count(name)) << "listed as harmless but caught: " << name;
  }
  std::cout << form.name() << ": " << mutation.mutants().size() << " mutants";
  for (const auto& [verdict, n] : count) std::cout << ", " << n << " " << to_string(verdict);
  std::cout << "\n";
}

}  // namespace mimd::tb

#endif
