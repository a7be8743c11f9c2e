// memory.*: the size of the memory, and the timing of each of its modules.
#ifndef MIMD_PLATFORMS_SHARED_MEMORY_MAIN_MEMORY_PARAMETERS_H
#define MIMD_PLATFORMS_SHARED_MEMORY_MAIN_MEMORY_PARAMETERS_H

#include "infrastructure/parameters.h"
#include "memory/memory.h"

namespace mimd {

struct main_memory_parameters {
  byte_count size{std::uint64_t{64} << 20};
  memory_parameters model;  // its size: of the whole memory
  duration access_time{60'000};
  duration cycle_time{100'000};
  byte_count channel_interleave{256};
  byte_count interleave{64};
  data_rate bandwidth{0};
  byte_count row_size{2048};
  duration row_access{15'000};
  duration column_access{15'000};
  duration precharge{15'000};
  duration refresh_interval{7'800'000};
  duration refresh_time{350'000};

  void declare_size(parameter_set& set, const std::string& meaning =
                                            "bytes of main memory, from address 0; a replayed trace has "
                                            "memory at all its addresses");
  void declare_timing(parameter_set& set);
  // The size must be a multiple of `unit` bytes: the largest block of a cache.
  void resolve(const parameter_set& set, std::uint64_t unit);

  // Of a machine of nodes, each of which brings its share: a size that nobody has set becomes 16 MiB a node,
  // the default at least. Before resolve().
  void grow_with(const parameter_set& set, unsigned nodes);
  // For a replayed trace, which has the addresses of its process: all that can be. Before resolve().
  void cover_all_addresses() { size.value = memory_contents::largest; }
};

}  // namespace mimd

#endif
