// A bounded lock-free queue of 8-byte values over simulated memory, for many producers and many consumers
// (D. Vyukov, "Bounded MPMC queue", 1024cores.net): a cell's sequence number says whose turn it is.
//
// First in, first out in the order of the positions taken. Correct on SC and on TSO: positions are taken by
// atomics, and a cell's value is stored before its sequence number in a FIFO store buffer, so whatever a
// producer stored before it enqueued is seen by the consumer of the value. Each cell and both ends have a
// line of their own; all accesses are marked as synchronisation.
#ifndef MIMD_TB_SYNCHRONISATION_BOUNDED_QUEUE_H
#define MIMD_TB_SYNCHRONISATION_BOUNDED_QUEUE_H

#include <cstdint>
#include <optional>

#include "cpu/processor.h"
#include "tb/synchronisation/variables.h"
#include "tb/workload.h"

namespace mimd::tb {

class bounded_queue {
 public:
  // Throws std::invalid_argument unless capacity is a power of two, at least 2.
  bounded_queue(memory_image& memory, std::uint64_t capacity, std::uint64_t line = default_line);
  bool try_enqueue(processor& cpu, std::uint64_t value);     // false: full
  std::optional<std::uint64_t> try_dequeue(processor& cpu);  // nothing: empty
  void enqueue(processor& cpu, std::uint64_t value);         // waits while full
  std::uint64_t dequeue(processor& cpu);                     // waits while empty

 private:
  address_t cell(std::uint64_t position) const { return cells_ + (position & (capacity_ - 1)) * line_; }

  std::uint64_t capacity_;
  std::uint64_t line_;
  address_t head_;
  address_t tail_;
  address_t cells_;  // {sequence, value}
};

}  // namespace mimd::tb

#endif
