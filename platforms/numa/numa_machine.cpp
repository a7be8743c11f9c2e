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
  if (parameters_.counts()) migration_ = std::make_unique<page_migration>(parameters_.migration);
  fabric().set_page_policy([this](address_t page, unsigned node, unsigned home,
                                  bool write) { return decide(page, node, home, write); },
                           {parameters_.move_time.ps, parameters_.shootdown_time.ps});
}

unsigned numa_machine::first_home(address_t page, unsigned toucher) {
  if (parameters_.mark_interval.ps != 0) touched_.push_back(page);
  return placement_.home_of(page, toucher);
}

// Replicas take frames that no page of the node's own needs yet.
bool numa_machine::has_room(unsigned node) const {
  return fabric().pages_of(node) < placement_.parameters().pages_per_node;
}

page_decision numa_machine::decide(address_t page, unsigned node, unsigned home, bool write) {
  using action = page_decision::action;
  const time_ps now = now_ps();
  const time_ps interval = parameters_.mark_interval.ps;
  if (interval != 0 && now >= marked_ + interval) {
    marked_ = now;
    for (const address_t touched : touched_) placement_.mark(touched, 1);
  }
  if (parameters_.model.policy == placement_policy::next_touch) {
    const unsigned wanted = placement_.home_of(page, node);
    if (wanted != home) return {action::migrate, wanted};
  }
  if (!migration_) return {};
  const time_ps counting = parameters_.count_interval.ps;
  if (counting != 0 && now >= counting_ + counting) {
    counting_ = now;
    migration_->begin_interval();
  }
  const std::uint64_t number = placement_.page_of(page);
  const page_decision decision = migration_->note_miss(number, node, home, write);
  switch (decision.what) {
    case action::migrate:
      if (!placement_.move(number, decision.to)) return {};
      break;
    case action::replicate:
      if (!has_room(decision.to)) return {};
      migration_->add_replica(number, decision.to);
      break;
    case action::collapse:
      migration_->drop_replicas(number);
      break;
    case action::none:
      break;
  }
  return decision;
}

void numa_machine::register_inside(statistics& all) {
  register_directories(all, {"memory", "cache"});
  for (unsigned n = 0; n < nodes(); ++n) {
    all.add(
        "node_" + std::to_string(n) + ".pages", [this, n] { return fabric().pages_of(n); },
        "units of placement that live there");
  }
  if (!parameters_.moves()) return;
  const directory_fabric<>::page_counters& changes = fabric().page_changes();
  all.add("placement.pages_moved", changes.moved, "pages that moved to another node");
  all.add("placement.bytes_copied", changes.bytes_copied, "bytes of pages that moved or were replicated");
  all.add("placement.unavailable_ps", changes.unavailable_ps,
          "time for which pages were not available, from the decision on, summed");
  if (!parameters_.replicates()) return;
  all.add("placement.pages_replicated", changes.replicated, "replicas of pages made");
  all.add("placement.pages_collapsed", changes.collapsed, "pages that lost their replicas to a write");
  all.add("placement.lines_recalled", changes.lines_recalled, "lines recalled for either");
  all.add("placement.replicas", migration_->counters().replicas, "replicas at the end");
}

}  // namespace mimd
