// Accesses that a home does in its memory, and the locks that it keeps.
#include <algorithm>

#include "directory/directory_fabric.h"
#include "directory/home_directory.h"
#include "infrastructure/copy_bytes.h"

namespace mimd {

// An access to a device, or in memory, once nobody has the line.
void home_directory::operate(directory_packet& p, time_ps start) {
  if (!p.page) {
    fabric_.device_at(p.line)->access(p, start);
    return;
  }
  const directory_entry e = entry_in(*p.page, p.line);
  if (e.state->state != 0) {
    keep(p, false);
    recall(p.line, p.transaction, start);
    return;
  }
  ++counters_.operations;
  coherence_request& r = *p.request;
  const unsigned line = fabric_.line_bytes();
  if (const std::uint8_t* const late = unwritten(p.line)) {
    copy_line(r.data, late, line);
  } else {
    debug_memory(p.line, r.data, line, false);
  }
  if (waits_for_lock(p)) return;
  r.found = r.granted = invalid_state;
  r.fetched = true;
  r.failed = false;
  fabric_.agent_at(p.source).cache().perform(r);
  directory_packet& result =
      new_packet(directory_message_type::result, p.source, p.line, *p.page, p.transaction);
  result.request = &r;
  fetch(result, start, start + fabric_.timing().access);
  bool done = true;
  if (r.event == processor_event::write) {
    copy_line(p.data, r.data, line);
    done = store(p, start);
  }
  const lock_request lock = r.lock;
  const address_t word = r.line + r.offset;
  if (done) fabric_.give_back(p);
  if (lock == lock_request::release) hand_over(word, start);
}

// The line's bytes are in the request. Loosely timed nobody can be kept: who finds the lock taken tries
// again.
bool home_directory::waits_for_lock(directory_packet& p) {
  const coherence_request& r = *p.request;
  if (r.lock != lock_request::acquire || fabric_.loose()) return false;
  const std::uint8_t* const word = r.data + r.offset;
  if (std::all_of(word, word + r.size, [](std::uint8_t byte) { return byte == 0; })) return false;
  ++counters_.locks_queued;
  --counters_.operations;
  lock_queue_.push_back(&p);
  return true;
}

void home_directory::hand_over(address_t word, time_ps start) {
  const auto next = std::find_if(lock_queue_.begin(), lock_queue_.end(), [word](const directory_packet* p) {
    return p->request->line + p->request->offset == word;
  });
  if (next == lock_queue_.end()) return;
  directory_packet& p = **next;
  lock_queue_.erase(next);
  operate(p, begin_service(start));
}

}  // namespace mimd
