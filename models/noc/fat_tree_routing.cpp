#include "noc/fat_tree_routing.h"

#include <stdexcept>

namespace mimd::noc {

namespace {
constexpr std::uint32_t drawn = 1u << 31;  // of phase; the up ports are the other bits, with intermediate
}

fat_tree_routing::fat_tree_routing(up u, const topology& t, std::uint32_t vcs) : routing(t, vcs), up_(u) {
  if (t.form().family != "fat-tree")
    throw std::invalid_argument("fat-tree routing is for fat trees, not for a " + t.form().family);
  k_ = t.form().dims[0];
  n_ = t.form().dims[1];
  if (k_ > route_candidates::capacity && up_ != up::d_mod_k)
    throw std::invalid_argument("fat-tree-random and fat-tree-adaptive routing are for k <= " +
                                std::to_string(route_candidates::capacity) + ", fat-tree-d-mod-k for any");
  while ((k_ - 1) >> digit_bits_ != 0) ++digit_bits_;
  const auto width = t.routers() / n_;
  std::uint32_t below = t.terminals();
  for (std::uint32_t level = 0; level < n_; ++level, below /= k_)
    for (std::uint32_t at = 0; at < width; ++at)
      places_.push_back({at / (below / k_) * below, below, n_ - 1 - level});
  for (std::uint32_t terminal = 0; terminal < t.terminals(); ++terminal)
    for (std::uint32_t d = 0, rest = terminal; d < n_; ++d, rest /= k_) digits_.push_back(rest % k_);
}

route_state fat_tree_routing::begin(std::uint32_t, std::uint32_t, random_generator& random) const {
  if (up_ != up::random) return {};
  std::uint64_t ports = 0;
  for (std::uint32_t level = 1; level < n_; ++level) ports = ports << digit_bits_ | random.below(k_);
  return {static_cast<std::uint32_t>(ports), static_cast<std::uint32_t>(ports >> 32) | drawn};
}

route_candidate fat_tree_routing::injection(std::uint32_t, std::uint32_t, const route_state&) const {
  return {0, 0, vcs(), 0};
}

void fat_tree_routing::candidates(const route_query& query, route_state& state,
                                  route_candidates& result) const {
  result.clear();
  const auto& here = places_[query.router];
  const auto digit = digits_[query.destination * n_ + here.position];
  if (query.destination - here.first < here.below) {
    result.add({digit, 0, vcs(), 0});  // the terminals themselves are the branches at the lowest level
    return;
  }
  if (up_ == up::d_mod_k) {
    result.add({k_ + digit, 0, vcs(), 0});
  } else if ((state.phase & drawn) != 0) {
    const auto ports = std::uint64_t{state.phase & ~drawn} << 32 | state.intermediate;
    const auto mask = (std::uint64_t{1} << digit_bits_) - 1;
    result.add({k_ + static_cast<std::uint32_t>(ports >> (here.position * digit_bits_) & mask), 0, vcs(), 0});
  } else {
    for (std::uint32_t port = 0; port < k_; ++port) result.add({k_ + port, 0, vcs(), 0});
  }
}

}  // namespace mimd::noc
