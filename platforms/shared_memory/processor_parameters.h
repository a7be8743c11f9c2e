// cpu.*: the processors of a shared-memory machine.
#ifndef MIMD_PLATFORMS_SHARED_MEMORY_PROCESSOR_PARAMETERS_H
#define MIMD_PLATFORMS_SHARED_MEMORY_PROCESSOR_PARAMETERS_H

#include <string>

#include "cpu/cpu.h"
#include "infrastructure/parameters.h"

namespace mimd {

struct processor_parameters {
  unsigned count = 4;  // of the whole machine
  frequency clock{1e9};
  cpu_parameters model;
  duration lt_quantum{100'000};
  duration at_quantum{0};

  // count_meaning: where these processors are, "processors on the bus".
  void declare(parameter_set& set, const std::string& count_meaning);
  void declare_processor(parameter_set& set);  // what each of them is like, without their number
  // Brings the model's struct up to date and checks it; throws set.error(...). So do all of this folder.
  void resolve(const parameter_set& set, timing_mode timing);
};

}  // namespace mimd

#endif
