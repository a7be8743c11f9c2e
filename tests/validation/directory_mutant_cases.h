// What the mutation tests of the directory tables share: the judgement of one form. A mutant may survive only
// if it is listed here, with the reason why it is another correct protocol or a change of performance only;
// and what is listed must survive.
#ifndef MIMD_TESTS_VALIDATION_DIRECTORY_MUTANT_CASES_H
#define MIMD_TESTS_VALIDATION_DIRECTORY_MUTANT_CASES_H

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <set>
#include <string>

#include "tb/model_checker/directory_mutation.h"

namespace mimd::tb {

// Name and reason.
inline std::map<std::string, std::string> known_survivors(const directory_form& form) {
  using f = directory_form;
  std::map<std::string, std::string> known;
  if (form.protocol != f::protocol_name::coma) {
    if (form.protocol == f::protocol_name::msi || form.eviction == f::clean_eviction::notified) return known;
    known["agent: IS_DI on DataE: next I"] =
        "the exclusive copy is replaced at once, which it may be at any time: performance";
    if (form.busy == f::busy_line::queue) {
      known["agent: IS_DI on Nack: next IS_DI"] =
          "the data of this read serves it alone, as if an invalidation had come: performance";
    }
    if (form.protocol == f::protocol_name::mesi && form.busy == f::busy_line::queue) {
      const bool via_home = form.replies == f::reply_path::via_home;
      known[std::string("agent: MI_A on ") + (via_home ? "Fetch" : "FwdGetS") + ": next MI_A"] =
          "the home forwards nothing more before PutAck, so this is SI_A by another name: correct";
    }
    return known;
  }
  if (form.busy == f::busy_line::queue) {
    known["agent: IS_D on Inject: next IS_DI"] =
        "the data of this read serves it alone, as if an invalidation had come: performance";
  }
  if (form.eviction == f::clean_eviction::silent) {
    known["agent: S on Read: next I"] = "the copy is replaced, which it may be at any time: performance";
  }
  return known;
}

inline void judge_mutants_of(const directory_form& form) {
  const directory_mutation mutation(directory_protocol_of(form), mutation_models(form));
  EXPECT_EQ(mutation.unused_rows(), std::vector<std::string>{}) << form.name();
  const std::map<std::string, std::string> known = known_survivors(form);
  std::set<std::string> survivors;
  std::map<mutant_verdict, unsigned> count;
  for (const directory_mutant& mutant : mutation.mutants()) {
    const mutant_verdict verdict = mutation.judge(mutant);
    ++count[verdict];
    if (verdict != mutant_verdict::survives) continue;
    survivors.insert(mutant.name);
    EXPECT_EQ(known.count(mutant.name), 1u) << form.name() << ", " << mutant.name;
    EXPECT_FALSE(mutant.deletes_row) << mutant.name;
  }
  for (const auto& [name, reason] : known) {
    EXPECT_EQ(survivors.count(name), 1u) << name << " is caught";
    std::cout << form.name() << ", survives: " << name << ": " << reason << "\n";
  }
  std::cout << form.name() << ": " << mutation.mutants().size() << " mutants";
  for (const auto& [verdict, n] : count) std::cout << ", " << n << " " << to_string(verdict);
  std::cout << "\n";
}

}  // namespace mimd::tb

#endif
