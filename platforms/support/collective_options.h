// mpi.barrier ... mpi.scan: which algorithm carries out each collective operation.
#ifndef MIMD_PLATFORMS_SUPPORT_COLLECTIVE_OPTIONS_H
#define MIMD_PLATFORMS_SUPPORT_COLLECTIVE_OPTIONS_H

#include "infrastructure/parameters.h"
#include "message_passing/collective_algorithms.h"

namespace mimd {

// networks: there may be networks beside the one for messages, for barriers and trees.
void declare_collectives(parameter_set& set, message_passing::collective_algorithms& a, bool networks);

}  // namespace mimd

#endif
