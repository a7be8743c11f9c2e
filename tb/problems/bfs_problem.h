// Breadth-first search of a random undirected graph (compressed rows) from vertex 0: input and levels.
#ifndef MIMD_TB_PROBLEMS_BFS_PROBLEM_H
#define MIMD_TB_PROBLEMS_BFS_PROBLEM_H

#include <array>
#include <cstdint>
#include <vector>

#include "infrastructure/random.h"

namespace mimd::tb {

struct bfs_problem {
  using vertex = std::uint32_t;
  static constexpr vertex unvisited = 0xffffffffu;
  static constexpr unsigned edges_per_vertex = 8;  // drawn by each vertex; both ends know an edge
  static constexpr vertex source = 0;

  bfs_problem(std::uint64_t size, std::uint64_t seed) : n(size), offsets(n + 1, 0) {
    random_generator random(seed);
    std::vector<std::array<vertex, 2>> edges;
    edges.reserve(n * edges_per_vertex);
    for (std::uint64_t u = 0; u < n; ++u) {
      for (unsigned i = 0; i < edges_per_vertex; ++i) {
        edges.push_back({static_cast<vertex>(u), static_cast<vertex>(random.below(n))});
        for (const vertex v : edges.back()) ++offsets[v + 1];
      }
    }
    for (std::uint64_t u = 0; u < n; ++u) offsets[u + 1] += offsets[u];
    targets.resize(2 * edges.size());
    std::vector<vertex> next(offsets.begin(), offsets.end() - 1);
    for (const auto& [u, v] : edges) {
      targets[next[u]++] = v;
      targets[next[v]++] = u;
    }
  }

  // By vertex; `reached` gets those that can be, in the order of a sequential search.
  std::vector<vertex> levels(std::vector<vertex>& reached) const {
    std::vector<vertex> level(n, unvisited);
    reached = {source};
    level[source] = 0;
    for (std::size_t i = 0; i < reached.size(); ++i) {
      const vertex u = reached[i];
      for (vertex e = offsets[u]; e < offsets[u + 1]; ++e) {
        const vertex v = targets[e];
        if (level[v] != unvisited) continue;
        level[v] = level[u] + 1;
        reached.push_back(v);
      }
    }
    return level;
  }

  std::uint64_t n;
  std::vector<vertex> offsets;  // n + 1
  std::vector<vertex> targets;
};

}  // namespace mimd::tb

#endif
