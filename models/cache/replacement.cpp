#include "cache/replacement.h"

#include <algorithm>

namespace mimd {

namespace {
constexpr std::uint8_t distant = 3;
constexpr std::uint8_t inserted = 2;
}  // namespace

replacement_state::replacement_state(replacement_policy policy, unsigned sets, unsigned ways,
                                     std::uint64_t seed)
    : policy_(policy),
      ways_(ways),
      random_(seed * 2 + 1),
      row_(ways <= 8 ? (std::uint64_t{1} << ways) - 1 : 0),
      ever_filled_(sets, 0) {
  const std::size_t lines = static_cast<std::size_t>(sets) * ways;
  switch (policy) {
    case replacement_policy::lru:
    case replacement_policy::fifo:
      if (ways <= 8) {
        newer_.assign(sets, 0);
      } else if (ways <= 16) {
        queue_.assign(sets, std::uint64_t{0xfedcba9876543210} << (64 - 4 * ways) >> (64 - 4 * ways));
      } else {
        stamp_.assign(lines, 0);
      }
      break;
    case replacement_policy::tree_plru:
      tree_.assign(sets, 0);
      break;
    case replacement_policy::srrip:
      prediction_.assign(lines, distant);
      break;
    case replacement_policy::random:
      break;
  }
}

unsigned replacement_state::least_stamp(unsigned set) const {
  const auto first = stamp_.begin() + static_cast<std::ptrdiff_t>(set) * ways_;
  return static_cast<unsigned>(*std::min_element(first, first + ways_)) & ((1u << way_bits) - 1);
}

unsigned replacement_state::victim(unsigned set, std::uint64_t among) {
  unsigned best = static_cast<unsigned>(__builtin_ctzll(among));
  if (policy_ != replacement_policy::lru && policy_ != replacement_policy::fifo) {
    const unsigned choice = victim(set);
    return (among >> choice & 1u) != 0 ? choice : best;
  }
  if (!queue_.empty()) {
    std::uint64_t queue = queue_[set];
    while ((among >> (queue & 15) & 1u) == 0) queue >>= 4;
    return static_cast<unsigned>(queue & 15);
  }
  const std::size_t first = static_cast<std::size_t>(set) * ways_;
  for (unsigned way = best + 1; way < ways_; ++way) {
    if ((among >> way & 1u) == 0) continue;
    const bool older = stamp_.empty() ? (newer_[set] >> (8 * best + way) & 1u) != 0
                                      : stamp_[first + way] < stamp_[first + best];
    if (older) best = way;
  }
  return best;
}

void replacement_state::point_away(unsigned set, unsigned way) {
  unsigned node = 1;
  for (unsigned half = ways_ / 2; half > 0; half /= 2) {
    const bool right = (way & half) != 0;
    const std::uint64_t bit = std::uint64_t{1} << node;
    tree_[set] = right ? tree_[set] & ~bit : tree_[set] | bit;  // a set bit: the victim is on the right
    node = node * 2 + (right ? 1 : 0);
  }
}

void replacement_state::touched_other(unsigned set, unsigned way) {
  if (policy_ == replacement_policy::tree_plru) {
    point_away(set, way);
  } else if (policy_ == replacement_policy::srrip) {
    prediction_[static_cast<std::size_t>(set) * ways_ + way] = 0;
  }
}

void replacement_state::filled_other(unsigned set, unsigned way) {
  const std::size_t line = static_cast<std::size_t>(set) * ways_ + way;
  switch (policy_) {
    case replacement_policy::fifo:
      make_newest(set, way);
      break;
    case replacement_policy::tree_plru:
      point_away(set, way);
      break;
    case replacement_policy::srrip:
      prediction_[line] = inserted;
      break;
    case replacement_policy::lru:
    case replacement_policy::random:
      break;
  }
}

unsigned replacement_state::victim_other(unsigned set) {
  const std::size_t first = static_cast<std::size_t>(set) * ways_;
  switch (policy_) {
    case replacement_policy::lru:
    case replacement_policy::fifo:
      return oldest(set);
    case replacement_policy::tree_plru: {
      unsigned node = 1;
      for (unsigned half = ways_ / 2; half > 0; half /= 2) node = node * 2 + ((tree_[set] >> node) & 1);
      return node - ways_;
    }
    case replacement_policy::srrip:
      for (;;) {
        for (unsigned way = 0; way < ways_; ++way) {
          if (prediction_[first + way] == distant) return way;
        }
        for (unsigned way = 0; way < ways_; ++way) ++prediction_[first + way];
      }
    case replacement_policy::random:
      break;
  }
  random_ ^= random_ << 13;  // xorshift64 (Marsaglia 2003)
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  return static_cast<unsigned>(random_ % ways_);
}

}  // namespace mimd
