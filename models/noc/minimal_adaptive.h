// Minimal adaptive routing on meshes, tori, rings, hypercubes and flattened butterflies: any dimension that
// brings the packet nearer, on the adaptive virtual channels; or, with a lower rank, dimension order on the
// escape channels: virtual channel 0, on rings 0 and 1 with a dateline. A packet that has taken an escape
// channel stays on them. Half round a ring the adaptive channels lead down.
//
// The kind `booksim` does on meshes, rings and tori what BookSim2's min_adapt does, for comparisons: its sets
// of routes hold one entry a priority, so that of the adaptive channels only those of the first dimension are
// ever offered (it is not adaptive), and on rings there is only one of them, number 3.
//
// Source: Duato, "A new theory of deadlock-free adaptive routing in wormhole networks", 1993.
#ifndef MIMD_NOC_MINIMAL_ADAPTIVE_H
#define MIMD_NOC_MINIMAL_ADAPTIVE_H

#include "noc/dimension_path.h"
#include "noc/routing.h"

namespace mimd::noc {

class minimal_adaptive final : public routing {
 public:
  enum class kind { all, booksim };

  minimal_adaptive(kind k, const topology& t, std::uint32_t vcs);  // throws if there are too few channels
  route_state begin(std::uint32_t source, std::uint32_t destination, random_generator& random) const override;
  route_candidate injection(std::uint32_t source, std::uint32_t destination,
                            const route_state& state) const override;
  void candidates(const route_query& query, route_state& state, route_candidates& result) const override;
  bool deterministic() const override { return false; }
  std::vector<std::uint32_t> escape_vcs() const override;
  std::vector<std::uint32_t> telling_destinations() const override {
    return path_.telling_destinations(network());
  }
  std::vector<std::uint32_t> vc_classes() const override;

 private:
  dimension_path path_;
  kind kind_;
  std::uint32_t escapes_;  // virtual channels 0 … escapes_ - 1
  vc_range adaptive_;
};

}  // namespace mimd::noc

#endif
