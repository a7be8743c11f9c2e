// The graph behind the deadlock check: which class of virtual channels of a channel may wait for which of the
// next. Edges are bits by output of the router in between. Inside models/noc only.
#ifndef MIMD_NOC_DEPENDENCY_GRAPH_H
#define MIMD_NOC_DEPENDENCY_GRAPH_H

#include <cstdint>
#include <vector>

#include "noc/topology.h"

namespace mimd::noc {

class dependency_graph {
 public:
  // A node is channel · classes + class. Edges lead to channels between routers.
  dependency_graph(const topology& t, std::uint32_t classes);

  std::uint32_t nodes() const { return static_cast<std::uint32_t>(words_.size()) - 1; }
  // The edge between two channels that meet at a router.
  void add(std::uint32_t from, std::uint32_t to_channel, std::uint32_t to_class) {
    const auto bit = output_[to_channel] * classes_ + to_class;
    bits_[words_[from] + bit / 64] |= std::uint64_t{1} << bit % 64;
  }
  // An edge between any two nodes: of escape channels with others in between.
  void add_far(std::uint32_t from, std::uint32_t to);
  void sort_far();

  template <typename function>
  void successors(std::uint32_t node, function f) const {
    for (auto word = words_[node]; word != words_[node + 1]; ++word)
      for (auto rest = bits_[word]; rest != 0; rest &= rest - 1) {
        const auto bit = (word - words_[node]) * 64 + static_cast<std::uint32_t>(__builtin_ctzll(rest));
        f(links_[first_link_[node / classes_] + bit / classes_] * classes_ +
          static_cast<std::uint32_t>(bit % classes_));
      }
    if (!far_.empty())
      for (const auto to : far_[node]) f(to);
  }

  // A shortest cycle through some node of a cycle; empty if there is none.
  std::vector<std::uint32_t> find_cycle() const;

 private:
  std::uint32_t node_on_cycle() const;

  std::uint32_t classes_;
  std::vector<std::uint32_t> output_;      // by channel: its number among the links of its router
  std::vector<std::uint32_t> links_;       // channels to routers, router by router
  std::vector<std::uint32_t> first_link_;  // by channel: of the router it leads to, in links_
  std::vector<std::size_t> words_;         // by node: in bits_
  std::vector<std::uint64_t> bits_;
  std::vector<std::vector<std::uint32_t>> far_;  // by node; empty: none at all
};

}  // namespace mimd::noc

#endif
