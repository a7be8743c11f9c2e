#include "cache/miss_classifier.h"

namespace mimd {

void write_history::written(unsigned agent, address_t address, unsigned size) {
  ++order_;
  for (address_t word = address / 4; word <= (address + size - 1) / 4; ++word) {
    std::vector<entry>& page = pages_[word / page_words];
    if (page.empty()) page.resize(page_words);
    entry& e = page[word % page_words];
    if (e.last.order != 0 && e.last.writer != agent) e.last_other = e.last;
    e.last = {order_, agent};
  }
}

bool write_history::written_by_other(unsigned agent, address_t address, unsigned size,
                                     std::uint64_t since) const {
  for (address_t word = address / 4; word <= (address + size - 1) / 4; ++word) {
    const auto page = pages_.find(word / page_words);
    if (page == pages_.end()) continue;
    const entry& e = page->second[word % page_words];
    const stamp& other = e.last.writer != agent ? e.last : e.last_other;
    if (other.order > since) return true;
  }
  return false;
}

miss_classifier::miss_classifier(write_history& history, unsigned agent, std::uint64_t lines)
    : history_(history), agent_(agent), capacity_(lines) {}

bool miss_classifier::use(address_t line) {
  line_record& r = lines_[line];
  const bool had = r.resident;
  if (had) {
    recency_.splice(recency_.begin(), recency_, r.position);
    return true;
  }
  if (recency_.size() == capacity_) {
    lines_[recency_.back()].resident = false;
    recency_.splice(recency_.begin(), recency_, std::prev(recency_.end()));
    recency_.front() = line;
  } else {
    recency_.push_front(line);
  }
  r.resident = true;
  r.position = recency_.begin();
  return false;
}

void miss_classifier::miss(address_t line, address_t address, unsigned size) {
  const auto known = lines_.find(line);
  if (known == lines_.end()) {
    ++classes_.cold;
    use(line);
    return;
  }
  const line_record before = known->second;
  known->second.lost = false;
  const bool shadow_had = use(line);
  if (before.lost) {
    if (history_.written_by_other(agent_, address, size, before.lost_at)) {
      ++classes_.true_sharing;
    } else {
      ++classes_.false_sharing;
    }
  } else if (shadow_had) {
    ++classes_.conflict;
  } else {
    ++classes_.capacity;
  }
}

void miss_classifier::lost(address_t line) {
  const auto known = lines_.find(line);
  if (known == lines_.end() || known->second.lost) return;
  known->second.lost = true;
  // The write that takes the line away follows this moment in the history.
  known->second.lost_at = history_.now();
}

}  // namespace mimd
