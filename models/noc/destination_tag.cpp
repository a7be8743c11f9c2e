#include "noc/destination_tag.h"

#include <stdexcept>

namespace mimd::noc {

destination_tag::destination_tag(const topology& t, std::uint32_t vcs) : routing(t, vcs) {
  const auto& family = t.form().family;
  if (family != "butterfly" && family != "omega")
    throw std::invalid_argument("destination-tag routing is for butterflies and omega networks, not for a " +
                                family);
  const auto k = t.form().dims[0];
  n_ = t.form().dims[1];
  for (std::uint32_t router = 0; router < t.routers(); ++router)
    stages_.push_back(router / (t.routers() / n_));
  for (std::uint32_t terminal = 0; terminal < t.terminals(); ++terminal)
    for (std::uint32_t weight = t.terminals() / k; weight != 0; weight /= k)
      digits_.push_back(terminal / weight % k);
}

route_candidate destination_tag::injection(std::uint32_t, std::uint32_t, const route_state&) const {
  return {0, 0, vcs(), 0};
}

void destination_tag::candidates(const route_query& query, route_state&, route_candidates& result) const {
  result.clear();
  result.add({digits_[query.destination * n_ + stages_[query.router]], 0, vcs(), 0});
}

}  // namespace mimd::noc
