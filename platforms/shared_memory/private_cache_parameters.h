// l1.*, l1i.*, l2.*: the private caches that each processor has.
#ifndef MIMD_PLATFORMS_SHARED_MEMORY_PRIVATE_CACHE_PARAMETERS_H
#define MIMD_PLATFORMS_SHARED_MEMORY_PRIVATE_CACHE_PARAMETERS_H

#include "cache/cache.h"
#include "infrastructure/parameters.h"
#include "platforms/shared_memory/processor_parameters.h"

namespace mimd {

struct private_cache_parameters {
  cache_parameters model;
  byte_count l1_size{32 * 1024};
  unsigned l1_latency = 1;  // processor cycles
  byte_count l1i_size{32 * 1024};
  byte_count l2_size{0};
  unsigned l2_line = 0;  // 0: as l1
  unsigned l2_latency = 10;
  bool classify_misses = false;

  void declare(parameter_set& set);
  void resolve(const parameter_set& set, const processor_parameters& processors,
               const snooping_protocol& protocol);

  bool present() const { return l1_size.value != 0; }
  unsigned line() const { return model.levels.l1.line; }  // the unit of coherence
  unsigned largest_block() const;                         // of any level
};

}  // namespace mimd

#endif
