// Processors that measure one after the other, for programs whose measurement any other access would disturb.
//
// A processor waits asleep and looks every now and then at a variable of the host: no access to simulated
// memory, no event but its own wake-ups. pass() fences first, so what one did in its turn is performed before
// the next begins; the next begins up to 10 us later.
#ifndef MIMD_TB_SYNCHRONISATION_TURNS_H
#define MIMD_TB_SYNCHRONISATION_TURNS_H

#include <cstdint>

#include "cpu/processor.h"

namespace mimd::tb {

class turns {
 public:
  // Until it is turn `number`, from 0; not earlier ones.
  void await(processor& cpu, std::uint64_t number) {
    while (present_ != number) cpu.sleep_until(cpu.now() + (number - present_) * nap);
  }

  void pass(processor& cpu) {
    cpu.fence();
    cpu.sleep_until(cpu.now());  // others' time reaches this processor's
    ++present_;
  }

 private:
  static constexpr time_ps nap = 10'000'000;  // a turn rarely takes less, so distant turns are not looked for

  std::uint64_t present_ = 0;
};

}  // namespace mimd::tb

#endif
