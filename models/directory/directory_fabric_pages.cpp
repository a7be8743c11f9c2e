// Pages that move from node to node.
#include <algorithm>
#include <stdexcept>

#include "directory/directory_fabric.h"

namespace mimd {

void directory_fabric_base::set_page_policy(page_policy policy, time_ps time) {
  using kind = sharer_format_parameters::format_kind;
  if (parameters_.sparse || parameters_.format.kind == kind::pointer_pool) {
    throw std::invalid_argument("directory: pages cannot move with a sparse directory or a pointer pool");
  }
  policy_ = std::move(policy);
  move_time_ = time;
}

time_ps directory_fabric_base::admit(requester_agent& agent, coherence_request& r, time_ps at) {
  memory_page& page = pages_->at(r.line, agent.node());
  if (!page.moving && r.event != processor_event::evict) {
    const address_t first = r.line & ~(pages_->page_bytes() - 1);
    const bool write = r.event == processor_event::write;
    const unsigned wanted = policy_(first, agent.node(), page.home, write);
    if (wanted != page.home) {
      page.moving = true;
      moves_.push_back({&page, first, wanted, false});
      move_pages();
    }
  }
  if (loose()) return std::max(at, page.available);
  if (!page.moving) return at;
  kept_.push_back({&agent, &r, &page});
  return never;
}

void directory_fabric_base::move_pages() {
  for (page_move& m : moves_) {
    const memory_page& page = *m.page;
    const bool busy = packets_.any_of(page) || std::any_of(agents_.begin(), agents_.end(),
                                                           [&page](const auto& a) { return a->uses(page); });
    if (!m.done && !busy) move(m);
  }
  if (loose()) moves_.clear();
}

void directory_fabric_base::move(page_move& m) {
  memory_page& page = *m.page;
  std::vector<std::uint8_t> bytes(pages_->page_bytes());
  const auto size = static_cast<unsigned>(bytes.size());
  homes_[page.home]->debug_memory(m.first, bytes.data(), size, false);
  pages_->move(page, m.to);
  homes_[page.home]->debug_memory(m.first, bytes.data(), size, true);
  ++pages_moved_;
  page.available = now_ps() + move_time_;
  m.done = true;
  if (loose()) {
    page.moving = false;
  } else if (!readmission_.pending() || page.available < readmission_.time()) {
    agenda_.schedule(readmission_, page.available);
  }
}

// Pages have become available: who waited for them goes on.
void directory_fabric_base::readmit() {
  const time_ps now = now_ps();
  time_ps next = never;
  for (std::size_t i = 0; i < moves_.size();) {
    const page_move m = moves_[i];
    if (m.done && m.page->available <= now) {
      m.page->moving = false;
      moves_.erase(moves_.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      if (m.done) next = std::min(next, m.page->available);
      ++i;
    }
  }
  if (next != never) agenda_.schedule(readmission_, next);
  std::vector<kept_request> kept;
  kept.swap(kept_);
  for (const kept_request& k : kept) {
    if (k.page->moving) {
      kept_.push_back(k);
    } else {
      k.agent->admitted(*k.request, now);
    }
  }
}

}  // namespace mimd
