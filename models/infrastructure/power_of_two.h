#ifndef MIMD_INFRASTRUCTURE_POWER_OF_TWO_H
#define MIMD_INFRASTRUCTURE_POWER_OF_TWO_H

#include <cstdint>

namespace mimd {

constexpr bool is_power_of_two(std::uint64_t n) {
  return n != 0 && (n & (n - 1)) == 0;
}

}  // namespace mimd

#endif
