#include "platforms/coma/attraction_statistics.h"
#include "platforms/coma/coma_machine.h"

namespace mimd {

void coma_machine::register_inside(statistics& all) {
  register_directories(all, {"slots", "attraction"});
  for (unsigned n = 0; n < nodes(); ++n) {
    const std::string p = "node_" + std::to_string(n);
    const home_counters& h = fabric().home(n).counters();
    all.add(p + ".directory.injections", h.injections, "lines without a master offered to nodes");
    all.add(p + ".directory.unplaced", h.unplaced, "lines that nobody took, and that stayed at home");
    all.add(p + ".directory.slots_used", h.slots_used, "lines without a master at home at a time, at most");
  }
  const auto homes = [this](auto get) {
    return [this, get] {
      std::uint64_t sum = 0;
      for (unsigned n = 0; n < nodes(); ++n) sum += get(fabric().home(n).counters());
      return sum;
    };
  };
  const attraction_geometry& g = parameters_.geometry();
  register_attraction(all,
                      {nodes(), [this](unsigned n) -> const node_cache_base& { return node_cache_of(n); },
                       [this] { return fabric().lines_with_owner(); },
                       homes([](const home_counters& k) { return k.injections; }),
                       homes([](const home_counters& k) { return k.unplaced; }),
                       parameters_.ways_of_global_set() * g.sets* g.lines, parameters_.simple()});
  if (parameters_.swaps()) register_swapping(all, fabric().swaps());
}

}  // namespace mimd
