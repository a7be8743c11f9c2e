// Whether a search found a state from which there is no way back to a quiet one: a deadlock or livelock.
// Plain C++.
#ifndef MIMD_TB_MODEL_CHECKER_PROGRESS_H
#define MIMD_TB_MODEL_CHECKER_PROGRESS_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace mimd::tb {

struct state_edge {
  std::uint32_t from;
  std::uint32_t to;
};

// The first of `states` states from which no state that is_quiet(index) can be reached along the edges:
// backwards from the quiet ones, it is not met.
template <class IsQuiet>
std::optional<std::uint32_t> first_without_progress(std::size_t states, const std::vector<state_edge>& edges,
                                                    IsQuiet is_quiet) {
  std::vector<std::uint32_t> first(states + 1);
  for (const state_edge& e : edges) ++first[e.to + 1];
  for (std::size_t i = 0; i < states; ++i) first[i + 1] += first[i];
  std::vector<std::uint32_t> from(edges.size());
  std::vector<std::uint32_t> fill(first.begin(), first.end() - 1);
  for (const state_edge& e : edges) from[fill[e.to]++] = e.from;
  std::vector<bool> met(states);
  std::vector<std::uint32_t> stack;
  for (std::uint32_t i = 0; i < states; ++i) {
    if (!is_quiet(i)) continue;
    met[i] = true;
    stack.push_back(i);
  }
  while (!stack.empty()) {
    const std::uint32_t at = stack.back();
    stack.pop_back();
    for (std::uint32_t k = first[at]; k < first[at + 1]; ++k) {
      if (met[from[k]]) continue;
      met[from[k]] = true;
      stack.push_back(from[k]);
    }
  }
  for (std::uint32_t i = 0; i < states; ++i) {
    if (!met[i]) return i;
  }
  return std::nullopt;
}

}  // namespace mimd::tb

#endif
