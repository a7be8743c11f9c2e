#include "tb/traffic/traffic_pattern.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <stdexcept>

#include "infrastructure/nearest_name.h"
#include "tb/traffic/text_fields.h"

namespace mimd::tb {

namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw std::invalid_argument(what);
}

unsigned bits_of(const std::string& name, std::uint32_t n) {
  if ((n & (n - 1)) != 0)
    refuse("pattern " + name + " needs a power of two of terminals, and there are " + std::to_string(n));
  return static_cast<unsigned>(__builtin_ctz(n));
}

std::uint32_t side_of(std::uint32_t n) {
  std::uint32_t k = 1;
  while (std::uint64_t{k} * k < n) ++k;
  if (std::uint64_t{k} * k != n)
    refuse("pattern transpose needs a square number of terminals, and there are " + std::to_string(n));
  return k;
}

std::uint32_t reversed(std::uint32_t s, unsigned bits) {
  std::uint32_t result = 0;
  for (unsigned i = 0; i < bits; ++i) result |= (s >> i & 1u) << (bits - 1 - i);
  return result;
}

// Each coordinate of the router plus step(radix), modulo its radix.
std::uint32_t moved(std::uint32_t s, const std::vector<std::uint32_t>& dims, std::uint32_t concentration,
                    std::uint32_t (*step)(std::uint32_t radix)) {
  std::uint32_t rest = s / concentration;
  std::uint32_t router = 0;
  std::uint32_t stride = 1;
  for (const std::uint32_t k : dims) {
    router += (rest % k + step(k)) % k * stride;
    rest /= k;
    stride *= k;
  }
  return router * concentration + s % concentration;
}

std::vector<std::uint32_t> drawn_permutation(std::uint32_t n, std::uint64_t seed) {
  std::vector<std::uint32_t> result(n);
  std::iota(result.begin(), result.end(), 0u);
  random_generator random(seed, 0x7065726d);
  for (std::uint32_t i = n; i > 1; --i) std::swap(result[i - 1], result[random.below(i)]);
  return result;
}

std::vector<std::uint32_t> read_permutation(const std::string& file, std::uint32_t n) {
  if (file.empty()) refuse("pattern permutation needs a file");
  constexpr std::uint32_t none = 0xffffffffu;
  std::vector<std::uint32_t> result(n, none);
  std::vector<bool> taken(n, false);
  text_lines lines(file);
  while (lines.next()) {
    const auto source = static_cast<std::uint32_t>(lines.number("source", 0, n - 1));
    const auto destination = static_cast<std::uint32_t>(lines.number("destination", 0, n - 1));
    lines.require_end();
    if (result[source] != none) lines.fail("source " + std::to_string(source) + " a second time");
    if (taken[destination]) lines.fail("destination " + std::to_string(destination) + " a second time");
    result[source] = destination;
    taken[destination] = true;
  }
  const auto missing = std::find(result.begin(), result.end(), none);
  if (missing != result.end()) {
    throw std::runtime_error(file + ": no line for source " + std::to_string(missing - result.begin()) +
                             " of " + std::to_string(n) + " terminals");
  }
  return result;
}

}  // namespace

std::vector<std::string> traffic_pattern::names() {
  return {"uniform", "transpose", "bit-complement", "bit-reverse",        "shuffle",
          "tornado", "neighbour", "hotspot",        "random-permutation", "permutation"};
}

traffic_pattern::traffic_pattern(const pattern_parameters& p, std::uint32_t terminals)
    : terminals_(terminals), to_self_(p.to_self) {
  if (terminals == 0) refuse("a network without terminals has no traffic");
  // The coordinates of the routers, if they are those of all terminals.
  std::uint64_t product = p.concentration;
  for (const std::uint32_t k : p.dims) product *= k;
  const bool has_grid = !p.dims.empty() && product == terminals;
  const std::vector<std::uint32_t> dims = has_grid ? p.dims : std::vector<std::uint32_t>{terminals};
  const std::uint32_t concentration = has_grid ? p.concentration : 1;

  const auto fill = [&](const std::function<std::uint32_t(std::uint32_t)>& rule) {
    fixed_.resize(terminals);
    for (std::uint32_t s = 0; s < terminals; ++s) fixed_[s] = rule(s);
  };
  const std::string& name = p.name;
  if (name == "uniform" || name == "hotspot") {
    if (!to_self_ && terminals == 1) refuse("a single terminal can only send to itself");
    if (name == "uniform") return;
    if (p.hot_spots.empty()) refuse("pattern hotspot needs a hot spot");
    if (!(p.hotspot_share >= 0 && p.hotspot_share <= 1)) refuse("the hot spots' share must be from 0 to 1");
    hotspot_share_ = p.hotspot_share;
    double sum = 0;
    for (const hot_spot& h : p.hot_spots) {
      if (h.terminal >= terminals)
        refuse("hot spot " + std::to_string(h.terminal) + ": there are only " + std::to_string(terminals) +
               " terminals");
      for (const hot_spot* other = p.hot_spots.data(); other != &h; ++other)
        if (other->terminal == h.terminal)
          refuse("hot spot " + std::to_string(h.terminal) + " is there a second time");
      if (!(h.weight > 0 && h.weight < 1e12)) refuse("the weight of a hot spot must be more than 0");
      sum += h.weight;
    }
    double below = 0;
    for (const hot_spot& h : p.hot_spots) {
      below += h.weight / sum;
      hot_.push_back({below, h.terminal});
    }
  } else if (name == "transpose") {
    const std::uint32_t k = side_of(terminals);
    fill([k](std::uint32_t s) { return s % k * k + s / k; });
  } else if (name == "bit-complement") {
    bits_of(name, terminals);
    fill([terminals](std::uint32_t s) { return ~s & (terminals - 1); });
  } else if (name == "bit-reverse") {
    const unsigned bits = bits_of(name, terminals);
    fill([bits](std::uint32_t s) { return reversed(s, bits); });
  } else if (name == "shuffle") {
    const unsigned bits = bits_of(name, terminals);
    fill([bits, terminals](std::uint32_t s) {
      return bits == 0 ? 0 : ((s << 1) & (terminals - 1)) | (s >> (bits - 1));
    });
  } else if (name == "tornado") {
    fill([&](std::uint32_t s) {
      return moved(s, dims, concentration, [](std::uint32_t k) { return (k + 1) / 2 - 1; });
    });
  } else if (name == "neighbour") {
    fill([&](std::uint32_t s) {
      return moved(s, dims, concentration, [](std::uint32_t) { return std::uint32_t{1}; });
    });
  } else if (name == "random-permutation") {
    fixed_ = drawn_permutation(terminals, p.seed);
  } else if (name == "permutation") {
    fixed_ = read_permutation(p.file, terminals);
  } else {
    refuse("no traffic pattern " + in_quotes(name) + ", did you mean '" + nearest_name(name, names()) + "'?");
  }
}

std::uint32_t traffic_pattern::hot(random_generator& random) const {
  if (hot_.size() == 1) return hot_.front().terminal;
  const double u = random.uniform();
  const auto found = std::upper_bound(hot_.begin(), hot_.end() - 1, u,
                                      [](double x, const hot_limit& h) { return x < h.below; });
  return found->terminal;
}

}  // namespace mimd::tb
