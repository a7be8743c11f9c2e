// attraction.*: what the attraction memories of all nodes did, whatever keeps them coherent.
#ifndef MIMD_PLATFORMS_COMA_ATTRACTION_STATISTICS_H
#define MIMD_PLATFORMS_COMA_ATTRACTION_STATISTICS_H

#include <functional>

#include "cache/node_cache.h"
#include "infrastructure/statistics.h"
#include "memory/page_swapper.h"

namespace mimd {

struct attraction_source {
  unsigned nodes = 0;
  std::function<const node_cache_base&(unsigned node)> cache_of;
  std::function<std::uint64_t()> masters;   // distinct lines in attraction memories
  std::function<std::uint64_t()> offers;    // lines without a master offered to nodes
  std::function<std::uint64_t()> unplaced;  // lines that every node refused
  std::uint64_t room = 0;                   // lines that all attraction memories can hold
  bool simple = false;                      // allocated by the page
};

void register_attraction(statistics& all, const attraction_source& from);
void register_swapping(statistics& all, const page_swapper_counters& swaps);

}  // namespace mimd

#endif
