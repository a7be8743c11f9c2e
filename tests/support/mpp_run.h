// One run of the mimd-mpp executable, as a user makes it.
#ifndef MIMD_TESTS_SUPPORT_MPP_RUN_H
#define MIMD_TESTS_SUPPORT_MPP_RUN_H

#include "tests/support/named_program.h"

namespace mimd::test {

inline program_run run_mimd_mpp(const std::vector<std::string>& words) {
  return run_named("mimd-mpp", words);
}

inline void expect_mpp_refuses(const std::vector<std::string>& words,
                               const std::vector<std::string>& culprits) {
  expect_refuses("mimd-mpp", words, culprits);
}

inline nlohmann::json mpp_statistics(const std::vector<std::string>& words) {
  return statistics_of_run("mimd-mpp", words);
}

}  // namespace mimd::test

#endif
