// Whoever watches a coherent machine: every access as it is performed, in coherence order, and every
// transaction at its point of coherence. Implemented by coherence_checker.h; null costs one branch.
#ifndef MIMD_COHERENCE_COHERENCE_OBSERVER_H
#define MIMD_COHERENCE_COHERENCE_OBSERVER_H

#include <cstdint>

#include "coherence/coherent_port.h"

namespace mimd {

class coherence_observer {
 public:
  virtual ~coherence_observer() = default;

  // `agent` read or wrote these bytes. An atomic is a read of the old and a write of the new bytes.
  virtual void performed_read(unsigned agent, address_t address, const std::uint8_t* data, unsigned size,
                              time_ps at) = 0;
  virtual void performed_write(unsigned agent, address_t address, const std::uint8_t* data, unsigned size,
                               time_ps at) = 0;
  // A transaction of `agent` on `line` passed the point of coherence; all states are up to date but `agent`'s
  // own, which will be `granted`.
  virtual void serialised(unsigned agent, address_t line, bus_operation operation, coherence_state granted,
                          time_ps at) = 0;
  // `agent` has given up its claim on `line` (acknowledged an invalidation) while its read of it waits: that
  // read may yet return what the line holds now, as if it had come first. Directories only.
  virtual void overtaken(unsigned agent, address_t line) = 0;
  // Debug writes bypass coherence order.
  virtual void debug_written(address_t address, const std::uint8_t* data, unsigned size) = 0;
};

}  // namespace mimd

#endif
