// The rows of a protocol that can happen at all, by exhaustive search.
#ifndef MIMD_TB_MODEL_CHECKER_REACHABLE_ROWS_H
#define MIMD_TB_MODEL_CHECKER_REACHABLE_ROWS_H

#include "coherence/row_coverage.h"

namespace mimd::tb {

// Counts at least one for every cell that a machine of `caches` caches can reach. Throws std::logic_error if
// the protocol is not coherent (then the search did not see all of it).
row_coverage reachable_rows(const snooping_protocol& protocol, unsigned caches);

}  // namespace mimd::tb

#endif
