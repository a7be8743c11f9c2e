#include "directory/page_swapper.h"

#include <algorithm>

#include "directory/directory_fabric.h"

namespace mimd {

template <class F>
void page_swapper::for_each_unit(address_t page, F f) {
  memory_pages& pages = fabric_.pages();
  const address_t end = std::min(page + parameters_.page, pages.size());
  for (address_t a = page; a < end; a += pages.page_bytes()) {
    if (memory_page* const unit = pages.find(a)) f(a, *unit);
  }
}

bool page_swapper::present(address_t line) const {
  const memory_page* const unit = fabric_.pages().find(line);
  return unit && !unit->moving;
}

// A page is in memory if its units are placed. Lines that are being replaced when they are recalled are
// recalled from who replaces them, and do not bring a page back that has gone.
time_ps page_swapper::admit(const coherence_request& r, time_ps at) {
  const address_t page = r.line & ~(parameters_.page - 1);
  const auto any = [this](auto is) { return std::any_of(swaps_.begin(), swaps_.end(), is); };
  const bool replaces = r.event == processor_event::evict;
  const memory_page* unit = fabric_.pages().find(r.line);
  if (!unit && replaces) return at;
  if (!unit && !any([=](const swap& s) { return s.in == page; })) {
    bring_in(page, at);
    unit = fabric_.pages().find(r.line);
  }
  if (unit && !unit->moving) return std::max(at, unit->available);
  return replaces && any([=](const swap& s) { return s.out == page && !s.recalled; }) ? at : never;
}

void page_swapper::bring_in(address_t page, time_ps at) {
  const swap_decision decision = decide_(page, [this](address_t other) { return present(other); });
  if (decision.what == swap_decision::action::wait) return;
  if (decision.what != swap_decision::action::exchange) {
    place(page, 0);
    return;
  }
  for_each_unit(decision.out, [](address_t, memory_page& unit) { unit.moving = true; });
  swaps_.push_back({page, decision.out, decision.from_disk, at});
  fabric_.delivered_ = at;
  progress();
}

void page_swapper::progress() {
  const bool loose = fabric_.loose();
  for (swap& s : swaps_) {
    if (s.done || fabric_.in_use(s.out, parameters_.page)) continue;
    if (!s.recalled) {
      s.recalled = true;
      recall(s.out);
      if (loose) fabric_.deliver_all();
      if (fabric_.in_use(s.out, parameters_.page)) continue;
    }
    exchange(s, loose ? fabric_.delivered_ : now_ps());
  }
  if (loose) swaps_.clear();
}

void page_swapper::recall(address_t page) {
  const time_ps at = fabric_.loose() ? fabric_.delivered_ : now_ps();
  for_each_unit(page, [&](address_t address, memory_page& unit) {
    counters_.lines_recalled += fabric_.home_of(unit).recall_page(unit, address, false, at);
  });
}

void page_swapper::exchange(swap& s, time_ps at) {
  store(s.out);
  ++counters_.out;
  counters_.in += s.from_disk;
  if (fabric_.loose()) disk_.forget_before(now_ps());
  s.available = disk_.reserve(at, parameters_.transfer) + parameters_.transfer;
  if (s.from_disk) s.available = disk_.reserve(s.available, parameters_.transfer) + parameters_.transfer;
  counters_.unavailable_ps += s.available - std::min(s.available, s.decided);
  place(s.in, s.available);
  s.done = true;
  if (!fabric_.loose()) fabric_.readmit_at(now_ps());  // who wants the page that has gone
}

void page_swapper::store(address_t page) {
  for_each_unit(page, [this](address_t address, memory_page& unit) {
    std::vector<std::uint8_t> bytes(fabric_.pages().page_bytes());
    home_directory& home = fabric_.home_of(unit);
    home.debug_memory(address, bytes.data(), static_cast<unsigned>(bytes.size()), false);
    home.free_slots(address, bytes.size());
    fabric_.unplaced_[address] = std::move(bytes);
    fabric_.pages().remove(address);
  });
}

// From `available` on.
void page_swapper::place(address_t page, time_ps available) {
  memory_pages& pages = fabric_.pages();
  const address_t end = std::min(page + parameters_.page, pages.size());
  for (address_t address = page; address < end; address += pages.page_bytes()) {
    fabric_.unplaced_[address].resize(pages.page_bytes());  // zeros, not what its frame held before
    memory_page& unit = pages.original(address, 0);
    unit.moving = !fabric_.loose() && available != 0;
    unit.available = available;
  }
}

time_ps page_swapper::arrive(time_ps now) {
  time_ps next = never;
  for (std::size_t i = 0; i < swaps_.size();) {
    const swap& s = swaps_[i];
    if (s.done && s.available <= now) {
      for_each_unit(s.in, [](address_t, memory_page& unit) { unit.moving = false; });
      swaps_.erase(swaps_.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      if (s.done) next = std::min(next, s.available);
      ++i;
    }
  }
  return next;
}

}  // namespace mimd
