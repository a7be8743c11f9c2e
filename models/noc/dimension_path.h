// Steps along the dimensions of a grid, for the routings built of them. Inside models/noc only.
//
// On a ring a packet takes the shorter way round; half round, the way is drawn when it enters the network.
// Rings are made acyclic by a dateline between the last router and the first: from where it enters the ring
// to where it leaves it, a packet keeps to one of two parts of the virtual channels, part 1 if it comes from
// a larger coordinate than it goes to, else part 0. Part 0 of the channels up, and part 1 of those down,
// never crosses the dateline; what crosses it goes at most half round, which leaves a gap opposite of it.
// (BookSim2's rule; Dally and Towles, chapter 14.)
//
// Part of route_state::phase: bit 0 the phase (Valiant), bit 1 whether the ways round are drawn (if not, both
// are permitted), then one bit a dimension, for phase 0 from bit 8, for phase 1 from bit 20.
#ifndef MIMD_NOC_DIMENSION_PATH_H
#define MIMD_NOC_DIMENSION_PATH_H

#include <cstdint>
#include <vector>

#include "infrastructure/random.h"
#include "noc/grid.h"
#include "noc/routing.h"

namespace mimd::noc {

struct vc_range {
  std::uint32_t first;
  std::uint32_t count;
  vc_range lower() const { return {first, count / 2}; }
  vc_range upper() const { return {first + count / 2, count - count / 2}; }
};

class dimension_path {
 public:
  static constexpr std::uint32_t no_dimension = 0xff;  // in which packets come from a terminal

  explicit dimension_path(const topology& t);

  const grid& coordinates() const { return grid_; }
  bool rings() const { return grid_.wraps(); }
  // The dimension along which packets come in by this port.
  std::uint32_t input_dimension(std::uint32_t router, std::uint32_t input) const {
    return input_dimensions_[first_input_[router] + input];
  }

  // For routing::telling_destinations(), where the next steps depend on which coordinates are to grow and
  // which to shrink, never on how far, and none ever turns back: a packet that still has to go in some
  // dimensions may as well have to go to their ends. So on lines those at some end tell all; elsewhere all
  // are named.
  std::vector<std::uint32_t> telling_destinations(const topology& t) const;

  void draw(route_state& state, random_generator& random) const {
    if (rings()) state.phase |= 2 | static_cast<std::uint32_t>(random.next() >> 40) << 8;
  }

  // Calls f(output, part) for the next steps from `here` to the coordinate of `there` in dimension d, in
  // which they differ. part: as it was if the packet is in that ring already, else `enters`.
  static constexpr std::uint32_t enters = 2;
  template <typename function>
  void steps(std::uint32_t here, std::uint32_t there, std::uint32_t d, std::uint32_t part,
             const route_state& state, function f) const {
    if (grid_.wired() == wiring::line) {
      f(grid_.output_towards(here, there, d), 0u);
      return;
    }
    const auto from = grid_.coordinate(here, d);
    const auto to = grid_.coordinate(there, d);
    if (grid_.wired() == wiring::complete) {
      f(grid_.output_to(here, d, to), 0u);
      return;
    }
    const auto radix = grid_.radix(d);
    const auto twice_up = 2 * (to > from ? to - from : to + radix - from);
    if (part == enters) part = from > to ? 1 : 0;
    const bool drawn = (state.phase & 2) != 0;
    const bool drawn_up = (state.phase >> ((state.phase & 1 ? 20 : 8) + d % 12) & 1) != 0;
    if (twice_up < radix || (twice_up == radix && (!drawn || drawn_up)))
      f(grid_.output(here, d, direction::up), part);
    if (twice_up > radix || (twice_up == radix && (!drawn || !drawn_up)))
      f(grid_.output(here, d, direction::down), part);
  }

 private:
  grid grid_;
  std::vector<std::uint32_t> first_input_;      // by router
  std::vector<std::uint8_t> input_dimensions_;  // by first_input_ + port
};

}  // namespace mimd::noc

#endif
