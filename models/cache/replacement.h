// Replacement policies of one cache array.
//
// LRU (true), tree-PLRU (ways a power of two), FIFO, random (seeded, deterministic) and SRRIP with 2-bit
// re-reference predictions, hit priority (Jaleel et al., ISCA 2010). Ways that were never filled go first, in
// order. A line that another cache invalidated keeps its place: which line goes next then depends on the
// references of this cache alone, not on when a remote write happened to arrive, so that both timings replace
// the same lines.
#ifndef MIMD_CACHE_REPLACEMENT_H
#define MIMD_CACHE_REPLACEMENT_H

#include <cstdint>
#include <vector>

namespace mimd {

enum class replacement_policy : std::uint8_t { lru, tree_plru, fifo, random, srrip };

class replacement_state {
 public:
  replacement_state(replacement_policy policy, unsigned sets, unsigned ways, std::uint64_t seed);

  // True if touching a way that was the last one touched in its set changes nothing.
  bool repeat_is_idle() const { return policy_ != replacement_policy::srrip; }

  void touched(unsigned set, unsigned way) {
    if (policy_ == replacement_policy::lru) {
      make_newest(set, way);
    } else {
      touched_other(set, way);
    }
  }
  void filled(unsigned set, unsigned way) {
    if (way == ever_filled_[set]) ++ever_filled_[set];
    if (policy_ == replacement_policy::lru) {
      make_newest(set, way);
    } else {
      filled_other(set, way);
    }
  }
  // Of the ways in `among`, a bit each and at least one, the one that goes first; exact for lru and fifo.
  unsigned victim(unsigned set, std::uint64_t among);
  // Whether oldest() is what victim() will say where every way was filled.
  bool tells_victim() const {
    return policy_ == replacement_policy::lru || policy_ == replacement_policy::fifo;
  }
  // By touch or fill.
  unsigned oldest(unsigned set) const {
    if (!queue_.empty()) return static_cast<unsigned>(queue_[set] & 15);
    if (!stamp_.empty()) return least_stamp(set);
    const std::uint64_t m = newer_[set];
    const std::uint64_t zero_bytes = (m - every_row) & ~m & (every_row << 7);  // exact for the lowest one
    return static_cast<unsigned>(__builtin_ctzll(zero_bytes)) / 8;
  }
  unsigned victim(unsigned set) {
    if (ever_filled_[set] < ways_) return ever_filled_[set];
    return policy_ == replacement_policy::lru ? oldest(set) : victim_other(set);
  }

 private:
  void touched_other(unsigned set, unsigned way);
  void filled_other(unsigned set, unsigned way);
  unsigned victim_other(unsigned set);
  // The order of the ways of a set. Up to eight: a matrix of 8 x 8 bits in one word, in which bit j of row i
  // says that way i is newer than way j; the oldest way's row is zero. Up to sixteen: their numbers in a
  // word, four bits each, the oldest way lowest. More: a stamp a way.
  void make_newest(unsigned set, unsigned way) {
    if (!newer_.empty()) {
      newer_[set] = (newer_[set] | row_ << (8 * way)) & ~(every_row << way);
    } else if (!queue_.empty()) {
      queue_[set] = requeued(queue_[set], way);
    } else {
      stamp_[static_cast<std::size_t>(set) * ways_ + way] = ++clock_ << way_bits | way;
    }
  }
  std::uint64_t requeued(std::uint64_t queue, unsigned way) const {
    const std::uint64_t different = queue ^ every_digit * way;
    const std::uint64_t zero_digits = (different - every_digit) & ~different & every_digit << 3;
    const int place = __builtin_ctzll(zero_digits) - 3;  // exact for the lowest one
    const std::uint64_t before = (std::uint64_t{1} << place) - 1;
    const std::uint64_t others = (queue & before) | (queue >> 4 & ~before);
    return others | std::uint64_t{way} << (4 * (ways_ - 1));
  }
  unsigned least_stamp(unsigned set) const;
  void point_away(unsigned set, unsigned way);

  static constexpr unsigned way_bits = 6;
  static constexpr std::uint64_t every_row = 0x0101010101010101;
  static constexpr std::uint64_t every_digit = 0x1111111111111111;

  replacement_policy policy_;
  unsigned ways_;
  std::uint64_t clock_ = 0;
  std::uint64_t random_;
  std::uint64_t row_;                      // a row of newer_ with the bits of all ways
  std::vector<std::uint64_t> newer_;       // lru, fifo by touch or by fill: to eight ways, one a set
  std::vector<std::uint64_t> queue_;       // ... to sixteen
  std::vector<std::uint64_t> stamp_;       // ... more ways: time and the way; one a way
  std::vector<std::uint64_t> tree_;        // tree-plru: one bit a node, node 1 the root; one word a set
  std::vector<std::uint8_t> prediction_;   // srrip: 0 (soon) ... 3 (distant); one a way
  std::vector<std::uint8_t> ever_filled_;  // ways filled so far; one a set
};

}  // namespace mimd

#endif
