// A cycle of pointers through lines in random order, one pointer at the start of each line: what programs
// that measure latency follow, since no load can begin before the one before has ended.
#ifndef MIMD_TB_WORKLOADS_POINTER_CHAIN_H
#define MIMD_TB_WORKLOADS_POINTER_CHAIN_H

#include <cstdint>
#include <string>
#include <vector>

#include "infrastructure/random.h"
#include "tb/workload.h"

namespace mimd::tb {

class pointer_chain {
 public:
  // `lines` (1 ... 2^32) lines of `line` bytes from `first`, in an order drawn from `random`.
  pointer_chain(address_t first, std::uint64_t lines, std::uint64_t line, random_generator random);

  std::uint64_t lines() const { return order_.size(); }
  // The hop-th line on the way, from 0, round and round.
  address_t at(std::uint64_t hop) const { return first_ + order_[hop % order_.size()] * line_; }

  void write(memory_image& memory) const;
  void store(processor& cpu) const;

  // Loads the pointer in the hop-th line. The first one that is not as written is remembered.
  void follow(processor& cpu, std::uint64_t hop) {
    const auto found = cpu.load<address_t>(at(hop));
    if (found != at(hop + 1) && wrong_.empty()) complain(cpu, hop, found);
  }
  // Once around from the start; the time it took.
  time_ps follow_all(processor& cpu);

  // Also looks at what memory holds now. One line, or "" if every pointer is and has been right.
  std::string wrong(memory_image& memory) const;

 private:
  void complain(const processor& cpu, std::uint64_t hop, address_t found);

  address_t first_;
  std::uint64_t line_;
  std::vector<std::uint32_t> order_;
  std::string wrong_;
};

}  // namespace mimd::tb

#endif
