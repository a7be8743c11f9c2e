// Turn models on meshes of two dimensions: adaptive, minimal, without deadlock on any number of virtual
// channels since they forbid some of the turns. West is down in dimension 0.
//   west-first  no turn to the west: what is to go there goes there first.
//   odd-even    no turn from east to north or south in even columns, none from north or south to west in odd.
//
// Sources: Glass and Ni, "The turn model for adaptive routing", 1992; Chiu, "The odd-even turn model for
// adaptive routing", 2000.
#ifndef MIMD_NOC_TURN_MODEL_H
#define MIMD_NOC_TURN_MODEL_H

#include "noc/dimension_path.h"
#include "noc/routing.h"

namespace mimd::noc {

class turn_model final : public routing {
 public:
  enum class kind { west_first, odd_even };

  turn_model(kind k, const topology& t, std::uint32_t vcs);  // throws unless t is a mesh of two dimensions
  route_candidate injection(std::uint32_t source, std::uint32_t destination,
                            const route_state& state) const override;
  void candidates(const route_query& query, route_state& state, route_candidates& result) const override;
  bool deterministic() const override { return false; }
  std::vector<std::uint32_t> telling_destinations() const override;
  std::vector<std::uint32_t> vc_classes() const override { return {0}; }

 private:
  bool may_turn(const route_query& query, std::uint32_t column, bool west) const;
  bool may_go_on(std::uint32_t column, std::uint32_t column_there, bool west) const;

  kind kind_;
  dimension_path path_;
};

}  // namespace mimd::noc

#endif
