// What the interconnect asks of a cache: states, snoops, debug accesses.
#include <cstring>
#include <string>

#include "cache/cache.h"
#include "cache/miss_classifier.h"
#include "coherence/debug_access.h"
#include "coherence/row_coverage.h"
#include "infrastructure/copy_bytes.h"

namespace mimd {

coherence_state cache_base::state(address_t line) const {
  const coherence_state held = hierarchy_.state(line);
  if (held != invalid_state || leaving_.empty()) return held;
  const write_back* const leaving = find_leaving(line);
  return leaving ? leaving->waiting : invalid_state;
}

// The valid line that waits in the write-back buffer, or null.
cache_base::write_back* cache_base::search_leaving(address_t line) const {
  for (write_back* w : leaving_) {
    if (w->line == line && w->waiting != invalid_state) return w;
  }
  return nullptr;
}

snoop_reply cache_base::snoop(const snoop_message& message) {
  tell_watcher(message.line);
  write_back* leaving = nullptr;
  coherence_state held = hierarchy_.state(message.line);
  if (held == invalid_state) {
    leaving = find_leaving(message.line);
    if (!leaving) {
      // Even a read ends a reservation on a line that is not here any more: the reader may then write
      // silently.
      if (reserved_.on(message.line)) reserved_.drop();
      return {};
    }
    held = leaving->waiting;
  }
  const compiled_protocol& table = hierarchy_.protocol();
  if (!table.defined(held, message.operation)) {
    SC_REPORT_FATAL("mimd/coherence", (std::string(name()) + ": no row for state " + std::to_string(held) +
                                       " snooping " + to_string(message.operation))
                                          .c_str());
  }
  const snoop_row& row = table.on(held, message.operation);
  ++counters_.snoops_hit;
  if (coverage_) coverage_->snoop(held, message.operation);
  if (row.supply || row.memory_updated) {
    const std::uint8_t* bytes = leaving ? leaving->data : hierarchy_.bytes(message.line);
    copy_line(message.line_data, bytes, line_);
    counters_.supplies += row.supply;
  }
  if (row.take) {
    if (leaving) {
      std::memcpy(leaving->data + message.offset, message.word, message.size);
    } else {
      hierarchy_.overwrite(message.line, message.offset, message.word, message.size);
    }
  }
  if (row.next == invalid_state) {
    ++counters_.invalidations;
    if (classifier_ && !leaving) classifier_->lost(message.line);
  }
  if (leaving) {
    leaving->waiting = row.next;
  } else if (row.next != held || row.next == invalid_state) {
    hierarchy_.set_state(message.line, row.next);
    show_line(now_ps(), message.line, row.next);
  }
  if (message.operation != bus_operation::read && reserved_.on(message.line)) reserved_.drop();
  return {true, row.supply, row.memory_updated};
}

const std::uint8_t* cache_base::copy_of(address_t line) const {
  for (const mshr* m : active_) {
    if (m->line == line && m->performed && !m->transient && m->granted != invalid_state) return m->data;
  }
  if (const std::uint8_t* bytes = hierarchy_.bytes(line)) return bytes;
  const write_back* const leaving = find_leaving(line);
  return leaving ? leaving->data : nullptr;
}

void cache_base::debug_update(address_t line, unsigned offset, const std::uint8_t* data, unsigned size) {
  tell_watcher(line);
  hierarchy_.overwrite(line, offset, data, size);
  for (mshr* m : active_) {
    if (m->line == line && m->performed) std::memcpy(m->data + offset, data, size);
  }
  for (write_back* w : leaving_) {
    if (w->line == line && w->waiting != invalid_state) std::memcpy(w->data + offset, data, size);
  }
}

unsigned cache_base::debug(unsigned, tlm::tlm_generic_payload& payload) {
  return debug_through(*forward_, payload);
}

}  // namespace mimd
