// Dimension-order routing on meshes and tori (deterministic but for the direction of half a ring, which is
// drawn), with a dateline on tori. Source: Dally and Towles, "Principles and Practices of Interconnection
// Networks", 2004, chapters 8 and 14.
#ifndef MIMD_NOC_DIMENSION_ORDER_H
#define MIMD_NOC_DIMENSION_ORDER_H

#include "noc/grid.h"
#include "noc/routing.h"

namespace mimd::noc {

class dimension_order final : public routing {
 public:
  dimension_order(const topology& t, std::uint32_t vcs);  // throws if a torus gets fewer than 2
  route_candidate injection(std::uint32_t source, std::uint32_t destination,
                            const route_state& state) const override;
  void candidates(const route_query& query, route_state& state, route_candidates& result) const override;
  bool deterministic() const override { return !grid_.wraps(); }

 private:
  grid grid_;
};

}  // namespace mimd::noc

#endif
