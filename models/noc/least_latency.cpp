#include "noc/least_latency.h"

#include <functional>
#include <limits>
#include <queue>
#include <utility>

namespace mimd::noc {

least_latency::least_latency(const topology& t, std::uint32_t router_cycles)
    : topology_(t), router_cycles_(router_cycles), rows_(t.terminals() <= largest ? t.terminals() : 0) {}

void least_latency::fill(std::uint32_t source) {
  constexpr std::uint32_t unknown = std::numeric_limits<std::uint32_t>::max();
  const auto& channels = topology_.channels();
  std::vector<std::uint32_t>& row = rows_[source];
  row.assign(topology_.terminals(), unknown);
  std::vector<std::uint32_t> routers(topology_.routers(), unknown);
  using reached = std::pair<std::uint32_t, std::uint32_t>;  // cycles, router
  std::priority_queue<reached, std::vector<reached>, std::greater<>> next;
  next.emplace(channels[topology_.injection(source)].cycles, topology_.source_router(source));
  while (!next.empty()) {
    const auto [cycles, router] = next.top();
    next.pop();
    if (routers[router] <= cycles) continue;
    routers[router] = cycles;
    for (const std::uint32_t number : topology_.outputs(router)) {
      const channel& c = channels[number];
      const std::uint32_t then = cycles + router_cycles_ + c.cycles;
      if (!c.to.is_terminal) {
        if (then < routers[c.to.index]) next.emplace(then, c.to.index);
      } else if (then < row[c.to.index]) {
        row[c.to.index] = then;
      }
    }
  }
}

}  // namespace mimd::noc
