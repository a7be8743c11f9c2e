#include "noc/train_grid.h"

#include <stdexcept>

namespace mimd::noc {

std::uint32_t train_grid::bits_of(std::uint32_t radix) {
  std::uint32_t bits = 0;
  while ((radix - 1) >> bits != 0) ++bits;
  return bits;
}

std::size_t train_grid::places_of(const std::vector<std::uint32_t>& dims) {
  std::uint32_t bits = 0;
  for (const std::uint32_t radix : dims) bits += bits_of(radix);
  if (bits > 26) throw std::invalid_argument("has coordinates of more than 26 bits in all");
  return std::size_t{1} << bits;
}

train_grid::train_grid(timing_wheel& wheel, const train_network_parameters& p,
                       const std::vector<std::uint32_t>& dims, const std::vector<bool>& wraps)
    : train_links(wheel, p, places_of(dims) * dims.size() * 2), half_way_(p.ties), places_(places_of(dims)) {
  std::uint32_t shift = 0;
  for (const std::uint32_t radix : dims) {
    const std::uint32_t bits = bits_of(radix);
    for (std::uint32_t b = 0; b < bits; ++b)
      axis_of_bit_[shift + b] = static_cast<std::uint8_t>(axes_.size());
    axes_.push_back({radix, shift, (1u << bits) - 1, nodes_, wraps[axes_.size()]});
    shift += bits;
    nodes_ *= radix;
  }
  packed_.resize(nodes_);
  for (std::uint32_t node = 0; node < nodes_; ++node)
    for (const axis& a : axes_) packed_[node] |= node / a.stride % a.radix << a.shift;
}

std::uint32_t train_grid::hops(std::uint32_t source, std::uint32_t destination) const {
  std::uint32_t count = 0;
  for (std::uint32_t at = packed(source); at != packed(destination); ++count)
    at = next(at, packed(destination)).there;
  return count;
}

void train_grid::route(std::uint32_t source, std::uint32_t destination,
                       std::vector<std::uint32_t>& to) const {
  for (std::uint32_t at = packed(source); at != packed(destination);) {
    const step s = next(at, packed(destination));
    to.push_back(s.link);
    at = s.there;
  }
}

std::uint32_t train_grid::node_of(std::uint32_t place) const {
  std::uint32_t node = 0;
  for (const axis& a : axes_) {
    const std::uint32_t coordinate = (place >> a.shift) & a.mask;
    if (coordinate >= a.radix) return nodes_;
    node += coordinate * a.stride;
  }
  return node;
}

std::string train_grid::link_name(std::uint32_t link) const {
  const std::uint32_t place = link / static_cast<std::uint32_t>(2 * axes_.size());
  const std::uint32_t way = link % static_cast<std::uint32_t>(2 * axes_.size());
  const axis& a = axes_[way / 2];
  const std::uint32_t node = node_of(place);
  if (node == nodes_ || a.radix == 1) return {};
  const std::uint32_t here = (place >> a.shift) & a.mask;
  const bool up = way % 2 == 0;
  if (!a.wraps && here == (up ? a.radix - 1 : 0)) return {};
  const std::uint32_t there = up ? (here + 1) % a.radix : (here + a.radix - 1) % a.radix;
  const std::string name =
      "n" + std::to_string(node) + "_n" + std::to_string(node + there * a.stride - here * a.stride);
  return a.wraps && a.radix == 2 && !up ? name + "_1" : name;
}

}  // namespace mimd::noc
