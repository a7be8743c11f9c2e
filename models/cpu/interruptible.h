// A processor whose program can be interrupted: what a driver that takes interrupts needs beside processor.h.
#ifndef MIMD_CPU_INTERRUPTIBLE_H
#define MIMD_CPU_INTERRUPTIBLE_H

#include <functional>

namespace mimd {

class interruptible {
 public:
  // Called in the processor's own context whenever its line is high and interrupts are not masked: between
  // two accesses, or at the end of a cycle of computing. Masked while it runs. Before time starts.
  virtual void set_interrupt_handler(std::function<void()> handler) = 0;
  virtual void mask_interrupts(bool masked) = 0;  // at first they are not

 protected:
  ~interruptible() = default;
};

}  // namespace mimd

#endif
