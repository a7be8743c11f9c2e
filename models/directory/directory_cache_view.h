// A directory protocol as the caches behind it see it.
//
// A cache (cache/cache.h) holds stable states and knows one thing of its protocol: which accesses it may do
// alone, which need a transaction, and what becomes of a copy that is asked for. cache_view_of() reads that
// off the agent's table, so that the same cache module serves a snooping bus and a directory: I, S, E, O and
// M have the numbers that they have in the directory protocol. A forward that leaves a copy is a snooped
// BusRd, one that takes it a snooped BusRdX (an injection is neither: coherence_backward::take_over); a
// replacement that the home must hear of is a write-back, dirty or not.
#ifndef MIMD_DIRECTORY_DIRECTORY_CACHE_VIEW_H
#define MIMD_DIRECTORY_DIRECTORY_CACHE_VIEW_H

#include "coherence/snooping_protocol.h"
#include "directory/directory_protocol.h"

namespace mimd {

snooping_protocol cache_view_of(const directory_protocol& protocol);

}  // namespace mimd

#endif
