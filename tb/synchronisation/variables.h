// What all synchronisation classes share: variables on lines of their own, and polling.
#ifndef MIMD_TB_SYNCHRONISATION_VARIABLES_H
#define MIMD_TB_SYNCHRONISATION_VARIABLES_H

#include <algorithm>
#include <cstdint>
#include <vector>

#include "cpu/processor.h"
#include "tb/workload.h"

namespace mimd::tb {

inline constexpr std::uint64_t default_line = 64;
inline constexpr std::uint64_t poll_cycles = 8;  // between two looks at a variable, so that time goes on

// `lines` zeroed lines; returns the address of the first.
inline address_t allocate_lines(memory_image& memory, std::uint64_t lines, std::uint64_t line) {
  const address_t base = memory.allocate(lines * line, line);
  const std::vector<std::uint8_t> zeros(line, 0);
  for (std::uint64_t i = 0; i < lines; ++i) memory.write(base + i * line, zeros.data(), line);
  return base;
}

inline void wait_until_equal(processor& cpu, address_t word, std::uint32_t value) {
  auto seen = cpu.load<std::uint32_t>(word);
  while (seen != value) seen = cpu.poll_while(word, seen, poll_cycles);
}

// Deterministic exponential back-off.
class exponential_backoff {
 public:
  void pause(processor& cpu) {
    cpu.compute(cycles_);
    cycles_ = std::min(2 * cycles_, limit);
  }

 private:
  static constexpr std::uint64_t limit = 128 * poll_cycles;
  std::uint64_t cycles_ = poll_cycles;
};

}  // namespace mimd::tb

#endif
