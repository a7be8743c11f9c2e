#include "tb/synchronisation/barriers.h"

#include <stdexcept>

namespace mimd::tb {

central_barrier::central_barrier(memory_image& memory, unsigned processors, std::uint64_t line)
    : processors_(processors),
      arrived_(allocate_lines(memory, 2, line)),
      sense_(arrived_ + line),
      local_sense_(processors, 0) {}

void central_barrier::wait(processor& cpu) {
  const synchronisation_scope scope(cpu);
  const std::uint32_t sense = local_sense_[cpu.id()] ^= 1u;
  if (cpu.fetch_add<std::uint32_t>(arrived_, 1) + 1 == processors_) {
    cpu.store<std::uint32_t>(arrived_, 0);
    cpu.store<std::uint32_t>(sense_, sense);
  } else {
    wait_until_equal(cpu, sense_, sense);
  }
}

tree_barrier::tree_barrier(memory_image& memory, unsigned processors, unsigned fan_in, std::uint64_t line)
    : fan_in_(fan_in), local_sense_(processors, 0) {
  if (fan_in < 2) throw std::invalid_argument("tree barrier: fan-in must be at least 2");
  unsigned children = processors;
  std::size_t level = 0;  // index of the level's first node
  for (;;) {
    const unsigned width = (children + fan_in - 1) / fan_in;
    for (unsigned i = 0; i < width; ++i) {
      const address_t base = allocate_lines(memory, 2, line);
      const std::size_t parent = width == 1 ? level : level + width + i / fan_in;
      nodes_.push_back({base, base + line, std::min(fan_in, children - i * fan_in), parent});
    }
    if (width == 1) break;
    level += width;
    children = width;
  }
}

void tree_barrier::wait(processor& cpu) {
  const synchronisation_scope scope(cpu);
  const std::uint32_t sense = local_sense_[cpu.id()] ^= 1u;
  pass(cpu, cpu.id() / fan_in_, sense);
}

void tree_barrier::pass(processor& cpu, std::size_t at, std::uint32_t sense) {
  const node& here = nodes_[at];
  if (cpu.fetch_add<std::uint32_t>(here.arrived, 1) + 1 == here.members) {
    if (here.parent != at) pass(cpu, here.parent, sense);
    cpu.store<std::uint32_t>(here.arrived, 0);
    cpu.store<std::uint32_t>(here.sense, sense);
  } else {
    wait_until_equal(cpu, here.sense, sense);
  }
}

namespace {

unsigned dissemination_rounds(unsigned processors) {
  unsigned rounds = 0;
  while ((std::uint64_t{1} << rounds) < processors) ++rounds;
  return rounds;
}

}  // namespace

dissemination_barrier::dissemination_barrier(memory_image& memory, unsigned processors, std::uint64_t line)
    : processors_(processors),
      rounds_(dissemination_rounds(processors)),
      line_(line),
      flags_(allocate_lines(memory, std::uint64_t{2} * processors * rounds_, line)),
      local_(processors) {}

void dissemination_barrier::wait(processor& cpu) {
  const synchronisation_scope scope(cpu);
  position& here = local_[cpu.id()];
  for (unsigned round = 0; round < rounds_; ++round) {
    const auto partner = static_cast<unsigned>((cpu.id() + (std::uint64_t{1} << round)) % processors_);
    cpu.store<std::uint32_t>(flag(partner, here.parity, round), here.sense);
    wait_until_equal(cpu, flag(cpu.id(), here.parity, round), here.sense);
  }
  // The two sets of flags keep a fast processor's next arrival apart from a slow one's present wait.
  if (here.parity == 1) here.sense ^= 1u;
  here.parity ^= 1u;
}

}  // namespace mimd::tb
