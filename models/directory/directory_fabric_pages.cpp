// Pages that move from node to node, are replicated, and lose their replicas.
#include <algorithm>
#include <stdexcept>

#include "directory/directory_fabric.h"

namespace mimd {

using page_action = page_decision::action;

void directory_fabric_base::set_page_policy(page_policy policy, const page_times& times) {
  using kind = sharer_format_parameters::format_kind;
  if (parameters_.sparse || parameters_.format.kind == kind::pointer_pool) {
    throw std::invalid_argument("directory: pages cannot move with a sparse directory or a pointer pool");
  }
  policy_ = std::move(policy);
  page_times_ = times;
}

// A request that had to wait is not put to the policy again, lest pages change for ever: unless it is a write
// and the page has got replicas meanwhile.
time_ps directory_fabric_base::admit(requester_agent& agent, coherence_request& r, time_ps at, bool kept) {
  if (swapper_) {
    const time_ps from = swapper_->admit(r.line, r.event == processor_event::evict, at);
    if (from == never) kept_.push_back({&agent, &r});
    return from;
  }
  memory_page& page = pages_->original(r.line, agent.node());
  const bool write = r.event == processor_event::write || r.at_home;
  const bool asked = kept ? write && page.read_only : r.event != processor_event::evict;
  if (!page.moving && asked) {
    const address_t first = r.line & ~(pages_->page_bytes() - 1);
    const page_decision decision = policy_(first, agent.node(), page.home, write);
    if (decision.what != page_action::none) {
      page.moving = true;
      delivered_ = at;
      changes_.push_back({&page, first, decision, at});
      change_pages();
    }
  }
  if (loose()) return std::max(at, page.available);
  if (!page.moving) return at;
  kept_.push_back({&agent, &r});
  return never;
}

bool directory_fabric_base::in_use(address_t first, std::uint64_t bytes) const {
  return packets_.any_of([=](const directory_packet& p) { return p.page && p.line - first < bytes; }) ||
         std::any_of(agents_.begin(), agents_.end(), [=](const auto& a) { return a->uses(first, bytes); });
}

void directory_fabric_base::change_pages() {
  for (page_change& c : changes_) {
    if (c.done || in_use(c.first, pages_->page_bytes())) continue;
    if (!c.flushed) {
      c.flushed = true;
      const bool recalls = flush(c);
      if (recalls && loose()) deliver_all();
      if (recalls && !loose()) continue;
    }
    carry_out(c, loose() ? delivered_ : now_ps());
  }
  if (loose()) changes_.clear();
}

bool directory_fabric_base::flush(const page_change& c) {
  memory_page& page = *c.page;
  const time_ps at = loose() ? delivered_ : now_ps();
  unsigned recalled = 0;
  if (c.decision.what == page_action::replicate && !page.read_only) {
    recalled = homes_[page.home]->recall_page(page, c.first, true, at);
  } else if (c.decision.what == page_action::collapse) {
    homes_[page.home]->set_read_only(page, false);
    for (unsigned n = 0; page.replicas && n < nodes(); ++n) {
      if (!page.replicas[n]) continue;
      homes_[n]->set_read_only(*page.replicas[n], false);
      recalled += homes_[n]->recall_page(*page.replicas[n], c.first, false, at);
    }
  }
  page_counters_.lines_recalled += recalled;
  return recalled != 0;
}

void directory_fabric_base::carry_out(page_change& c, time_ps at) {
  memory_page& page = *c.page;
  const bool collapses = c.decision.what == page_action::collapse;
  if (collapses) {
    pages_->drop_replicas(page);
    ++page_counters_.collapsed;
  } else {
    copy_page(c);
  }
  page.available = at + (collapses ? page_times_.shootdown : page_times_.copy);
  page_counters_.unavailable_ps += page.available - std::min(c.decided, page.available);
  c.done = true;
  if (loose()) {
    page.moving = false;
  } else {
    readmit_at(page.available);
  }
}

void directory_fabric_base::copy_page(const page_change& c) {
  memory_page& page = *c.page;
  const unsigned to = c.decision.to;
  std::vector<std::uint8_t> bytes(pages_->page_bytes());
  const auto size = static_cast<unsigned>(bytes.size());
  homes_[page.home]->debug_memory(c.first, bytes.data(), size, false);
  if (c.decision.what == page_action::migrate) {
    pages_->move(page, to);
    ++page_counters_.moved;
  } else {
    memory_page& replica = pages_->replicate(page, c.first, to);
    homes_[page.home]->set_read_only(page, true);
    homes_[to]->set_read_only(replica, true);
    ++page_counters_.replicated;
  }
  homes_[to]->debug_memory(c.first, bytes.data(), size, true);
  page_counters_.bytes_copied += size;
}

// Pages have become available: who waited for them goes on.
void directory_fabric_base::readmit() {
  const time_ps now = now_ps();
  time_ps next = never;
  for (std::size_t i = 0; i < changes_.size();) {
    const page_change& c = changes_[i];
    if (c.done && c.page->available <= now) {
      c.page->moving = false;
      changes_.erase(changes_.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      if (c.done) next = std::min(next, c.page->available);
      ++i;
    }
  }
  if (swapper_) {
    next = std::min(next, swapper_->arrive(now));
    std::stable_partition(kept_.begin(), kept_.end(),
                          [this](const kept_request& k) { return swapper_->present(k.request->line); });
  }
  if (next != never) agenda_.schedule(readmission_, next);
  std::vector<kept_request> kept;
  kept.swap(kept_);
  for (const kept_request& k : kept) k.agent->admitted(*k.request, now);
}

}  // namespace mimd
