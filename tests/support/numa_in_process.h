// A distributed shared memory machine inside a test, and one that runs the random tester in a process of its
// own.
#ifndef MIMD_TESTS_SUPPORT_NUMA_IN_PROCESS_H
#define MIMD_TESTS_SUPPORT_NUMA_IN_PROCESS_H

#include "platforms/numa/numa_machine.h"
#include "tests/support/directory_in_process.h"

namespace mimd::test {

using numa_in_process = machine_in_process<numa_parameters, numa_machine>;

inline settings form_settings(const directory_form& form) {
  using f = directory_form;
  static constexpr const char* protocols[] = {"msi", "mesi", "moesi"};
  return {{"coherence.protocol", protocols[static_cast<unsigned>(form.protocol)]},
          {"directory.replies", form.replies == f::reply_path::three_hop ? "three-hop" : "via-home"},
          {"directory.clean_eviction", form.eviction == f::clean_eviction::silent ? "silent" : "notified"},
          {"directory.busy", form.busy == f::busy_line::queue ? "queue" : "nack"}};
}

inline random_run run_random_tester(const settings& values, timing_mode timing, std::uint64_t seed = 1,
                                    bool jitter = false) {
  return run_random_tester_in<numa_in_process>(values, timing, seed, jitter);
}

}  // namespace mimd::test

#endif
