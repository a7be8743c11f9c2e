// Pages that go to disk: their lines are recalled to the slots of the topmost directory.
#include <algorithm>

#include "attraction_memory/hierarchical_fabric_parts.h"

namespace mimd {

void hierarchical_fabric::set_swap_policy(page_swapper::policy policy,
                                          const page_swapper_parameters& parameters) {
  swapped_memory& here = *this;
  swapper_ = std::make_unique<page_swapper>(here, std::move(policy), parameters);
}

time_ps hierarchical_fabric::admit(attraction_agent& agent, coherence_request& r, time_ps at) {
  const time_ps from = swapper_->admit(r.line, r.event == processor_event::evict, at);
  if (from == never) kept_.push_back({&agent, &r});
  return from;
}

// Where a line is not quiet, a message on it is on its way.
bool hierarchical_fabric::in_use(address_t page, std::uint64_t bytes) const {
  return std::any_of(steps_.all().begin(), steps_.all().end(),
                     [=](const auto& s) { return s->line && s->address - page < bytes; });
}

unsigned hierarchical_fabric::recall(address_t page, std::uint64_t bytes, time_ps at) {
  recalled_at_ = at;
  unsigned lines = 0;
  for (address_t line = page; line < page + bytes; line += parameters_.line) {
    const group_line* const known = find(0, line);
    if (!known || known->state == 0) continue;
    ++lines;
    port topmost{*this, *groups_[0], line_of(0, line), line, at};
    topmost.l.above_id = 0;
    core_.ask(topmost, hierarchy_question::read_erase);
  }
  if (loose()) finish_loose();
  return lines;
}

void hierarchical_fabric::leave(address_t page, std::uint64_t bytes) {
  for (address_t line = page; line < page + bytes; line += parameters_.line) {
    if (!find(0, line)) continue;
    bool& in_slot = line_of(0, line).in_slot;
    slots_in_use_ -= in_slot;
    in_slot = false;
  }
}

void hierarchical_fabric::readmit_at(time_ps at) {
  if (!readmission_.pending() || at < readmission_.time()) agenda_.schedule(readmission_, at);
}

void hierarchical_fabric::readmit() {
  const time_ps now = now_ps();
  const time_ps next = swapper_->arrive(now);
  if (next != never) agenda_.schedule(readmission_, next);
  // First who has its page now, before it may go again.
  std::stable_partition(kept_.begin(), kept_.end(),
                        [this](const kept_request& k) { return swapper_->present(k.request->line); });
  std::vector<kept_request> kept;
  kept.swap(kept_);
  for (const kept_request& k : kept) k.agent->admitted(*k.request, now);
  look_for_quiet();
}

}  // namespace mimd
