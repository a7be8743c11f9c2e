#include "tb/workloads/pointer_chain.h"

#include <numeric>

namespace mimd::tb {

pointer_chain::pointer_chain(address_t first, std::uint64_t lines, std::uint64_t line,
                             random_generator random)
    : first_(first), line_(line), order_(lines) {
  std::iota(order_.begin(), order_.end(), 0u);
  for (std::uint64_t i = lines - 1; i > 0; --i) std::swap(order_[i], order_[random.below(i + 1)]);
}

void pointer_chain::write(memory_image& memory) const {
  for (std::uint64_t hop = 0; hop < lines(); ++hop) {
    const address_t next = at(hop + 1);
    memory.write(at(hop), &next, sizeof next);
  }
}

void pointer_chain::store(processor& cpu) const {
  for (std::uint64_t hop = 0; hop < lines(); ++hop) cpu.store<address_t>(at(hop), at(hop + 1));
}

time_ps pointer_chain::follow_all(processor& cpu) {
  const time_ps begin = cpu.now();
  for (std::uint64_t hop = 0; hop < lines(); ++hop) follow(cpu, hop);
  return cpu.now() - begin;
}

std::string pointer_chain::wrong(memory_image& memory) const {
  if (!wrong_.empty()) return wrong_;
  for (std::uint64_t hop = 0; hop < lines(); ++hop) {
    address_t found = 0;
    memory.read(at(hop), &found, sizeof found);
    if (found != at(hop + 1)) {
      return "memory at " + std::to_string(at(hop)) + " holds " + std::to_string(found) + ", not " +
             std::to_string(at(hop + 1));
    }
  }
  return {};
}

void pointer_chain::complain(const processor& cpu, std::uint64_t hop, address_t found) {
  wrong_ = "cpu " + std::to_string(cpu.id()) + " read " + std::to_string(found) + " at " +
           std::to_string(at(hop)) + ", not " + std::to_string(at(hop + 1));
}

}  // namespace mimd::tb
