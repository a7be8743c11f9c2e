#include "tb/synchronisation/bounded_queue.h"

#include <stdexcept>

namespace mimd::tb {

bounded_queue::bounded_queue(memory_image& memory, std::uint64_t capacity, std::uint64_t line)
    : capacity_(capacity), line_(std::max<std::uint64_t>(line, 16)) {
  if (capacity < 2 || (capacity & (capacity - 1)) != 0) {
    throw std::invalid_argument("bounded queue: capacity must be a power of two, at least 2, not " +
                                std::to_string(capacity));
  }
  head_ = allocate_lines(memory, 2, line_);
  tail_ = head_ + line_;
  cells_ = allocate_lines(memory, capacity, line_);
  for (std::uint64_t i = 0; i < capacity; ++i) memory.write(cell(i), &i, sizeof(i));
}

bool bounded_queue::try_enqueue(processor& cpu, std::uint64_t value) {
  const synchronisation_scope scope(cpu);
  auto position = cpu.load<std::uint64_t>(tail_);
  for (;;) {
    const address_t here = cell(position);
    const auto lead = static_cast<std::int64_t>(cpu.load<std::uint64_t>(here) - position);
    if (lead < 0) return false;
    if (lead == 0 && cpu.compare_exchange(tail_, position, position + 1)) {
      cpu.store(here + 8, value);
      cpu.store(here, position + 1);
      return true;
    }
    position = cpu.load<std::uint64_t>(tail_);
  }
}

std::optional<std::uint64_t> bounded_queue::try_dequeue(processor& cpu) {
  const synchronisation_scope scope(cpu);
  auto position = cpu.load<std::uint64_t>(head_);
  for (;;) {
    const address_t here = cell(position);
    const auto lead = static_cast<std::int64_t>(cpu.load<std::uint64_t>(here) - (position + 1));
    if (lead < 0) return std::nullopt;
    if (lead == 0 && cpu.compare_exchange(head_, position, position + 1)) {
      const auto value = cpu.load<std::uint64_t>(here + 8);
      cpu.store(here, position + capacity_);
      return value;
    }
    position = cpu.load<std::uint64_t>(head_);
  }
}

void bounded_queue::enqueue(processor& cpu, std::uint64_t value) {
  const synchronisation_scope scope(cpu);
  while (!try_enqueue(cpu, value)) cpu.compute(poll_cycles);
}

std::uint64_t bounded_queue::dequeue(processor& cpu) {
  const synchronisation_scope scope(cpu);
  for (;;) {
    if (const auto value = try_dequeue(cpu)) return *value;
    cpu.compute(poll_cycles);
  }
}

}  // namespace mimd::tb
