// The arithmetic of one atomic read-modify-write, apart from where and when it happens.
//
// Values are the low `size` bytes (4 or 8) of 64-bit integers, in the host's byte order in memory; results
// are zero-extended. Reservations are not modelled here: whoever performs load_reserved and store_conditional
// keeps them, and calls apply() for store_conditional only when the store succeeds. Source: RISC-V
// unprivileged ISA, chapter "A" (LR/SC, AMO), and its Zacas extension for compare_swap.
#ifndef MIMD_CPU_ATOMIC_OPERATION_H
#define MIMD_CPU_ATOMIC_OPERATION_H

#include <cstdint>

#include "cpu/processor.h"

namespace mimd {

// The value that memory holds after `operation` found `old` there. load_reserved leaves `old`;
// compare_swap stores `operand` where `old` equals `expected` in its low `size` bytes.
// Throws std::invalid_argument for a size other than 4 or 8.
std::uint64_t apply(atomic_operation operation, std::uint64_t old, std::uint64_t operand,
                    std::uint64_t expected, unsigned size);

}  // namespace mimd

#endif
