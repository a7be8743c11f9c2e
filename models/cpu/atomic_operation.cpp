#include "cpu/atomic_operation.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace mimd {

namespace {

template <typename Unsigned, typename Signed>
Unsigned apply_sized(atomic_operation operation, Unsigned old, Unsigned operand, Unsigned expected) {
  switch (operation) {
    case atomic_operation::load_reserved:
      return old;
    case atomic_operation::store_conditional:
    case atomic_operation::swap:
      return operand;
    case atomic_operation::add:
      return static_cast<Unsigned>(old + operand);
    case atomic_operation::min_signed:
      return static_cast<Signed>(operand) < static_cast<Signed>(old) ? operand : old;
    case atomic_operation::max_signed:
      return static_cast<Signed>(operand) > static_cast<Signed>(old) ? operand : old;
    case atomic_operation::min_unsigned:
      return std::min(old, operand);
    case atomic_operation::max_unsigned:
      return std::max(old, operand);
    case atomic_operation::bit_and:
      return old & operand;
    case atomic_operation::bit_or:
      return old | operand;
    case atomic_operation::bit_xor:
      return old ^ operand;
    case atomic_operation::compare_swap:
      return old == expected ? operand : old;
    case atomic_operation::acquire_lock:
      return old == 0 ? operand : old;
    case atomic_operation::release_lock:
      return 0;
  }
  throw std::invalid_argument("atomic operation " + std::to_string(static_cast<unsigned>(operation)) +
                              " does not exist");
}

}  // namespace

std::uint64_t apply(atomic_operation operation, std::uint64_t old, std::uint64_t operand,
                    std::uint64_t expected, unsigned size) {
  if (size == 8) return apply_sized<std::uint64_t, std::int64_t>(operation, old, operand, expected);
  if (size == 4) {
    return apply_sized<std::uint32_t, std::int32_t>(operation, static_cast<std::uint32_t>(old),
                                                    static_cast<std::uint32_t>(operand),
                                                    static_cast<std::uint32_t>(expected));
  }
  throw std::invalid_argument("an atomic access is 4 or 8 bytes, not " + std::to_string(size));
}

}  // namespace mimd
