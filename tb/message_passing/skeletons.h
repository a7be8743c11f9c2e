// Programs of any number of ranks, made of nothing but their communication: each operation is computed when a
// rank gets there, from one number a rank.
#ifndef MIMD_TB_MESSAGE_PASSING_SKELETONS_H
#define MIMD_TB_MESSAGE_PASSING_SKELETONS_H

#include <cstdint>
#include <memory>
#include <vector>

#include "infrastructure/random.h"
#include "message_passing/operation_stream.h"

namespace mimd::tb {

using message_passing::call;
using message_passing::operation_stream;

// The base of all: how far each rank is.
class skeleton : public operation_stream {
 public:
  bool next(std::uint32_t rank, time_ps now, call& c) final {
    c = {};
    return step(rank, done_[rank]++, now, c);
  }

 protected:
  explicit skeleton(std::uint32_t ranks) : done_(ranks, 0) {}
  // The index-th operation of a rank; false after the last.
  virtual bool step(std::uint32_t rank, std::uint32_t index, time_ps now, call& c) = 0;
  std::uint32_t ranks() const { return static_cast<std::uint32_t>(done_.size()); }

 private:
  std::vector<std::uint32_t> done_;
};

// Two ranks send a message to and fro; the others end at once.
class ping_pong final : public skeleton {
 public:
  ping_pong(std::uint32_t ranks, std::uint32_t a, std::uint32_t b, std::uint64_t bytes, std::uint32_t rounds)
      : skeleton(ranks), a_(a), b_(b), bytes_(bytes), rounds_(rounds) {}

 private:
  bool step(std::uint32_t rank, std::uint32_t index, time_ps now, call& c) override;

  std::uint32_t a_;
  std::uint32_t b_;
  std::uint64_t bytes_;
  std::uint32_t rounds_;
};

// A message goes round all ranks, a number of times.
class token_ring final : public skeleton {
 public:
  token_ring(std::uint32_t ranks, std::uint64_t bytes, std::uint32_t rounds)
      : skeleton(ranks), bytes_(bytes), rounds_(ranks < 2 ? 0 : rounds) {}

 private:
  bool step(std::uint32_t rank, std::uint32_t index, time_ps now, call& c) override;

  std::uint64_t bytes_;
  std::uint32_t rounds_;
};

// One rank sends windows of messages to another, which answers each window with an empty message.
class message_windows final : public skeleton {
 public:
  message_windows(std::uint32_t ranks, std::uint32_t from, std::uint32_t to, std::uint64_t bytes,
                  std::uint32_t window, std::uint32_t rounds)
      : skeleton(ranks), from_(from), to_(to), bytes_(bytes), window_(window), rounds_(rounds) {}

 private:
  bool step(std::uint32_t rank, std::uint32_t index, time_ps now, call& c) override;

  std::uint32_t from_;
  std::uint32_t to_;
  std::uint64_t bytes_;
  std::uint32_t window_;
  std::uint32_t rounds_;
};

// All ranks do one collective operation, a number of times.
class repeated_collective final : public skeleton {
 public:
  repeated_collective(std::uint32_t ranks, message_passing::collective which, std::uint64_t bytes,
                      std::uint32_t rounds)
      : skeleton(ranks), which_(which), bytes_(bytes), rounds_(rounds) {}

 private:
  bool step(std::uint32_t rank, std::uint32_t index, time_ps now, call& c) override;

  message_passing::collective which_;
  std::uint64_t bytes_;
  std::uint32_t rounds_;
};

// Ranks on a grid that wraps exchange faces with their two neighbours in each dimension, all at once, then
// compute.
class halo_exchange final : public skeleton {
 public:
  halo_exchange(std::vector<std::uint32_t> grid, std::uint64_t bytes, std::uint32_t rounds, time_ps compute);

 private:
  bool step(std::uint32_t rank, std::uint32_t index, time_ps now, call& c) override;
  std::uint32_t neighbour(std::uint32_t rank, std::uint32_t face) const;

  std::vector<std::uint32_t> grid_;
  std::uint64_t bytes_;
  std::uint32_t rounds_;
  time_ps compute_;
};

// Random access: each rank sends a number of updates to ranks drawn at random, and receives those for it from
// anybody.
class random_access final : public skeleton {
 public:
  random_access(std::uint32_t ranks, std::uint64_t bytes, std::uint32_t updates, std::uint64_t seed);

 private:
  bool step(std::uint32_t rank, std::uint32_t index, time_ps now, call& c) override;
  std::uint32_t target(std::uint32_t rank, random_generator& random) const;

  std::uint64_t bytes_;
  std::uint32_t updates_;
  std::vector<random_generator> random_;
  std::vector<std::uint32_t> expected_;  // updates for each rank
};

// Ranks half a dimension apart exchange a message, all at once, a number of times: the load of a bisection.
// Ranks whose numbers differ by `stride` are neighbours in that dimension, which has `radix` of them.
class bisection_exchange final : public skeleton {
 public:
  bisection_exchange(std::uint32_t ranks, std::uint32_t radix, std::uint32_t stride, std::uint64_t bytes,
                     std::uint32_t rounds)
      : skeleton(ranks), half_(radix / 2), radix_(radix), stride_(stride), bytes_(bytes), rounds_(rounds) {}

 private:
  bool step(std::uint32_t rank, std::uint32_t index, time_ps now, call& c) override;

  std::uint32_t half_;
  std::uint32_t radix_;
  std::uint32_t stride_;
  std::uint64_t bytes_;
  std::uint32_t rounds_;
};

// As nearly cubic as it gets: three factors of a number, the largest first.
std::vector<std::uint32_t> three_factors(std::uint32_t ranks);

}  // namespace mimd::tb

#endif
