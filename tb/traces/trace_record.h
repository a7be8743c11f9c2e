// One step of a recorded thread, and the stream that delivers a thread's steps in program order.
//
// A record is a memory reference (address and size as recorded, never split or aligned) or a synchronisation
// operation, named by the address of its object (a mutex, a barrier, ...; docs/trace-format.md).
// A stream needs constant memory whatever the length of its trace. Errors (unreadable or truncated file, a
// line that is not a record) are std::runtime_error with one line "FILE:LINE: what is wrong".
#ifndef MIMD_TB_TRACES_TRACE_RECORD_H
#define MIMD_TB_TRACES_TRACE_RECORD_H

#include <cstddef>
#include <cstdint>
#include <string>

#include "cpu/processor.h"

namespace mimd::tb {

struct trace_record {
  enum class kind : std::uint8_t {
    // References: address, size.
    fetch,
    load,
    store,
    modify,         // a read that dirties the line (Cachegrind's rule)
    atomic_load,    // sequence: updates of the location that it must come after
    atomic_store,   // one update of the location
    atomic_update,  // read-modify-write: one update; sequence as for atomic_load
    fence,          // no operand
    // Locks: address. sequence: this is the n-th acquisition of the lock, counted from 1.
    lock,
    unlock,
    // Barriers: address. sequence: the n-th use of the barrier, from 1; participants: how many wait for each
    // other.
    barrier,
    // Events (semaphores, condition variables, start of a parallel region): address. wait's sequence: how
    // many
    // posts must have been made before.
    post,
    wait,
    // Threads: address = thread number.
    create,
    start,  // the stream goes on when its own thread has been created
    join
  };

  address_t address = 0;
  std::uint64_t sequence = 0;
  std::uint32_t size = 0;          // bytes; 0 for synchronisation
  std::uint16_t participants = 0;  // of a barrier
  kind what = kind::load;
};

inline constexpr std::uint32_t largest_reference = 4096;  // bytes; anything larger is taken for garbage

class trace_stream {
 public:
  virtual ~trace_stream() = default;

  // The next records, at most `maximum`; 0 only at the end of the trace.
  virtual std::size_t read(trace_record* out, std::size_t maximum) = 0;

  virtual const std::string& name() const = 0;  // the file, for messages
  virtual unsigned thread() const = 0;          // as recorded; 0 for one-thread formats

  // Whether each reference is one operand of one instruction (lackey, compact, Dinero); a range that a
  // recorder reported as a whole may be longer.
  virtual bool of_instructions() const { return false; }

  // Progress, in bytes of the file as it is stored; size 0 = unknown (a pipe).
  virtual std::uint64_t bytes_consumed() const = 0;
  virtual std::uint64_t bytes_total() const = 0;
};

}  // namespace mimd::tb

#endif
