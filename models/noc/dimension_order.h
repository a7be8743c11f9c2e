// Dimension-order routing on meshes, tori, rings, hypercubes (there called e-cube) and flattened butterflies:
// the lowest dimension first; with a dateline on rings (dimension_path.h). O1TURN on meshes and hypercubes:
// half of the packets, drawn when they enter the network, go the highest dimension first, on virtual channels
// of their own.
//
// Sources: Dally and Towles, "Principles and Practices of Interconnection Networks", 2004, chapters 8 and 14;
// Seo et al., "Near-optimal worst-case throughput routing for two-dimensional mesh networks", 2005.
#ifndef MIMD_NOC_DIMENSION_ORDER_H
#define MIMD_NOC_DIMENSION_ORDER_H

#include <cstdint>
#include <vector>

#include "noc/dimension_path.h"
#include "noc/routing.h"

namespace mimd::noc {

class dimension_order final : public routing {
 public:
  dimension_order(const topology& t, std::uint32_t vcs);  // throws if rings get fewer than 2
  route_state begin(std::uint32_t source, std::uint32_t destination, random_generator& random) const override;
  route_candidate injection(std::uint32_t source, std::uint32_t destination,
                            const route_state& state) const override;
  void candidates(const route_query& query, route_state& state, route_candidates& result) const override;
  bool deterministic() const override { return true; }
  bool memoryless() const override { return !path_.rings(); }
  std::vector<std::uint32_t> telling_destinations() const override {
    return path_.telling_destinations(network());
  }
  std::vector<std::uint32_t> vc_classes() const override;

 private:
  // Rings and complete graphs, on the way to router `there`, first in dimension d.
  void candidates_elsewhere(const route_query& query, std::uint32_t there, std::uint32_t d,
                            const route_state& state, route_candidates& result) const;

  static std::vector<std::uint32_t> places_of(const topology& t, const grid& g);

  dimension_path path_;
  std::vector<std::uint32_t> places_;  // by terminal, of its router: all that is looked up on the way
  vc_range parts_[2];
};

class o1turn final : public routing {
 public:
  o1turn(const topology& t, std::uint32_t vcs);
  route_state begin(std::uint32_t source, std::uint32_t destination, random_generator& random) const override;
  std::vector<route_state> initial_states() const override;
  route_candidate injection(std::uint32_t source, std::uint32_t destination,
                            const route_state& state) const override;
  void candidates(const route_query& query, route_state& state, route_candidates& result) const override;
  bool deterministic() const override { return true; }
  std::vector<std::uint32_t> telling_destinations() const override {
    return path_.telling_destinations(network());
  }
  std::vector<std::uint32_t> vc_classes() const override { return {0, orders_[1].first}; }

 private:
  dimension_path path_;
  vc_range orders_[2];
};

}  // namespace mimd::noc

#endif
