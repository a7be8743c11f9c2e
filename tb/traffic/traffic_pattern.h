// Who sends to whom.
//
//   uniform            any terminal, the source itself included (BookSim2's rule) unless to_self is false
//   transpose          n = k² terminals: s = y·k + x sends to x·k + y
//   bit-complement     n = 2^b terminals: every bit of the number inverted
//   bit-reverse        n = 2^b: the bits in reverse order
//   shuffle            n = 2^b: the bits rotated left by one
//   tornado            in each dimension of radix k: the coordinate plus ceil(k/2) - 1, modulo k
//   neighbour          in each dimension: the coordinate plus 1, modulo k
//   hotspot            to the hot spots in proportion to their weights, with probability hotspot_share; else
//                      uniform
//   random-permutation one of all permutations, drawn from the seed
//   permutation        from a file: lines "source destination", each terminal once on either side; '#' starts
//                      a comment
//
// Definitions: Dally & Towles, Principles and Practices of Interconnection Networks, section 3.2. Tornado and
// neighbour work on router coordinates (`dims`, dimension 0 varies fastest) and keep the place of the
// terminal at its router; without coordinates the terminals are one ring.
// Errors are std::invalid_argument or std::runtime_error with one line; the file's start with FILE:LINE.
#ifndef MIMD_TB_TRAFFIC_TRAFFIC_PATTERN_H
#define MIMD_TB_TRAFFIC_TRAFFIC_PATTERN_H

#include <cstdint>
#include <string>
#include <vector>

#include "infrastructure/random.h"

namespace mimd::tb {

struct hot_spot {
  std::uint32_t terminal = 0;
  double weight = 1;
};

struct pattern_parameters {
  std::string name = "uniform";
  std::vector<std::uint32_t> dims;  // radix of each dimension of the routers; may be empty
  std::uint32_t concentration = 1;  // terminals a router
  bool to_self = true;  // false: uniform leaves the source out, who would send to itself is silent
  std::vector<hot_spot> hot_spots;
  double hotspot_share = 1;
  std::string file;
  std::uint64_t seed = 1;
};

class traffic_pattern {
 public:
  traffic_pattern(const pattern_parameters& parameters, std::uint32_t terminals);

  static std::vector<std::string> names();

  // Whether a terminal sends at all.
  bool sends(std::uint32_t source) const { return to_self_ || fixed_.empty() || fixed_[source] != source; }
  bool fixed() const { return !fixed_.empty(); }  // every source has one destination
  std::uint32_t terminals() const { return terminals_; }

  std::uint32_t destination(std::uint32_t source, random_generator& random) const {
    if (!fixed_.empty()) return fixed_[source];
    if (!hot_.empty() && (hotspot_share_ >= 1 || random.uniform() < hotspot_share_)) return hot(random);
    if (to_self_) return static_cast<std::uint32_t>(random.below(terminals_));
    const auto other = static_cast<std::uint32_t>(random.below(terminals_ - 1));
    return other < source ? other : other + 1;
  }

 private:
  struct hot_limit {
    double below;  // of the cumulative weights, 0 to 1
    std::uint32_t terminal;
  };

  std::uint32_t hot(random_generator& random) const;

  std::uint32_t terminals_;
  bool to_self_;
  double hotspot_share_ = 0;
  std::vector<std::uint32_t> fixed_;  // by source; empty: the destination is drawn
  std::vector<hot_limit> hot_;
};

}  // namespace mimd::tb

#endif
