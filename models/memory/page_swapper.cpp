#include "memory/page_swapper.h"

#include <algorithm>

#include "infrastructure/kernel_time.h"

namespace mimd {

page_swapper::page_swapper(swapped_memory& memory, policy decide, const page_swapper_parameters& parameters)
    : memory_(memory),
      decide_(std::move(decide)),
      parameters_(parameters),
      pages_(static_cast<unsigned>(parameters.page)) {}

bool page_swapper::present(address_t line) const {
  const neighbours* const known = pages_.find(line);
  if (!known) return false;
  const presence& page = known->of[pages_.index_of(line)];
  return page.here && !page.moving;
}

// Lines that are being replaced when they are recalled are recalled from who replaces them, and do not bring
// a page back that has gone.
time_ps page_swapper::admit(address_t line, bool replaces, time_ps at) {
  const address_t page = line & ~(parameters_.page - 1);
  const auto any = [this](auto is) { return std::any_of(swaps_.begin(), swaps_.end(), is); };
  const presence& known = presence_of(page);
  if (!known.here && replaces) return at;
  if (!known.here && !any([=](const swap& s) { return s.in == page; })) bring_in(page, at);
  if (known.here && !known.moving) return std::max(at, known.available);
  return replaces && any([=](const swap& s) { return s.out == page && !s.recalled; }) ? at : never;
}

void page_swapper::bring_in(address_t page, time_ps at) {
  const swap_decision decision = decide_(page, [this](address_t other) { return present(other); });
  if (decision.what == swap_decision::action::wait) return;
  if (decision.what != swap_decision::action::exchange) {
    place(page, 0);
    return;
  }
  presence_of(decision.out).moving = true;
  swaps_.push_back({page, decision.out, decision.from_disk, at});
  progress(memory_.loose() ? at : now_ps());
}

void page_swapper::progress(time_ps now) {
  for (swap& s : swaps_) {
    if (s.done || memory_.in_use(s.out, parameters_.page)) continue;
    time_ps then = now;
    if (!s.recalled) {
      s.recalled = true;
      counters_.lines_recalled += memory_.recall(s.out, parameters_.page, now);
      if (memory_.in_use(s.out, parameters_.page)) continue;
      if (memory_.loose()) then = memory_.recalled_at();
    }
    exchange(s, then);
  }
  if (memory_.loose()) swaps_.clear();
}

void page_swapper::exchange(swap& s, time_ps at) {
  memory_.leave(s.out, parameters_.page);
  presence_of(s.out) = {};
  ++counters_.out;
  counters_.in += s.from_disk;
  if (memory_.loose()) disk_.forget_before(now_ps());
  s.available = disk_.reserve(at, parameters_.transfer) + parameters_.transfer;
  if (s.from_disk) s.available = disk_.reserve(s.available, parameters_.transfer) + parameters_.transfer;
  counters_.unavailable_ps += s.available - std::min(s.available, s.decided);
  place(s.in, s.available);
  s.done = true;
  if (!memory_.loose()) memory_.readmit_at(at);  // who wants the page that has gone
}

// From `available` on.
void page_swapper::place(address_t page, time_ps available) {
  memory_.enter(page, parameters_.page);
  presence_of(page) = {true, !memory_.loose() && available != 0, available};
}

time_ps page_swapper::arrive(time_ps now) {
  time_ps next = never;
  for (std::size_t i = 0; i < swaps_.size();) {
    const swap& s = swaps_[i];
    if (s.done && s.available <= now) {
      presence_of(s.in).moving = false;
      swaps_.erase(swaps_.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      if (s.done) next = std::min(next, s.available);
      ++i;
    }
  }
  return next;
}

}  // namespace mimd
