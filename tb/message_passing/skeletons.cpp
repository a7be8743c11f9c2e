#include "tb/message_passing/skeletons.h"

namespace mimd::tb {

namespace {

using kind = call::kind;

bool message(call& c, kind what, std::uint32_t peer, std::uint32_t tag, std::uint64_t bytes) {
  c.what = what;
  c.peer = peer;
  c.tag = tag;
  c.bytes = bytes;
  return true;
}

bool wait_for_all(call& c) {
  c.what = kind::wait_all;
  return true;
}

// Send and receive one message at once with a partner: three operations.
bool exchange(call& c, std::uint32_t part, std::uint32_t partner, std::uint64_t bytes) {
  if (part == 0) return message(c, kind::ireceive, partner, 0, bytes);
  return part == 1 ? message(c, kind::isend, partner, 0, bytes) : wait_for_all(c);
}

}  // namespace

bool ping_pong::step(std::uint32_t rank, std::uint32_t index, time_ps, call& c) {
  if ((rank != a_ && rank != b_) || index >= 2 * rounds_) return false;
  const bool sends = (index % 2 == 0) == (rank == a_);
  return message(c, sends ? kind::send : kind::receive, rank == a_ ? b_ : a_, 0, bytes_);
}

bool token_ring::step(std::uint32_t rank, std::uint32_t index, time_ps, call& c) {
  if (index >= 2 * rounds_) return false;
  const bool sends = (index % 2 == 0) == (rank == 0);
  const std::uint32_t peer = sends ? (rank + 1) % ranks() : (rank + ranks() - 1) % ranks();
  return message(c, sends ? kind::send : kind::receive, peer, 0, bytes_);
}

bool message_windows::step(std::uint32_t rank, std::uint32_t index, time_ps, call& c) {
  const std::uint32_t parts = window_ + 2;
  if ((rank != from_ && rank != to_) || index >= parts * rounds_) return false;
  const std::uint32_t part = index % parts;
  const bool sender = rank == from_;
  const std::uint32_t other = sender ? to_ : from_;
  if (part < window_) return message(c, sender ? kind::isend : kind::ireceive, other, 0, bytes_);
  if (part == window_) return wait_for_all(c);
  return message(c, sender ? kind::receive : kind::send, other, 1, 0);
}

bool repeated_collective::step(std::uint32_t, std::uint32_t index, time_ps, call& c) {
  c.what = kind::collective;
  c.which = which_;
  c.peer = 0;
  c.bytes = bytes_;
  return index < rounds_;
}

halo_exchange::halo_exchange(std::vector<std::uint32_t> grid, std::uint64_t bytes, std::uint32_t rounds,
                             time_ps compute)
    : skeleton([&grid] {
        std::uint32_t product = 1;
        for (const std::uint32_t k : grid) product *= k;
        return product;
      }()),
      grid_(std::move(grid)),
      bytes_(bytes),
      rounds_(rounds),
      compute_(compute) {}

// Faces 2·d and 2·d + 1: up and down in dimension d, which varies fastest if it is 0.
std::uint32_t halo_exchange::neighbour(std::uint32_t rank, std::uint32_t face) const {
  std::uint32_t stride = 1;
  for (std::uint32_t d = 0; d < face / 2; ++d) stride *= grid_[d];
  const std::uint32_t radix = grid_[face / 2];
  const std::uint32_t here = rank / stride % radix;
  const std::uint32_t there = face % 2 == 0 ? (here + 1) % radix : (here + radix - 1) % radix;
  return rank - here * stride + there * stride;
}

bool halo_exchange::step(std::uint32_t rank, std::uint32_t index, time_ps, call& c) {
  const auto faces = static_cast<std::uint32_t>(2 * grid_.size());
  const std::uint32_t parts = 2 * faces + 1 + (compute_ == 0 ? 0u : 1u);
  if (index >= rounds_ * parts) return false;
  const std::uint32_t part = index % parts;
  // What leaves upwards comes in from below: its tag is the face it leaves through.
  if (part < faces) return message(c, kind::ireceive, neighbour(rank, part), part ^ 1u, bytes_);
  if (part < 2 * faces) return message(c, kind::isend, neighbour(rank, part - faces), part - faces, bytes_);
  if (part == 2 * faces) return wait_for_all(c);
  c.what = kind::compute;
  c.duration = compute_;
  return true;
}

random_access::random_access(std::uint32_t ranks, std::uint64_t bytes, std::uint32_t updates,
                             std::uint64_t seed)
    : skeleton(ranks), bytes_(bytes), updates_(updates), expected_(ranks, 0) {
  for (std::uint32_t r = 0; r < ranks; ++r) {
    random_.emplace_back(seed, r);
    random_generator ahead = random_.back();
    for (std::uint32_t u = 0; u < updates_; ++u) ++expected_[target(r, ahead)];
  }
}

std::uint32_t random_access::target(std::uint32_t rank, random_generator& random) const {
  if (ranks() == 1) return 0;
  const auto other = static_cast<std::uint32_t>(random.below(ranks() - 1));
  return other < rank ? other : other + 1;
}

// All receives are posted first.
bool random_access::step(std::uint32_t rank, std::uint32_t index, time_ps, call& c) {
  if (index < expected_[rank])
    return message(c, kind::ireceive, message_passing::any_source, message_passing::any_tag, bytes_);
  index -= expected_[rank];
  if (index < updates_) return message(c, kind::isend, target(rank, random_[rank]), 0, bytes_);
  return index == updates_ && wait_for_all(c);
}

bool bisection_exchange::step(std::uint32_t rank, std::uint32_t index, time_ps, call& c) {
  const std::uint32_t here = rank / stride_ % radix_;
  if (index >= 3 * rounds_ || here >= 2 * half_) return false;
  const std::uint32_t distance = half_ * stride_;
  return exchange(c, index % 3, here < half_ ? rank + distance : rank - distance, bytes_);
}

std::vector<std::uint32_t> three_factors(std::uint32_t ranks) {
  std::vector<std::uint32_t> best{ranks, 1, 1};
  for (std::uint32_t a = 1; a * a * a <= ranks; ++a) {
    if (ranks % a != 0) continue;
    for (std::uint32_t b = a; b * b <= ranks / a; ++b)
      if (ranks / a % b == 0 && ranks / a / b <= best[0]) best = {ranks / a / b, b, a};
  }
  return best;
}

}  // namespace mimd::tb
