#include "noc/grid.h"

#include <stdexcept>
#include <utility>

namespace mimd::noc {

namespace {

std::vector<std::uint32_t> dims_of(const topology& t) {
  if (!grid::fits(t))
    throw std::invalid_argument("a " + t.form().family + " topology has no coordinates to route by");
  if (t.form().family == "hypercube") return std::vector<std::uint32_t>(t.form().dims.at(0), 2);
  return t.form().dims;
}

wiring wiring_of(const topology& t) {
  const auto& family = t.form().family;
  if (family == "torus" || family == "ring") return wiring::ring;
  return family == "flattened-butterfly" ? wiring::complete : wiring::line;
}

}  // namespace

bool grid::fits(const topology& t) {
  const auto& family = t.form().family;
  return family == "mesh" || family == "torus" || family == "ring" || family == "hypercube" ||
         family == "flattened-butterfly";
}

grid::grid(std::vector<std::uint32_t> dims, wiring w) : dims_(std::move(dims)), wiring_(w) {
  std::uint32_t bit = 0;
  std::uint32_t next_output = 0;
  for (std::uint32_t d = 0; d < dims_.size(); ++d) {
    strides_.push_back(routers_);
    routers_ *= dims_[d];
    shifts_.push_back(dims_[d] > 1 ? bit : 0);
    std::uint32_t mask = 0;
    for (std::uint32_t highest = dims_[d] - 1; highest != 0; highest /= 2) {
      if (bit == dimension_of_bit_.size()) throw std::invalid_argument("coordinates must fit 32 bits");
      mask |= 1u << bit;
      dimension_of_bit_[bit++] = static_cast<std::uint8_t>(d);
    }
    masks_.push_back(mask);
    first_output_.push_back(next_output);
    next_output += dims_[d] - 1;
  }
  for (std::uint32_t router = 0; router < routers_; ++router) {
    std::uint32_t place = 0;
    for (std::uint32_t d = 0; d < dims_.size(); ++d) place |= router / strides_[d] % dims_[d] << shifts_[d];
    places_.push_back(place);
  }
  if (wiring_ == wiring::complete) return;
  for (std::uint32_t router = 0; router < routers_; ++router) {
    std::uint8_t next = 0;
    for (std::uint32_t d = 0; d < dims_.size(); ++d)
      for (const auto way : {direction::up, direction::down})
        outputs_.push_back(neighbour(router, d, way) == none ? no_port : next++);
  }
}

grid::grid(const topology& t) : grid(dims_of(t), wiring_of(t)) {}

std::uint32_t grid::at(std::uint32_t router, std::uint32_t dimension, std::uint32_t there) const {
  return router - coordinate(router, dimension) * strides_[dimension] + there * strides_[dimension];
}

std::uint32_t grid::neighbour(std::uint32_t router, std::uint32_t dimension, direction way) const {
  const auto radix = dims_[dimension];
  const auto here = coordinate(router, dimension);
  const bool up = way == direction::up;
  if (radix == 1) return none;
  const bool edge = up ? here + 1 == radix : here == 0;
  if (edge && !wraps()) return none;
  return at(router, dimension, up ? (edge ? 0 : here + 1) : (edge ? radix - 1 : here - 1));
}

}  // namespace mimd::noc
