// A counting semaphore over simulated memory: acquire takes one unit or waits, release gives one back.
// Correct on SC and on TSO (both end with an atomic, which drains the store buffer); no order among waiters.
#ifndef MIMD_TB_SYNCHRONISATION_SEMAPHORE_H
#define MIMD_TB_SYNCHRONISATION_SEMAPHORE_H

#include <cstdint>

#include "cpu/processor.h"
#include "tb/synchronisation/variables.h"
#include "tb/workload.h"

namespace mimd::tb {

class semaphore {
 public:
  semaphore(memory_image& memory, std::uint32_t units, std::uint64_t line = default_line);
  void acquire(processor& cpu);
  bool try_acquire(processor& cpu);
  void release(processor& cpu);

 private:
  address_t units_;
};

}  // namespace mimd::tb

#endif
