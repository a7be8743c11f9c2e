// The schedules of collective operations: who sends which blocks to whom, in which order, and what becomes of
// what is received. Pure arithmetic: a step is computed from (rank, index), nothing is stored, so that a rank
// in the middle of a collective is one number. An abstract machine takes only the sizes, a real one moves the
// bytes; both run the same steps.
//
// Data. Each rank has `work`, the vector that a collective works on, and for all-to-all also `input`. The
// vector is divided into schedule.blocks blocks (part_of()): of one vector in broadcast, reduce, allreduce
// and scan; a contribution a rank each in gather, scatter, allgather and all-to-all, block r being that of
// rank r.
//   broadcast          before: work of the root                  after: the same in all
//   reduce, allreduce  before: each its own vector in work       after: the combination in work (of the root)
//   scan               likewise; after: the combination of ranks 0 ... r
//   gather, allgather  before: work[r] of rank r                 after: all blocks in work (of the root)
//   scatter            before: all blocks in work of the root    after: work[r] of rank r
//   all-to-all         before: input[d] is meant for rank d      after: work[s] came from rank s
//   barrier            nothing
//
// A step posts its receive, then its send; if it waits, all that was posted until then completes before the
// next step. What is sent is read when the step begins; what is combined is combined in the order of steps,
// at the wait. Recursive doubling, the scans, and binomial and linear reduce to root 0 keep the order of
// ranks; other roots, Rabenseifner and the ring need a commutative operation.
//
// Sources: Hensgen, Finkel, Manber, "Two algorithms for barrier synchronization", 1988 (dissemination);
// Bruck et al., IEEE TPDS 8(11) 1997; Thakur, Rabenseifner, Gropp, "Optimization of collective communication
// operations in MPICH", 2005; Hillis, Steele, "Data parallel algorithms", 1986 (scan).
#ifndef MIMD_MESSAGE_PASSING_COLLECTIVE_SCHEDULE_H
#define MIMD_MESSAGE_PASSING_COLLECTIVE_SCHEDULE_H

#include <cstdint>

namespace mimd::message_passing {

inline constexpr std::uint32_t no_rank = 0xffffffffu;

// Of `blocks` blocks, counted round: first + i for i = 0 ... count - 1, with mask only those where i & mask.
struct block_set {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  std::uint32_t mask = 0;
};

enum class reception : std::uint8_t {
  store,
  combine_before,  // received ∘ own: the sender stands for lower ranks
  combine_after,   // own ∘ received
};

enum class local_move : std::uint8_t {
  none,
  copy_own,    // work[rank] = input[rank]
  rotate_in,   // work[i] = input[rank + i]
  rotate_out,  // work[rank - i] = work[i]
};

struct collective_step {
  std::uint32_t send_to = no_rank;
  std::uint32_t receive_from = no_rank;
  block_set sent;
  block_set received;
  reception how = reception::store;
  bool from_input = false;  // what is sent is read from `input`
  bool waits = true;
  local_move before = local_move::none;  // done when the step begins
};

enum class pattern : std::uint8_t {
  dissemination,
  binomial_broadcast,
  linear_broadcast,
  binomial_reduce,
  linear_reduce,  // the root takes all at once
  binomial_gather,
  linear_gather,
  binomial_scatter,
  linear_scatter,
  ring_allgather,
  bruck_allgather,
  linear_allgather,    // everybody sends to everybody at once
  recursive_doubling,  // allreduce
  rabenseifner,        // allreduce: recursive halving, then doubling
  ring_allreduce,
  pairwise,  // all-to-all
  bruck,     // all-to-all
  linear_all_to_all,
  doubling_scan,
  chain_scan,
  linear_scan,  // everybody sends to all higher ranks at once
};

struct schedule {
  pattern kind = pattern::dissemination;
  std::uint32_t ranks = 1;
  std::uint32_t root = 0;

  // Into how many blocks the vector is divided; at least 1.
  std::uint32_t blocks() const;
  // The index-th step of a rank; false after the last.
  bool step(std::uint32_t rank, std::uint32_t index, collective_step& s) const;
};

// How many blocks a set holds.
std::uint32_t size_of(const block_set& s);
// Where block b begins of `size` elements divided into `blocks` blocks that differ by one at most;
// part_of(size, blocks, blocks) == size.
constexpr std::uint64_t part_of(std::uint64_t size, std::uint32_t blocks, std::uint32_t b) {
  return size / blocks * b + size % blocks * b / blocks;
}
// Elements in a set of blocks of a vector of `size` elements.
std::uint64_t elements_of(const block_set& s, std::uint64_t size, std::uint32_t blocks);

}  // namespace mimd::message_passing

#endif
