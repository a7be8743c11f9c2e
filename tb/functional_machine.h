// A machine without time or caches, for tests of programs: N processors on one flat memory, interleaved
// access by access in an order drawn from a seed.
//
// Modelled: every call of `processor` except interrupts (wait_for_interrupt throws); sequential consistency,
// or with `store_buffer` > 0 total store order (a FIFO of stores per processor with forwarding, drained at
// random, by fences and by atomics). A processor's time advances 1 ns an access and a cycle, and by
// `remote_time` more for a load of data placed on another node. Not modelled: a common clock; sleep_until
// only moves the processor's own time. Errors (access outside the memory, a wrong atomic, more accesses than
// `access_limit`, which is how a deadlock ends) and exceptions of the program stop all processors and leave
// run().
#ifndef MIMD_TB_FUNCTIONAL_MACHINE_H
#define MIMD_TB_FUNCTIONAL_MACHINE_H

#include <cstdint>
#include <functional>
#include <memory>

#include "cpu/processor.h"
#include "tb/workload.h"

namespace mimd::tb {

struct functional_parameters {
  unsigned processors = 1;
  unsigned nodes = 1;  // nearly equal shares of processors; what is not placed lives on node 0
  time_ps remote_time = 0;
  std::uint64_t memory_size = std::uint64_t{16} << 20;
  std::uint64_t seed = 1;
  unsigned store_buffer = 0;  // stores a processor can hold back; 0 = sequentially consistent
  std::uint64_t access_limit = 50'000'000;
  // The memory loses the n-th store (from 0) that is not synchronisation and would have changed it.
  std::uint64_t lost_store = ~std::uint64_t{0};
};

class functional_machine {
 public:
  explicit functional_machine(const functional_parameters& parameters);
  ~functional_machine();
  functional_machine(const functional_machine&) = delete;
  functional_machine& operator=(const functional_machine&) = delete;

  memory_image& memory();
  void run(const std::function<void(processor&)>& program);  // on every processor, to its end

  std::uint64_t accesses() const;
  std::uint64_t changing_stores() const;  // stores outside synchronisation that changed memory

 private:
  class implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace mimd::tb

#endif
