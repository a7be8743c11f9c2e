#include "noc/dependency_graph.h"

#include <algorithm>

namespace mimd::noc {

namespace {
constexpr std::uint32_t no_node = 0xffffffffu;
}

dependency_graph::dependency_graph(const topology& t, std::uint32_t classes)
    : classes_(classes), output_(t.channels().size(), 0) {
  std::vector<std::uint32_t> first;  // by router, in links_
  for (std::uint32_t router = 0; router < t.routers(); ++router) {
    first.push_back(static_cast<std::uint32_t>(links_.size()));
    for (const auto c : t.outputs(router))
      if (!t.channels()[c].to.is_terminal) {
        output_[c] = static_cast<std::uint32_t>(links_.size()) - first[router];
        links_.push_back(c);
      }
  }
  first.push_back(static_cast<std::uint32_t>(links_.size()));
  std::size_t words = 0;
  for (const auto& c : t.channels()) {
    const bool link = !c.to.is_terminal && !c.from.is_terminal;
    first_link_.push_back(c.to.is_terminal ? 0 : first[c.to.index]);
    const auto degree = link ? first[c.to.index + 1] - first[c.to.index] : 0;
    for (std::uint32_t i = 0; i < classes; ++i) {
      words_.push_back(words);
      words += (std::size_t{degree} * classes + 63) / 64;
    }
  }
  words_.push_back(words);
  bits_.assign(words, 0);
}

void dependency_graph::add_far(std::uint32_t from, std::uint32_t to) {
  if (far_.empty()) far_.resize(nodes());
  far_[from].push_back(to);
}

void dependency_graph::sort_far() {
  for (auto& list : far_) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
}

// What is left when nodes without predecessors are taken away again and again has a cycle; going back from
// any of it, one comes to a cycle.
std::uint32_t dependency_graph::node_on_cycle() const {
  std::vector<std::uint32_t> before(nodes(), 0);
  for (std::uint32_t node = 0; node < nodes(); ++node)
    successors(node, [&](std::uint32_t to) { ++before[to]; });
  std::vector<std::uint32_t> open;
  for (std::uint32_t node = 0; node < nodes(); ++node)
    if (before[node] == 0) open.push_back(node);
  std::uint32_t taken = 0;
  for (; taken < open.size(); ++taken)
    successors(open[taken], [&](std::uint32_t to) {
      if (--before[to] == 0) open.push_back(to);
    });
  if (taken == nodes()) return no_node;
  std::vector<std::uint32_t> predecessor(nodes(), no_node);
  std::uint32_t node = no_node;
  for (std::uint32_t from = 0; from < nodes(); ++from)
    if (before[from] != 0) successors(from, [&](std::uint32_t to) { predecessor[node = to] = from; });
  for (std::vector<bool> seen(nodes(), false); !seen[node]; node = predecessor[node]) seen[node] = true;
  return node;
}

std::vector<std::uint32_t> dependency_graph::find_cycle() const {
  const auto start = node_on_cycle();
  if (start == no_node) return {};
  std::vector<std::uint32_t> predecessor(nodes(), no_node);
  std::vector<std::uint32_t> open{start};
  for (std::size_t i = 0; predecessor[start] == no_node; ++i)
    successors(open[i], [&](std::uint32_t to) {
      if (predecessor[to] != no_node) return;
      predecessor[to] = open[i];
      open.push_back(to);
    });
  std::vector<std::uint32_t> result{start};
  for (auto node = predecessor[start]; node != start; node = predecessor[node]) result.push_back(node);
  std::reverse(result.begin() + 1, result.end());
  return result;
}

}  // namespace mimd::noc
