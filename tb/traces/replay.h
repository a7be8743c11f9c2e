// Replays recorded threads as a program for processors: stream i runs on processor i.
//
// Modelled: every reference as recorded (a reference that straddles lines is passed whole; one of more than
// 64 bytes is cut at multiples of 64, or clipped, see replay_parameters); stores carry data made from their
// address; atomics of other than 4 or 8 bytes act on the aligned word they lie in. Time between references is
// the machine's alone: nothing of the host's timing is in a trace. Synchronisation is respected: a lock is
// granted in recorded order of acquisition or to whoever comes first; barriers wait for all recorded
// participants; waits, joins and atomics that synchronise wait for what they had seen. Locks, barriers and
// posts make accesses of their own at the address of their object, counted as synchronisation: an atomic on
// arrival and again when woken, a store on release. A processor that must wait does not poll: it blocks. At
// quantum zero the order of arrival is exact; with a larger quantum a processor that comes, in its local
// time, before the event it waits for sleeps until then. Not modelled: spinning while waiting; instructions
// (unless recorded as fetches) and compute time.
//
// Errors: std::runtime_error "FILE: record N: ..." for a trace that contradicts itself, "FILE:LINE: ..." from
// its reader. Records that wait for ever leave their processors blocked: the machine then has nothing to do,
// and waiting() says what for. With lock_order::recorded this happens only if the trace is incomplete; with
// free it can also happen because another order of locks than the recorded one is a deadlock of the program.
#ifndef MIMD_TB_TRACES_REPLAY_H
#define MIMD_TB_TRACES_REPLAY_H

#include <memory>
#include <string>
#include <vector>

#include "tb/traces/replay_order.h"
#include "tb/traces/trace_record.h"

namespace mimd::tb {

// How a processor's program stops until another one lets it go on; implemented by who drives the processors.
class blocker {
 public:
  virtual ~blocker() = default;
  // Called by the program of `cpu`; returns after wake() for it, at local time not_before or later.
  virtual void block(processor& cpu) = 0;
  // Called by another processor's program, exactly once for each block() and only while it blocks.
  virtual void wake(unsigned processor, time_ps not_before) = 0;
};

struct replay_parameters {
  lock_order locks = lock_order::recorded;  // trace.locks
  // A reference of an instruction (trace_stream::of_instructions) to more bytes counts as one of this many,
  // as Cachegrind does with the smallest line size (it matters for a few instructions such as xsave); 0: it
  // is cut into pieces at multiples of 64 instead.
  unsigned clip = 0;
};

class trace_replay {
 public:
  trace_replay(std::vector<std::unique_ptr<trace_stream>> streams, const replay_parameters& parameters,
               blocker& b);
  ~trace_replay();
  trace_replay(const trace_replay&) = delete;
  trace_replay& operator=(const trace_replay&) = delete;

  unsigned threads() const;
  void run(processor& cpu);  // replays stream cpu.id(); returns at once if there is none

  std::uint64_t records() const;  // replayed so far
  double share_done() const;      // 0 ... 1 of all bytes; negative if a size is unknown
  std::vector<std::string> waiting()
      const;  // one line for each blocked thread: who, where in its file, for what

 private:
  class thread;
  std::vector<std::unique_ptr<thread>> threads_;
  std::unique_ptr<replay_order> order_;
};

}  // namespace mimd::tb

#endif
