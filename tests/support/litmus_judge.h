// Compares what litmus tests ended with on a machine with what its consistency model allows.
#ifndef MIMD_TESTS_SUPPORT_LITMUS_JUDGE_H
#define MIMD_TESTS_SUPPORT_LITMUS_JUDGE_H

#include <gtest/gtest.h>

#include <set>

#include "support/litmus_machine.h"
#include "support/litmus_model.h"

namespace mimd::test {

// Runs the forty tests: no outcome may occur that the model forbids, and the share of all outcomes allowed by
// sequential consistency that were seen must be at least `coverage` (else the timings tried were too tame).
// Returns whether the relaxed outcome of SB occurred.
inline bool judge_litmus_tests(const litmus_configuration& c, double coverage) {
  const std::vector<litmus_test> tests = classic_litmus_tests();
  const litmus_result result = run_litmus_tests(tests, c);
  EXPECT_EQ(result.trouble, "");
  std::size_t possible = 0;
  std::size_t seen = 0;
  bool relaxed = false;
  for (std::size_t i = 0; i < result.counts.size(); ++i) {
    const litmus_test& test = tests[i];
    const std::set<litmus_outcome> strict = allowed_outcomes(test, false);
    const std::set<litmus_outcome> allowed =
        c.consistency == consistency_model::tso ? allowed_outcomes(test, true) : strict;
    std::uint64_t runs = 0;
    for (const auto& [outcome, count] : result.counts[i]) {
      EXPECT_TRUE(allowed.count(outcome)) << test.name << ": forbidden outcome " << to_string(test, outcome)
                                          << " occurred " << count << " times in " << c.runs << " runs";
      seen += strict.count(outcome);
      relaxed |= test.name == "SB" && outcome == test.target;
      runs += count;
    }
    EXPECT_EQ(runs, c.runs) << test.name;
    possible += strict.size();
  }
  const double share = static_cast<double>(seen) / static_cast<double>(possible);
  std::cout << "outcomes of sequential consistency seen: " << seen << " of " << possible << '\n';
  EXPECT_GE(share, coverage);
  return relaxed;
}

}  // namespace mimd::test

#endif
