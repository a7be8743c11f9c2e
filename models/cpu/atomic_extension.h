// How an atomic operation travels through TLM-2.0 base-protocol sockets.
//
// The payload has TLM_IGNORE_COMMAND, the address, the data length (4 or 8, naturally aligned), a data
// pointer to that many bytes of the initiator, and this ignorable extension. A target that performs the
// operation sets `result` and `done` and responds TLM_OK_RESPONSE; it does not touch the data array. A target
// that does not know the extension does nothing, whatever it responds: the initiator looks at `done`, never
// at the status alone. A bridge that copies the payload carries request and answer with clone() and
// copy_from().
//
// `result` is the old value, zero-extended, or 0 (stored) / 1 (failed) for store_conditional.
// The initiator owns the extension and clears `done` before each call.
#ifndef MIMD_CPU_ATOMIC_EXTENSION_H
#define MIMD_CPU_ATOMIC_EXTENSION_H

#include <cstdint>
#include <tlm>

#include "cpu/processor.h"

namespace mimd {

struct atomic_extension : tlm::tlm_extension<atomic_extension> {
  atomic_operation operation = atomic_operation::swap;
  std::uint64_t operand = 0;
  std::uint64_t expected = 0;  // compare_swap only
  std::uint64_t result = 0;
  bool done = false;

  tlm::tlm_extension_base* clone() const override { return new atomic_extension(*this); }
  void copy_from(const tlm::tlm_extension_base& other) override {
    *this = static_cast<const atomic_extension&>(other);
  }
};

}  // namespace mimd

#endif
