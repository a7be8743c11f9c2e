#include "tb/synchronisation/locks.h"

namespace mimd::tb {

test_and_set_lock::test_and_set_lock(memory_image& memory, unsigned, std::uint64_t line)
    : held_(allocate_lines(memory, 1, line)) {}

void test_and_set_lock::acquire(processor& cpu) {
  const synchronisation_scope scope(cpu);
  while (cpu.exchange<std::uint32_t>(held_, 1) != 0) cpu.compute(poll_cycles);
}

void test_and_set_lock::release(processor& cpu) {
  const synchronisation_scope scope(cpu);
  cpu.store<std::uint32_t>(held_, 0);
}

test_and_test_and_set_lock::test_and_test_and_set_lock(memory_image& memory, unsigned, std::uint64_t line)
    : held_(allocate_lines(memory, 1, line)) {}

void test_and_test_and_set_lock::acquire(processor& cpu) {
  const synchronisation_scope scope(cpu);
  exponential_backoff backoff;
  for (;;) {
    wait_until_equal(cpu, held_, 0);
    if (cpu.exchange<std::uint32_t>(held_, 1) == 0) return;
    backoff.pause(cpu);
  }
}

void test_and_test_and_set_lock::release(processor& cpu) {
  const synchronisation_scope scope(cpu);
  cpu.store<std::uint32_t>(held_, 0);
}

ticket_lock::ticket_lock(memory_image& memory, unsigned, std::uint64_t line)
    : next_(allocate_lines(memory, 2, line)), serving_(next_ + line) {}

void ticket_lock::acquire(processor& cpu) {
  const synchronisation_scope scope(cpu);
  const auto mine = cpu.fetch_add<std::uint32_t>(next_, 1);
  auto serving = cpu.load<std::uint32_t>(serving_);
  while (serving != mine) serving = cpu.poll_while(serving_, serving, poll_cycles * (mine - serving));
}

void ticket_lock::release(processor& cpu) {
  const synchronisation_scope scope(cpu);
  cpu.store(serving_, cpu.load<std::uint32_t>(serving_) + 1);
}

memory_lock::memory_lock(memory_image& memory, unsigned, std::uint64_t line)
    : word_(allocate_lines(memory, 1, line)) {}

void memory_lock::acquire(processor& cpu) {
  const synchronisation_scope scope(cpu);
  exponential_backoff backoff;
  while (cpu.atomic<std::uint32_t>(atomic_operation::acquire_lock, word_, 1) != 0) backoff.pause(cpu);
}

void memory_lock::release(processor& cpu) {
  const synchronisation_scope scope(cpu);
  cpu.atomic<std::uint32_t>(atomic_operation::release_lock, word_, 0);
}

mcs_lock::mcs_lock(memory_image& memory, unsigned processors, std::uint64_t line)
    : line_(std::max<std::uint64_t>(line, 16)),
      tail_(allocate_lines(memory, std::uint64_t{processors} + 1, line_)) {}

void mcs_lock::acquire(processor& cpu) {
  const synchronisation_scope scope(cpu);
  const address_t mine = node(cpu);
  cpu.store<std::uint64_t>(mine, 0);
  const auto before = cpu.exchange<std::uint64_t>(tail_, mine);
  if (before == 0) return;
  cpu.store<std::uint32_t>(mine + 8, 1);
  cpu.store<std::uint64_t>(before, mine);
  wait_until_equal(cpu, mine + 8, 0);
}

void mcs_lock::release(processor& cpu) {
  const synchronisation_scope scope(cpu);
  const address_t mine = node(cpu);
  auto next = cpu.load<std::uint64_t>(mine);
  if (next == 0) {
    if (cpu.compare_exchange<std::uint64_t>(tail_, mine, 0)) return;
    next = cpu.load<std::uint64_t>(mine);
    if (next == 0) next = cpu.poll_while<std::uint64_t>(mine, 0, poll_cycles);
  }
  cpu.store<std::uint32_t>(next + 8, 0);
}

}  // namespace mimd::tb
