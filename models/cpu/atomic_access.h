// Performing the atomic operation of a payload (atomic_extension.h) on bytes of memory.
#ifndef MIMD_CPU_ATOMIC_ACCESS_H
#define MIMD_CPU_ATOMIC_ACCESS_H

#include <cstring>

#include "cpu/atomic_extension.h"
#include "cpu/atomic_operation.h"

namespace mimd {

// 4 or 8 bytes, naturally aligned, no byte enables.
inline bool atomic_is_possible(const tlm::tlm_generic_payload& payload) {
  const unsigned size = payload.get_data_length();
  const unsigned width = payload.get_streaming_width();
  return (size == 4 || size == 8) && payload.get_address() % size == 0 && !payload.get_byte_enable_ptr() &&
         (width == 0 || width >= size);
}

inline void fail_conditional(atomic_extension& atomic) {
  atomic.result = 1;
  atomic.done = true;
}

// `reserved`: the reservation that a store_conditional needs is held. Sets result and done.
inline void perform_atomic_on(atomic_extension& atomic, std::uint8_t* bytes, unsigned size, bool reserved) {
  std::uint64_t old = 0;
  std::memcpy(&old, bytes, size);
  atomic.done = true;
  if (atomic.operation == atomic_operation::store_conditional) {
    atomic.result = reserved ? 0 : 1;
    if (!reserved) return;
  } else {
    atomic.result = old;
  }
  const std::uint64_t next = apply(atomic.operation, old, atomic.operand, atomic.expected, size);
  std::memcpy(bytes, &next, size);
}

}  // namespace mimd

#endif
