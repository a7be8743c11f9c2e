#include "noc/grid.h"

#include <utility>

namespace mimd::noc {

grid::grid(std::vector<std::uint32_t> dims, bool wraps) : dims_(std::move(dims)), wraps_(wraps) {
  for (const auto radix : dims_) {
    strides_.push_back(routers_);
    routers_ *= radix;
  }
  for (std::uint32_t router = 0; router < routers_; ++router)
    for (std::uint32_t d = 0; d < dims_.size(); ++d) coordinates_.push_back(router / strides_[d] % dims_[d]);
  for (std::uint32_t router = 0; router < routers_; ++router) {
    std::uint32_t next = 0;
    for (std::uint32_t d = 0; d < dims_.size(); ++d)
      for (const auto way : {direction::up, direction::down})
        outputs_.push_back(neighbour(router, d, way) == none ? none : next++);
  }
}

grid::grid(const topology& t) : grid(t.form().dims, t.form().family == "torus") {}

std::uint32_t grid::neighbour(std::uint32_t router, std::uint32_t dimension, direction way) const {
  const auto radix = dims_[dimension];
  const auto here = coordinate(router, dimension);
  const bool up = way == direction::up;
  if (radix == 1) return none;
  const bool edge = up ? here + 1 == radix : here == 0;
  if (edge && !wraps_) return none;
  const auto there = up ? (edge ? 0 : here + 1) : (edge ? radix - 1 : here - 1);
  return router - here * strides_[dimension] + there * strides_[dimension];
}

}  // namespace mimd::noc
