// Ends the threads of a simulation that is not gone on with.
//
// SystemC frees the stacks of threads that still wait when a simulation is over, but destroys nothing on
// them: what suspended programs hold is lost. unwind() kills every thread, which destroys what is on its
// stack (sc_process_handle::kill, IEEE 1666 clause 5.6.6); a thread must let sc_unwind_exception pass.
//
// Made before the simulation starts (only a process may kill others: it has one). unwind() is called while
// the simulation is paused; it runs one delta cycle, and nothing is to be simulated afterwards.
#ifndef MIMD_PLATFORMS_SUPPORT_THREAD_UNWINDER_H
#define MIMD_PLATFORMS_SUPPORT_THREAD_UNWINDER_H

#include <systemc>

namespace mimd {

class thread_unwinder {
 public:
  thread_unwinder();

  void unwind();

 private:
  static void kill_threads();

  sc_core::sc_event go_;
};

}  // namespace mimd

#endif
