// Valiant's routing on meshes, tori, rings, hypercubes and flattened butterflies: by dimension order to a
// router drawn for each packet, from there by dimension order to the destination; virtual channels of their
// own for each phase (on rings two parts each, for the datelines). On flattened butterflies a packet that
// passes its destination in the first phase stays there (as in BookSim2). Any load is spread over the network
// as uniform load is, at twice the distance.
//
// Source: Valiant and Brebner, "Universal schemes for parallel communication", 1981.
#ifndef MIMD_NOC_VALIANT_H
#define MIMD_NOC_VALIANT_H

#include "noc/dimension_path.h"
#include "noc/routing.h"

namespace mimd::noc {

class valiant final : public routing {
 public:
  valiant(const topology& t, std::uint32_t vcs);  // throws if there are too few channels
  route_state begin(std::uint32_t source, std::uint32_t destination, random_generator& random) const override;
  std::vector<route_state> initial_states() const override;
  route_candidate injection(std::uint32_t source, std::uint32_t destination,
                            const route_state& state) const override;
  void candidates(const route_query& query, route_state& state, route_candidates& result) const override;
  bool deterministic() const override { return true; }
  std::vector<std::uint32_t> telling_destinations() const override {
    return path_.telling_destinations(network());
  }
  std::vector<std::uint32_t> vc_classes() const override;
  bool heads_for_destination(const route_state& state) const override { return (state.phase & 1) != 0; }

 private:
  dimension_path path_;
  vc_range ranges_[2][2];  // by part of the ring, phase
};

}  // namespace mimd::noc

#endif
