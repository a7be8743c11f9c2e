// Destination-tag routing on butterflies and omega networks: stage by stage the digits of the destination,
// the highest first. There is one path. Source: Dally and Towles, chapter 8.
#ifndef MIMD_NOC_DESTINATION_TAG_H
#define MIMD_NOC_DESTINATION_TAG_H

#include "noc/routing.h"

namespace mimd::noc {

class destination_tag final : public routing {
 public:
  destination_tag(const topology& t, std::uint32_t vcs);  // throws unless t is a butterfly or omega network
  route_candidate injection(std::uint32_t source, std::uint32_t destination,
                            const route_state& state) const override;
  void candidates(const route_query& query, route_state& state, route_candidates& result) const override;
  bool deterministic() const override { return true; }
  bool memoryless() const override { return true; }
  std::vector<std::uint32_t> vc_classes() const override { return {0}; }

 private:
  std::uint32_t n_;
  std::vector<std::uint32_t> stages_;  // by router
  std::vector<std::uint32_t> digits_;  // by terminal, n each, the highest first
};

}  // namespace mimd::noc

#endif
