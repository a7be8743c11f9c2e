// Coordinates on a mesh or torus: which router is where, and which output leads which way.
//
// Routers are numbered with dimension 0 varying fastest; outputs in the order (dimension, + then -), those
// that exist; then the ejection channels.
#ifndef MIMD_NOC_GRID_H
#define MIMD_NOC_GRID_H

#include <cstdint>
#include <vector>

#include "noc/topology.h"

namespace mimd::noc {

enum class direction : std::uint32_t { up = 0, down = 1 };  // towards larger, smaller coordinates

class grid {
 public:
  static constexpr std::uint32_t none = 0xffffffffu;

  grid(std::vector<std::uint32_t> dims, bool wraps);
  explicit grid(const topology& t);  // a mesh or torus of make_topology()

  std::uint32_t dimensions() const { return static_cast<std::uint32_t>(dims_.size()); }
  std::uint32_t radix(std::uint32_t dimension) const { return dims_[dimension]; }
  bool wraps() const { return wraps_; }
  std::uint32_t routers() const { return routers_; }
  std::uint32_t coordinate(std::uint32_t router, std::uint32_t dimension) const {
    return coordinates_[router * dims_.size() + dimension];
  }
  // Next router that way; none at the edge of a mesh, or if the dimension has one router only.
  std::uint32_t neighbour(std::uint32_t router, std::uint32_t dimension, direction way) const;
  // Output port that way; none where there is no neighbour.
  std::uint32_t output(std::uint32_t router, std::uint32_t dimension, direction way) const {
    return outputs_[(router * dims_.size() + dimension) * 2 + static_cast<std::uint32_t>(way)];
  }

 private:
  std::vector<std::uint32_t> dims_;
  bool wraps_;
  std::uint32_t routers_ = 1;
  std::vector<std::uint32_t> strides_;
  std::vector<std::uint32_t> coordinates_;
  std::vector<std::uint32_t> outputs_;
};

}  // namespace mimd::noc

#endif
