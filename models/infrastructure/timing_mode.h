// The two ways a model keeps time (DESIGN: loosely timed, approximately timed).
#ifndef MIMD_INFRASTRUCTURE_TIMING_MODE_H
#define MIMD_INFRASTRUCTURE_TIMING_MODE_H

#include <cstdint>

namespace mimd {

enum class timing_mode : std::uint8_t {
  loose,       // lt: a transaction completes in the caller's context, with annotated delay
  approximate  // at: transactions travel, queue and overlap in simulated time
};

}  // namespace mimd

#endif
