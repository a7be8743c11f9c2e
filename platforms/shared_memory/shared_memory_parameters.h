// What every shared-memory machine can be told: a machine's parameters derive from it and add its
// interconnect.
//
// Each part declares its own parameters, so that the machine decides their order; the machine's own
//   void declare(parameter_set& set);
//   void resolve(const parameter_set& set, timing_mode timing, std::uint64_t seed);
// call those of the parts. resolve() brings the models' structs up to date with what was set, and checks the
// whole; throws set.error(...).
#ifndef MIMD_PLATFORMS_SHARED_MEMORY_SHARED_MEMORY_PARAMETERS_H
#define MIMD_PLATFORMS_SHARED_MEMORY_SHARED_MEMORY_PARAMETERS_H

#include "platforms/shared_memory/main_memory_parameters.h"
#include "platforms/shared_memory/private_cache_parameters.h"
#include "platforms/shared_memory/processor_parameters.h"
#include "platforms/shared_memory/program_parameters.h"

namespace mimd {

struct shared_memory_parameters {
  // The timing that the machine is built in when `asked` is wanted. A machine hides it that is exact in one
  // alone.
  timing_mode timing_of(timing_mode asked) const { return asked; }

  processor_parameters processors;
  private_cache_parameters caches;
  main_memory_parameters memory;
  program_parameters programs;
};

}  // namespace mimd

#endif
