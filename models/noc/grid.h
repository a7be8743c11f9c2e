// Coordinates on a mesh, torus, ring, hypercube or flattened butterfly: which router is where, and which
// output leads which way.
//
// Routers are numbered with dimension 0 varying fastest; outputs in the order of dimensions, those that
// exist, then the ejection channels. Within a dimension: lines and rings + then -, complete graphs by the
// coordinate they lead to. A ring of two routers has two links between them, one each way round.
#ifndef MIMD_NOC_GRID_H
#define MIMD_NOC_GRID_H

#include <array>
#include <cstdint>
#include <vector>

#include "noc/topology.h"

namespace mimd::noc {

enum class direction : std::uint32_t { up = 0, down = 1 };  // towards larger, smaller coordinates

enum class wiring { line, ring, complete };  // of the routers that differ in one coordinate only

class grid {
 public:
  static constexpr std::uint32_t none = 0xffffffffu;

  // Throw std::invalid_argument if the coordinates do not fit 32 bits, or the family has none.
  grid(std::vector<std::uint32_t> dims, wiring w);
  explicit grid(const topology& t);
  static bool fits(const topology& t);

  std::uint32_t dimensions() const { return static_cast<std::uint32_t>(dims_.size()); }
  std::uint32_t radix(std::uint32_t dimension) const { return dims_[dimension]; }
  wiring wired() const { return wiring_; }
  bool wraps() const { return wiring_ == wiring::ring; }
  std::uint32_t routers() const { return routers_; }
  std::uint32_t coordinate(std::uint32_t router, std::uint32_t dimension) const {
    return (places_[router] & masks_[dimension]) >> shifts_[dimension];
  }
  // All coordinates of a router, dimension 0 in the lowest bits.
  std::uint32_t place(std::uint32_t router) const { return places_[router]; }
  // The lowest dimension in which two places differ; they must differ.
  std::uint32_t first_difference_of_places(std::uint32_t a, std::uint32_t b) const {
    return dimension_of_bit_[static_cast<std::uint32_t>(__builtin_ctz(a ^ b))];
  }
  // The same of two routers.
  std::uint32_t first_difference(std::uint32_t a, std::uint32_t b) const {
    return first_difference_of_places(places_[a], places_[b]);
  }
  std::uint32_t last_difference(std::uint32_t a, std::uint32_t b) const {
    return dimension_of_bit_[31u - static_cast<std::uint32_t>(__builtin_clz(places_[a] ^ places_[b]))];
  }
  bool differ(std::uint32_t a, std::uint32_t b, std::uint32_t dimension) const {
    return ((places_[a] ^ places_[b]) & masks_[dimension]) != 0;
  }

  // The router that differs in one coordinate.
  std::uint32_t at(std::uint32_t router, std::uint32_t dimension, std::uint32_t coordinate_there) const;
  // Next router that way; none at the edge of a line, or if the dimension has one router only.
  std::uint32_t neighbour(std::uint32_t router, std::uint32_t dimension, direction way) const;
  // Lines and rings: output port that way; none where there is no neighbour.
  std::uint32_t output(std::uint32_t router, std::uint32_t dimension, direction way) const {
    const auto port = port_of(router, dimension, way);
    return port == no_port ? none : port;
  }
  // Lines: output port of a router towards another place, in a dimension in which it differs.
  std::uint32_t output_towards_place(std::uint32_t here, std::uint32_t there, std::uint32_t dimension) const {
    const auto mask = masks_[dimension];
    return port_of(here, dimension,
                   (there & mask) < (places_[here] & mask) ? direction::down : direction::up);
  }
  // The same towards another router.
  std::uint32_t output_towards(std::uint32_t here, std::uint32_t there, std::uint32_t dimension) const {
    return output_towards_place(here, places_[there], dimension);
  }
  // Complete graphs: output port to the router with that coordinate, another one.
  std::uint32_t output_to(std::uint32_t router, std::uint32_t dimension, std::uint32_t there) const {
    return first_output_[dimension] + there - (there > coordinate(router, dimension) ? 1 : 0);
  }

 private:
  std::uint8_t port_of(std::uint32_t router, std::uint32_t dimension, direction way) const {
    return outputs_[(router * dims_.size() + dimension) * 2 + static_cast<std::uint32_t>(way)];
  }

  std::vector<std::uint32_t> dims_;
  wiring wiring_;
  std::uint32_t routers_ = 1;
  std::vector<std::uint32_t> strides_;
  std::vector<std::uint32_t> places_;
  std::vector<std::uint32_t> masks_;
  std::vector<std::uint32_t> shifts_;
  std::array<std::uint8_t, 32> dimension_of_bit_{};
  static constexpr std::uint8_t no_port = 0xff;  // there are at most 32 dimensions
  std::vector<std::uint8_t> outputs_;            // lines and rings
  std::vector<std::uint32_t> first_output_;      // complete graphs
};

}  // namespace mimd::noc

#endif
