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

  grid(std::vector<std::uint32_t> dims, wiring w);
  explicit grid(const topology& t);  // throws std::invalid_argument if it is of another family
  static bool fits(const topology& t);

  std::uint32_t dimensions() const { return static_cast<std::uint32_t>(dims_.size()); }
  std::uint32_t radix(std::uint32_t dimension) const { return dims_[dimension]; }
  wiring wired() const { return wiring_; }
  bool wraps() const { return wiring_ == wiring::ring; }
  std::uint32_t routers() const { return routers_; }
  std::uint32_t coordinate(std::uint32_t router, std::uint32_t dimension) const {
    return static_cast<std::uint32_t>((packed_[router] & masks_[dimension]) >> shifts_[dimension]);
  }
  // The lowest dimension in which the two differ; they must differ.
  std::uint32_t first_difference(std::uint32_t a, std::uint32_t b) const {
    return dimension_of_bit_[static_cast<std::uint32_t>(__builtin_ctzll(packed_[a] ^ packed_[b]))];
  }
  std::uint32_t last_difference(std::uint32_t a, std::uint32_t b) const {
    return dimension_of_bit_[63u - static_cast<std::uint32_t>(__builtin_clzll(packed_[a] ^ packed_[b]))];
  }
  bool differ(std::uint32_t a, std::uint32_t b, std::uint32_t dimension) const {
    return ((packed_[a] ^ packed_[b]) & masks_[dimension]) != 0;
  }

  // The router that differs in one coordinate.
  std::uint32_t at(std::uint32_t router, std::uint32_t dimension, std::uint32_t coordinate_there) const;
  // Next router that way; none at the edge of a line, or if the dimension has one router only.
  std::uint32_t neighbour(std::uint32_t router, std::uint32_t dimension, direction way) const;
  // Lines and rings: output port that way; none where there is no neighbour.
  std::uint32_t output(std::uint32_t router, std::uint32_t dimension, direction way) const {
    return outputs_[(router * dims_.size() + dimension) * 2 + static_cast<std::uint32_t>(way)];
  }
  // Lines: output port towards another router in a dimension in which they differ.
  std::uint32_t output_towards(std::uint32_t here, std::uint32_t there, std::uint32_t dimension) const {
    const auto mask = masks_[dimension];
    return outputs_[(here * dims_.size() + dimension) * 2 +
                    ((packed_[there] & mask) < (packed_[here] & mask) ? 1 : 0)];
  }
  // Complete graphs: output port to the router with that coordinate, another one.
  std::uint32_t output_to(std::uint32_t router, std::uint32_t dimension, std::uint32_t there) const {
    return first_output_[dimension] + there - (there > coordinate(router, dimension) ? 1 : 0);
  }

 private:
  std::vector<std::uint32_t> dims_;
  wiring wiring_;
  std::uint32_t routers_ = 1;
  std::vector<std::uint32_t> strides_;
  std::vector<std::uint64_t> packed_;  // all coordinates of a router, dimension 0 in the lowest bits
  std::vector<std::uint64_t> masks_;
  std::vector<std::uint32_t> shifts_;
  std::array<std::uint8_t, 64> dimension_of_bit_{};
  std::vector<std::uint32_t> outputs_;       // lines and rings
  std::vector<std::uint32_t> first_output_;  // complete graphs
};

}  // namespace mimd::noc

#endif
