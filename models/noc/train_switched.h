// Trains through switches: the crossbar and the k-ary n-tree.
//
// In the tree a train climbs until source and destination have an ancestor in common, by the d-mod-k choice
// of up ports, and then goes down. Up link u of level l is that whose upper digits (from l on) are the
// source's and whose lower ones the destination's: with that choice each up link belongs to one such number,
// each down link of a level to one destination. A crossbar is a tree of one level: two links (Zahavi,
// "Fat-tree routing and node ordering providing contention free traffic for MPI global collectives", 2011).
#ifndef MIMD_NOC_TRAIN_SWITCHED_H
#define MIMD_NOC_TRAIN_SWITCHED_H

#include <cstdint>
#include <string>
#include <vector>

#include "noc/train_links.h"

namespace mimd::noc {

class train_tree final : public train_links {
 public:
  // k^n nodes.
  train_tree(timing_wheel& wheel, const train_network_parameters& p, std::uint32_t k, std::uint32_t n);

  void send(train& t, time_ps at) override {
    begin(t);
    t.at = 0;  // links taken
    t.to = hops(t.source, t.destination);
    wheel_.schedule(t, at);
  }
  void move(train& t) override {
    if (t.at == t.to) return arrived(t);
    const time_ps head = cross(link_of(t.source, t.destination, t.at, t.to), t, t.time());
    wheel_.schedule(t, ++t.at == t.to ? head + t.occupancy : head);
  }

  std::uint32_t nodes() const override { return powers_.back(); }
  std::uint32_t hops(std::uint32_t source, std::uint32_t destination) const override {
    std::uint32_t level = 0;
    while (source / powers_[level] != destination / powers_[level]) ++level;
    return 2 * level;
  }
  void route(std::uint32_t source, std::uint32_t destination, std::vector<std::uint32_t>& to) const override {
    const std::uint32_t last = hops(source, destination);
    for (std::uint32_t hop = 0; hop < last; ++hop) to.push_back(link_of(source, destination, hop, last));
  }
  std::uint32_t links() const override { return 2 * levels() * nodes(); }
  std::string link_name(std::uint32_t link) const override;

 private:
  std::uint32_t levels() const { return static_cast<std::uint32_t>(powers_.size()) - 1; }
  std::uint32_t link_of(std::uint32_t source, std::uint32_t destination, std::uint32_t hop,
                        std::uint32_t hops) const {
    if (hop >= hops / 2) return (levels() + hops - 1 - hop) * nodes() + destination;
    const std::uint32_t below = powers_[hop];
    return hop * nodes() + source / below * below + destination % below;
  }

  std::vector<std::uint32_t> powers_;  // k^0 ... k^n
};

}  // namespace mimd::noc

#endif
