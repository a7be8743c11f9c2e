// Locks over simulated memory, on plain loads, stores and atomics; correct on SC and on TSO.
//
// Sources: T. E. Anderson 1990 (test-and-test-and-set, back-off); Mellor-Crummey and Scott 1991 (ticket with
// proportional back-off, MCS). On TSO no fence is needed: every acquisition performs an atomic, which drains
// the store buffer, and a release is a store behind all stores of the critical section in a FIFO buffer.
// Every variable is on a line of its own; all accesses are marked as synchronisation. Not recursive.
#ifndef MIMD_TB_SYNCHRONISATION_LOCKS_H
#define MIMD_TB_SYNCHRONISATION_LOCKS_H

#include <cstdint>

#include "cpu/processor.h"
#include "tb/synchronisation/variables.h"
#include "tb/workload.h"

namespace mimd::tb {

// Every attempt is an atomic swap. (All locks are built alike; only MCS needs the number of processors.)
class test_and_set_lock {
 public:
  test_and_set_lock(memory_image& memory, unsigned processors, std::uint64_t line = default_line);
  void acquire(processor& cpu);
  void release(processor& cpu);

 private:
  address_t held_;
};

// Looks before it swaps, and backs off exponentially after a lost race.
class test_and_test_and_set_lock {
 public:
  test_and_test_and_set_lock(memory_image& memory, unsigned processors, std::uint64_t line = default_line);
  void acquire(processor& cpu);
  void release(processor& cpu);

 private:
  address_t held_;
};

// First come, first served; waits in proportion to the number of processors ahead.
class ticket_lock {
 public:
  ticket_lock(memory_image& memory, unsigned processors, std::uint64_t line = default_line);
  void acquire(processor& cpu);
  void release(processor& cpu);

 private:
  address_t next_;
  address_t serving_;
};

// The memory's own lock: where homes perform atomics it queues the processors there, and each sends one
// message an acquisition (queue-based locks of Stanford DASH); elsewhere it is a test-and-set lock that backs
// off.
class memory_lock {
 public:
  memory_lock(memory_image& memory, unsigned processors, std::uint64_t line = default_line);
  void acquire(processor& cpu);
  void release(processor& cpu);

 private:
  address_t word_;
};

// A queue of processors; each waits on a line of its own.
class mcs_lock {
 public:
  mcs_lock(memory_image& memory, unsigned processors, std::uint64_t line = default_line);
  void acquire(processor& cpu);
  void release(processor& cpu);

 private:
  address_t node(const processor& cpu) const { return tail_ + line_ * (std::uint64_t{cpu.id()} + 1); }

  std::uint64_t line_;
  address_t tail_;  // of the last in the queue, 0 = free; the nodes follow: {next: 8 bytes, waiting: 4}
};

}  // namespace mimd::tb

#endif
