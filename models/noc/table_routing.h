// Routing by tables, on any topology; one path for each router and destination.
//   shortest_path  the fewest channels; of equals the lowest port, and of channels to the same router the one
//                  that the number of the destination's router tells. On graphs with rings it may be cyclic,
//                  which the deadlock check finds; it refuses such a network.
//   up_down        up*/down*: routers are ranked by their distance from the best connected one; a packet
//                  never goes up any more after it has gone down. Without deadlock on any graph whose
//                  channels go both ways, at the price of longer paths and a crowded root.
//
// Source: Schroeder et al., "Autonet: a high-speed, self-configuring local area network", 1991.
#ifndef MIMD_NOC_TABLE_ROUTING_H
#define MIMD_NOC_TABLE_ROUTING_H

#include "noc/routing.h"

namespace mimd::noc {

class table_routing final : public routing {
 public:
  enum class kind { shortest_path, up_down };

  // Throws if a destination cannot be reached that way, or for networks too large for tables.
  table_routing(kind k, const topology& t, std::uint32_t vcs);
  route_candidate injection(std::uint32_t source, std::uint32_t destination,
                            const route_state& state) const override;
  void candidates(const route_query& query, route_state& state, route_candidates& result) const override;
  bool deterministic() const override { return true; }
  bool memoryless() const override { return modes_ == 1; }
  std::vector<std::uint32_t> vc_classes() const override { return {0}; }

 private:
  void rank_routers();
  void fill(std::uint32_t terminal);
  void check_reaches(std::uint32_t terminal) const;
  std::uint16_t& next(std::uint32_t mode, std::uint32_t router, std::uint32_t target) {
    return next_[(mode * network().routers() + router) * network().routers() + target];
  }

  std::uint32_t modes_;              // 2 with up_down: 0 before, 1 after a channel down
  std::vector<std::uint32_t> rank_;  // by router; 0 the root; empty: all channels are alike
  std::vector<std::uint8_t> mode_of_input_;
  std::vector<std::uint32_t> first_input_;  // by router, in mode_of_input_
  std::vector<std::uint16_t> next_;         // output port by mode, router, router of the destination
};

}  // namespace mimd::noc

#endif
