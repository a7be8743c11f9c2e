#include "tb/synchronisation/semaphore.h"

namespace mimd::tb {

semaphore::semaphore(memory_image& memory, std::uint32_t units, std::uint64_t line)
    : units_(allocate_lines(memory, 1, line)) {
  memory.write(units_, &units, sizeof(units));
}

bool semaphore::try_acquire(processor& cpu) {
  const synchronisation_scope scope(cpu);
  auto units = cpu.load<std::uint32_t>(units_);
  while (units != 0) {
    const auto found = cpu.atomic<std::uint32_t>(atomic_operation::compare_swap, units_, units - 1, units);
    if (found == units) return true;
    units = found;
  }
  return false;
}

void semaphore::acquire(processor& cpu) {
  const synchronisation_scope scope(cpu);
  exponential_backoff backoff;
  while (!try_acquire(cpu)) backoff.pause(cpu);
}

void semaphore::release(processor& cpu) {
  const synchronisation_scope scope(cpu);
  cpu.fetch_add<std::uint32_t>(units_, 1);
}

}  // namespace mimd::tb
