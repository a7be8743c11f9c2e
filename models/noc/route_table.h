// What a memoryless routing answers, remembered: the next step at each router to each terminal, asked for
// once. Networks of more than `largest` pairs are not remembered: they would not fit the host's caches.
#ifndef MIMD_NOC_ROUTE_TABLE_H
#define MIMD_NOC_ROUTE_TABLE_H

#include <cstdint>
#include <vector>

#include "noc/routing.h"

namespace mimd::noc {

class route_table {
 public:
  static constexpr std::size_t largest = 16384;

  // The routing must outlive this.
  route_table(const topology& t, const routing& r) : routing_(r), terminals_(t.terminals()) {
    const std::size_t pairs = std::size_t{t.routers()} * terminals_;
    if (r.memoryless() && pairs <= largest) steps_.resize(pairs, route_candidate{0, 0, 0, 0});
  }

  bool usable() const { return !steps_.empty(); }
  const route_candidate& next(std::uint32_t router, std::uint32_t destination) {
    route_candidate& step = steps_[std::size_t{router} * terminals_ + destination];
    if (step.vcs == 0) ask(router, destination, step);
    return step;
  }

 private:
  void ask(std::uint32_t router, std::uint32_t destination, route_candidate& step) const {
    route_candidates answer;
    route_state state;
    routing_.candidates({router, 0, 0, destination}, state, answer);
    step = answer[0];
  }

  const routing& routing_;
  std::uint32_t terminals_;
  std::vector<route_candidate> steps_;
};

}  // namespace mimd::noc

#endif
