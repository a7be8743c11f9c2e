// One run of the mimd-noc executable, as a user makes it.
#ifndef MIMD_TESTS_SUPPORT_NOC_RUN_H
#define MIMD_TESTS_SUPPORT_NOC_RUN_H

#include "tests/support/named_program.h"

namespace mimd::test {

inline program_run run_mimd_noc(const std::vector<std::string>& words) {
  return run_named("mimd-noc", words);
}

inline void expect_noc_refuses(const std::vector<std::string>& words,
                               const std::vector<std::string>& culprits) {
  expect_refuses("mimd-noc", words, culprits);
}

inline nlohmann::json noc_statistics(const std::vector<std::string>& words) {
  return statistics_of_run("mimd-noc", words);
}

}  // namespace mimd::test

#endif
