// workload.*, synthetic.*, trace.*: what the processors run.
#ifndef MIMD_PLATFORMS_SHARED_MEMORY_PROGRAM_PARAMETERS_H
#define MIMD_PLATFORMS_SHARED_MEMORY_PROGRAM_PARAMETERS_H

#include "infrastructure/parameters.h"
#include "platforms/shared_memory/private_cache_parameters.h"
#include "platforms/shared_memory/processor_parameters.h"
#include "tb/synthetic.h"
#include "tb/traces/replay.h"
#include "tb/workload.h"

namespace mimd {

struct program_parameters {
  tb::workload_parameters workload;
  tb::synthetic_parameters synthetic;
  duration think{1'000'000};
  tb::replay_parameters replay;
  bool clip = true;

  void declare_workloads(parameter_set& set);  // workload.*, synthetic.*
  void declare_traces(parameter_set& set);
  // grid: think times are multiples of this, the clock of the interconnect.
  void resolve(const processor_parameters& processors, const private_cache_parameters& caches,
               std::uint64_t seed, time_ps grid);
};

}  // namespace mimd

#endif
