// A shared-bus machine inside a test.
#ifndef MIMD_TESTS_SUPPORT_UMA_IN_PROCESS_H
#define MIMD_TESTS_SUPPORT_UMA_IN_PROCESS_H

#include "platforms/uma/uma_machine.h"
#include "tests/support/machine_in_process.h"

namespace mimd::test {

using uma_in_process = machine_in_process<uma_parameters, uma_machine>;

}  // namespace mimd::test

#endif
