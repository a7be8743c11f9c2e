// The statistics of a processor, its private cache and a memory, as every shared-memory machine names them.
#ifndef MIMD_PLATFORMS_SHARED_MEMORY_COMPONENT_STATISTICS_H
#define MIMD_PLATFORMS_SHARED_MEMORY_COMPONENT_STATISTICS_H

#include <string>

#include "cache/cache.h"
#include "cpu/cpu.h"
#include "infrastructure/statistics.h"
#include "memory/memory.h"

namespace mimd {

// prefix: "cpu_0" of the processor and of its cache ("cpu_0.l1.hits"). What is registered must outlive `all`.
void register_cpu(statistics& all, const std::string& prefix, const cpu_base& c,
                  const cpu_parameters& parameters);
void register_cache(statistics& all, const std::string& prefix, const cache_base& c);
void register_memory(statistics& all, const std::string& prefix, const memory_base& m,
                     const memory_parameters& parameters);

}  // namespace mimd

#endif
