// What a requester agent does when a transaction is complete: the cache's access is performed, the account
// kept.
#include <algorithm>
#include <memory>

#include "coherence/coherence_observer.h"
#include "directory/directory_fabric.h"
#include "directory/requester_agent.h"
#include "infrastructure/copy_bytes.h"

namespace mimd {

void requester_agent::complete_fetch(coherence_request& r, std::uint64_t id, time_ps begun, unsigned home,
                                     bool third_party, directory_state granted, time_ps at) {
  static constexpr const char* outcomes[] = {"local", "two_hops", "local_owner", "three_parties"};
  const bool local = home == node_;
  const time_ps done = at + (local ? 0 : fabric_.timing().fill);
  const unsigned parties = (local ? 0u : 1u) + (third_party ? 2u : 0u);  // a transaction_class
  ++counters_.transactions[parties];
  counters_.latency_ps[parties] += done - begun;
  const bool once = granted == invalid_state;
  counters_.used_once += once;
  r.found = cache_->state(r.line);
  r.fetched = true;
  r.failed = false;
  r.granted = granted;
  cache_->perform(r);
  const bool write = r.event == processor_event::write;
  if (coherence_observer* const observer = fabric_.observer()) {
    const bus_operation operation = !write                     ? bus_operation::read
                                    : r.found == invalid_state ? bus_operation::read_exclusive
                                                               : bus_operation::upgrade;
    observer->serialised(port_, r.line, operation, r.transient ? invalid_state : granted, now_ps());
  }
  fabric_.ended(id, begun, done, write ? "Write" : "Read", port_, r.line,
                once ? "used_once" : outcomes[parties]);
  if (traced_state_.on()) traced_state_.set(at, granted);
  if (r.transient && !once && !fabric_.protocol().silent_replacement(granted))
    replace_at_once(r, granted, at);
  if (fabric_.loose()) {
    loose_done_ = done;
  } else {
    cache_->complete(r, done);
  }
}

void requester_agent::complete_replacement(coherence_request& r, time_ps at) {
  if (is_own(r)) {
    replacements_.give_back(static_cast<own_replacement&>(r));
    return;
  }
  r.waiting = invalid_state;
  if (!fabric_.loose()) cache_->complete(r, at);
}

bool requester_agent::is_own(const coherence_request& r) const {
  const auto& all = replacements_.all();
  return std::any_of(all.begin(), all.end(), [&r](const auto& own) { return own.get() == &r; });
}

void requester_agent::replace_at_once(const coherence_request& r, directory_state granted, time_ps at) {
  own_replacement& own = replacements_.take([this] {
    auto made = std::make_unique<own_replacement>();
    made->buffer.resize(line_);
    return made;
  });
  own.data = own.buffer.data();
  copy_line(own.data, r.data, line_);
  own.line = r.line;
  own.event = processor_event::evict;
  own.waiting = granted;
  begin(own, at);
}

}  // namespace mimd
