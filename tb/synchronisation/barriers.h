// Barriers over simulated memory, on plain loads, stores and fetch-and-add; correct on SC and on TSO.
//
// On TSO no fence is needed: an arrival is an atomic (which drains the store buffer) or a store that leaves
// the FIFO store buffer after the stores of the phase before it. Every variable is on a line of its own. All
// accesses are marked as synchronisation. What a processor remembers between two barriers (its sense) is a
// register of it, kept on the host.
#ifndef MIMD_TB_SYNCHRONISATION_BARRIERS_H
#define MIMD_TB_SYNCHRONISATION_BARRIERS_H

#include <cstdint>
#include <vector>

#include "cpu/processor.h"
#include "tb/synchronisation/variables.h"
#include "tb/workload.h"

namespace mimd::tb {

// One counter and one sense word for all.
class central_barrier {
 public:
  central_barrier(memory_image& memory, unsigned processors, std::uint64_t line = default_line);
  void wait(processor& cpu);

 private:
  unsigned processors_;
  address_t arrived_;
  address_t sense_;
  std::vector<std::uint32_t> local_sense_;
};

// A combining tree (Yew, Tzeng, Lawrie 1987) of counters: `fan_in` processors or subtrees meet at a node.
class tree_barrier {
 public:
  tree_barrier(memory_image& memory, unsigned processors, unsigned fan_in = 4,
               std::uint64_t line = default_line);
  void wait(processor& cpu);

 private:
  struct node {
    address_t arrived;
    address_t sense;
    unsigned members;
    std::size_t parent;  // its own index at the root
  };
  void pass(processor& cpu, std::size_t at, std::uint32_t sense);

  unsigned fan_in_;
  std::vector<node> nodes_;
  std::vector<std::uint32_t> local_sense_;
};

// Dissemination (Hensgen, Finkel, Manber 1988): ceil(log2 N) rounds of flags, no atomics, no hot spot.
class dissemination_barrier {
 public:
  dissemination_barrier(memory_image& memory, unsigned processors, std::uint64_t line = default_line);
  void wait(processor& cpu);

 private:
  struct position {
    unsigned parity = 0;
    std::uint32_t sense = 1;
  };
  address_t flag(unsigned owner, unsigned parity, unsigned round) const {
    return flags_ + ((std::uint64_t{owner} * 2 + parity) * rounds_ + round) * line_;
  }

  unsigned processors_;
  unsigned rounds_;
  std::uint64_t line_;
  address_t flags_;
  std::vector<position> local_;
};

}  // namespace mimd::tb

#endif
