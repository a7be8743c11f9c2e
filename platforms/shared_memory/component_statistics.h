// The statistics of a processor, its private cache, a memory, a bus and a node's cache, as every
// shared-memory machine names them.
#ifndef MIMD_PLATFORMS_SHARED_MEMORY_COMPONENT_STATISTICS_H
#define MIMD_PLATFORMS_SHARED_MEMORY_COMPONENT_STATISTICS_H

#include <functional>
#include <string>

#include "bus/snooping_bus.h"
#include "cache/cache.h"
#include "cache/node_cache.h"
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

// prefix: "bus", or "node_3.bus". finish_time: of the machine, when the statistics are read.
void register_bus(statistics& all, const std::string& prefix, const snooping_bus_base& bus,
                  const bus_parameters& parameters, const std::function<time_ps()>& finish_time);
void register_node_cache(statistics& all, const std::string& prefix, const node_cache_base& cache);

}  // namespace mimd

#endif
