// One run of the mimd-uma executable.
#ifndef MIMD_TESTS_SUPPORT_UMA_RUN_H
#define MIMD_TESTS_SUPPORT_UMA_RUN_H

#include "tests/support/machine_run.h"

namespace mimd::test {

using uma_run = machine_run;

inline uma_run run_uma(const std::string& arguments, const std::vector<std::string>& settings) {
  return run_machine("mimd-uma", arguments, settings);
}

}  // namespace mimd::test

#endif
