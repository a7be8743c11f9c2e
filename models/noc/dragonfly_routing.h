// Routing on a dragonfly: to the router of the group that has the channel to the destination's group, over
// it, to the destination; or (Valiant) over a group drawn for each packet. A packet changes to the next class
// of virtual channels with every channel between groups, which makes 2 classes, or 3. Where there are several
// channels between two groups, the destination, or the draw, tells which.
//
// Source: Kim, Dally, Scott and Abts, "Technology-driven, highly-scalable dragonfly topology", 2008.
#ifndef MIMD_NOC_DRAGONFLY_ROUTING_H
#define MIMD_NOC_DRAGONFLY_ROUTING_H

#include "noc/dragonfly.h"
#include "noc/routing.h"

namespace mimd::noc {

class dragonfly_routing final : public routing {
 public:
  enum class kind { minimal, valiant };

  dragonfly_routing(kind k, const topology& t, std::uint32_t vcs);  // throws unless t is a dragonfly
  route_state begin(std::uint32_t source, std::uint32_t destination, random_generator& random) const override;
  std::vector<route_state> initial_states() const override;
  route_candidate injection(std::uint32_t source, std::uint32_t destination,
                            const route_state& state) const override;
  void candidates(const route_query& query, route_state& state, route_candidates& result) const override;
  bool deterministic() const override { return true; }
  std::vector<std::uint32_t> vc_classes() const override { return firsts_; }
  bool heads_for_destination(const route_state& state) const override {
    return kind_ == kind::minimal || state.phase != 0;
  }

 private:
  struct slot {
    std::uint32_t router;  // within its group
    std::uint32_t port;
  };

  kind kind_;
  dragonfly shape_;
  std::vector<std::uint32_t> groups_;  // by router
  std::vector<slot> slots_;            // of a group
  std::vector<std::uint32_t> firsts_;  // virtual channel of each class
  std::vector<std::uint32_t> class_of_vc_;
};

}  // namespace mimd::noc

#endif
