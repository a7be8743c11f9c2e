// Trains on a mesh, torus, ring or hypercube: coordinates packed into one word, so that a hop is a few
// instructions and one look at a link. Each dimension is a line or a ring.
#ifndef MIMD_NOC_TRAIN_GRID_H
#define MIMD_NOC_TRAIN_GRID_H

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "noc/train_links.h"

namespace mimd::noc {

class train_grid final : public train_links {
 public:
  train_grid(timing_wheel& wheel, const train_network_parameters& p, const std::vector<std::uint32_t>& dims,
             const std::vector<bool>& wraps);

  void send(train& t, time_ps at) override {
    begin(t);
    t.at = packed(t.source);
    t.to = packed(t.destination);
    wheel_.schedule(t, at);
  }
  void move(train& t) override {
    if (t.at == t.to) return arrived(t);
    const step s = next(t.at, t.to);
    t.at = s.there;
    const time_ps head = cross(s.link, t, t.time());
    wheel_.schedule(t, s.there == t.to ? head + t.occupancy : head);
  }

  void approach(const train& t) const override {
    if (t.at == t.to) return expected(t);
    prefetch(next(t.at, t.to).link);
  }

  std::uint32_t nodes() const override { return nodes_; }
  std::uint32_t hops(std::uint32_t source, std::uint32_t destination) const override;
  void route(std::uint32_t source, std::uint32_t destination, std::vector<std::uint32_t>& to) const override;
  std::uint32_t links() const override { return static_cast<std::uint32_t>(places_ * axes_.size() * 2); }
  std::string link_name(std::uint32_t link) const override;

 private:
  struct axis {
    std::uint32_t radix;
    std::uint32_t shift;
    std::uint32_t mask;  // of the coordinate, shifted down
    std::uint32_t stride;
    bool wraps;
  };
  struct step {
    std::uint32_t link;
    std::uint32_t there;
  };

  std::uint32_t packed(std::uint32_t node) const { return packed_[node]; }
  step next(std::uint32_t at, std::uint32_t to) const {
    const std::uint32_t d = axis_of_bit_[static_cast<std::uint32_t>(__builtin_ctz(at ^ to))];
    const axis& a = axes_[d];
    const std::uint32_t here = (at >> a.shift) & a.mask;
    const std::uint32_t there = (to >> a.shift) & a.mask;
    bool up = there > here;
    if (a.wraps) {
      const std::uint32_t twice = (up ? there - here : there + a.radix - here) * 2;
      up = twice < a.radix || (twice == a.radix && half_way_up(a, here));
    }
    const std::uint32_t last = a.radix - 1;
    const std::uint32_t coordinate = up ? (here == last ? 0 : here + 1) : (here == 0 ? last : here - 1);
    const std::uint32_t way = 2 * d + (up ? 0 : 1);
    return {at * static_cast<std::uint32_t>(2 * axes_.size()) + way, at + ((coordinate - here) << a.shift)};
  }
  bool half_way_up(const axis& a, std::uint32_t here) const {
    return half_way_ == half_way::balanced ? here % 2 == 0 : here != a.radix / 2;
  }
  std::uint32_t node_of(std::uint32_t place) const;

  static std::uint32_t bits_of(std::uint32_t radix);
  static std::size_t places_of(const std::vector<std::uint32_t>& dims);

  half_way half_way_;
  std::size_t places_;  // packed coordinates: gaps where a radix is no power of two
  std::vector<axis> axes_;
  std::array<std::uint8_t, 32> axis_of_bit_{};
  std::uint32_t nodes_ = 1;
  std::vector<std::uint32_t> packed_;  // by node
};

}  // namespace mimd::noc

#endif
