#include "platforms/numa/numa_machine.h"

namespace mimd {

numa_machine::numa_machine(const sc_core::sc_module_name& name, const numa_parameters& parameters,
                           timing_mode timing, std::uint64_t seed, bool check_coherence)
    : directory_machine(
          name, parameters, [this](address_t page, unsigned toucher) { return first_home(page, toucher); },
          timing, seed, check_coherence),
      parameters_(parameters.placement),
      placement_(parameters.placement.model) {
  if (!parameters_.moves()) return;
  if (parameters_.migration.migration_threshold != 0) {
    migration_ = std::make_unique<page_migration>(parameters_.migration);
  }
  fabric().set_page_policy([this](address_t page, unsigned node, unsigned home,
                                  bool write) { return wanted_home(page, node, home, write); },
                           parameters_.move_time.ps);
}

unsigned numa_machine::first_home(address_t page, unsigned toucher) {
  if (parameters_.mark_interval.ps != 0) touched_.push_back(page);
  return placement_.home_of(page, toucher);
}

unsigned numa_machine::wanted_home(address_t page, unsigned node, unsigned home, bool write) {
  const time_ps interval = parameters_.mark_interval.ps;
  if (interval != 0 && now_ps() >= marked_ + interval) {
    marked_ = now_ps();
    for (const address_t touched : touched_) placement_.mark(touched, 1);
  }
  if (parameters_.model.policy == placement_policy::next_touch) {
    home = placement_.home_of(page, node);
  }
  if (!migration_) return home;
  const std::uint64_t number = placement_.page_of(page);
  const page_decision decision = migration_->note_miss(number, node, home, write);
  return decision.what == page_decision::action::migrate && placement_.move(number, decision.to) ? decision.to
                                                                                                 : home;
}

void numa_machine::register_inside(statistics& all) {
  register_directories(all, {"memory", "cache"});
  for (unsigned n = 0; n < nodes(); ++n) {
    all.add(
        "node_" + std::to_string(n) + ".pages", [this, n] { return fabric().pages_of(n); },
        "units of placement that live there");
  }
  if (!parameters_.moves()) return;
  all.add(
      "placement.pages_moved", [this] { return fabric().pages_moved(); }, "pages that moved to another node");
}

}  // namespace mimd
