// Up/down routing on a k-ary n-tree: up to a nearest common ancestor, by any up port, then down the one way
// there is. The up ports are drawn when the packet enters (oblivious, BookSim2's nca), chosen by the load
// (adaptive), or by the digits of the destination (D-mod-k: permutations by shifts do not collide).
//
// Sources: Petrini and Vanneschi, "k-ary n-trees", 1997; Zahavi, "D-Mod-K routing", 2010.
#ifndef MIMD_NOC_FAT_TREE_ROUTING_H
#define MIMD_NOC_FAT_TREE_ROUTING_H

#include "noc/routing.h"

namespace mimd::noc {

class fat_tree_routing final : public routing {
 public:
  enum class up { random, d_mod_k, adaptive };

  fat_tree_routing(up u, const topology& t, std::uint32_t vcs);  // throws unless t is a fat tree
  route_state begin(std::uint32_t source, std::uint32_t destination, random_generator& random) const override;
  route_candidate injection(std::uint32_t source, std::uint32_t destination,
                            const route_state& state) const override;
  void candidates(const route_query& query, route_state& state, route_candidates& result) const override;
  bool deterministic() const override { return up_ != up::adaptive; }
  bool memoryless() const override { return up_ == up::d_mod_k; }
  std::vector<std::uint32_t> vc_classes() const override { return {0}; }

 private:
  struct place {
    std::uint32_t first;     // terminal below
    std::uint32_t below;     // how many
    std::uint32_t position;  // digit of the destination that chooses the branch
  };

  up up_;
  std::uint32_t k_;
  std::uint32_t n_;
  std::uint32_t digit_bits_ = 0;       // of a drawn up port
  std::vector<place> places_;          // by router
  std::vector<std::uint32_t> digits_;  // by terminal, n each, the lowest first
};

}  // namespace mimd::noc

#endif
