// Misses: what leaves the cache for the interconnect and comes back, in both timings.
#include <algorithm>
#include <cstring>
#include <utility>

#include "cache/cache.h"
#include "coherence/coherence_observer.h"
#include "cpu/atomic_extension.h"
#include "infrastructure/payload_access.h"

namespace mimd {

namespace {

bool writes(processor_event event) {
  return event == processor_event::write;
}

// Few are in flight, and the only one usually is the one that ends.
template <typename T>
void remove(std::vector<T*>& list, T& done) {
  if (list.back() == &done) {
    list.pop_back();
  } else {
    list.erase(std::find(list.begin(), list.end(), &done));
  }
}

}  // namespace

void cache_base::prepare(mshr& m, reference& r, need what, time_ps at) {
  if (!m.data) {
    m.buffer.resize(line_);
    m.data = m.buffer.data();
  }
  m.line = r.line;
  m.offset = r.offset;
  m.size = r.size;
  m.primary = &r;
  m.performed = false;
  m.failed = false;
  m.transient = what != need::line;
  m.at_home = what == need::operation;
  m.lock = !r.atomic                                               ? lock_request::none
           : r.atomic->operation == atomic_operation::acquire_lock ? lock_request::acquire
           : r.atomic->operation == atomic_operation::release_lock ? lock_request::release
                                                                   : lock_request::none;
  m.conditional = !r.filling && r.atomic && r.atomic->operation == atomic_operation::store_conditional;
  m.synchronisation = r.synchronisation;
  const bool reads = r.filling || r.what == kind::read ||
                     (r.atomic && r.atomic->operation == atomic_operation::load_reserved);
  m.event = reads ? processor_event::read : processor_event::write;
  if (!reads && r.synchronisation) synchronisation_lines_.insert(r.line);
  m.needs_data = !reads && (r.what != kind::write || !r.contiguous);
  if (what == need::line) hierarchy_.expect(r.line, r.which);
  traced_miss_.set(at, 1 + static_cast<std::uint64_t>(r.what));
}

void cache_base::perform(coherence_request& request) {
  if (request.event == processor_event::evict) {
    request.waiting = invalid_state;
    return;
  }
  mshr& m = static_cast<mshr&>(request);
  reference& r = *m.primary;
  if (m.withdrawn) {
    fail(r);
    return;
  }
  const coherence_state held = m.found;
  if (held == invalid_state && r.what == kind::atomic &&
      r.atomic->operation != atomic_operation::load_reserved && reserved_.on(m.line)) {
    reserved_.drop();  // the reserved line was replaced meanwhile
  }
  if (!m.fetched && held != invalid_state) {
    // An owned copy may have been replaced while its upgrade was queued: it is in the write-back buffer then.
    const std::uint8_t* const own = hierarchy_.bytes(m.line);
    copy_line(m.data, own ? own : find_leaving(m.line)->data, line_);
  }
  if (r.filling) {
    m.performed = true;
    return;
  }
  std::uint8_t before[8] = {};
  std::uint8_t* const bytes = m.data + m.offset;
  if (r.atomic) std::memcpy(before, bytes, r.size);
  touch(r, bytes);
  if ((observer_ || history_) && !(m.transient && forward_->kind_of(m.line) == region_kind::device)) {
    observe(r, r.atomic ? before : bytes, bytes, now_ps());
  }
  if (held != invalid_state && writes(m.event)) hierarchy_.overwrite(m.line, m.offset, bytes, m.size);
  m.performed = true;
}

// The line has arrived: it takes its place.
void cache_base::settle(mshr& m, time_ps at) {
  reference& r = *m.primary;
  if (m.failed) r.status = tlm::TLM_GENERIC_ERROR_RESPONSE;
  if (!m.transient && !m.failed && m.granted != invalid_state) {
    if (write_back* const leaving = find_leaving(m.line)) leaving->waiting = invalid_state;  // it stays
    if (r.filling) {
      hierarchy_.install_in_l2(m.line, m.found, m.granted, m.data);
    } else {
      hierarchy_.install(m.line, m.found, m.granted, m.data, r.which, writes(m.event));
    }
    show_line(at, m.line, m.granted);
  } else if (reserved_.on(m.line) && !m.transient) {
    reserved_.drop();  // a line that is not kept may be written without our hearing of it
  }
}

void cache_base::evicted(address_t line, coherence_state state, const std::uint8_t* data) {
  write_back& w = write_backs_.take();
  if (!w.data) {
    w.buffer.resize(line_);
    w.data = w.buffer.data();
  }
  copy_line(w.data, data, line_);
  w.line = line;
  w.waiting = state;
  w.event = processor_event::evict;
  w.synchronisation = !synchronisation_lines_.empty() && synchronisation_lines_.count(line) != 0;
  unsent_.push_back(&w);
  leaving_.push_back(&w);
  hierarchy_.presence().add(line);
}

// The interconnect is done with the write-back.
void cache_base::sent(write_back& w) {
  remove(leaving_, w);
  hierarchy_.presence().remove(w.line);
  write_backs_.give_back(w);
}

void cache_base::send_write_backs(time_ps at) {
  while (!unsent_.empty()) {
    write_back& w = *unsent_.front();
    remove(unsent_, w);
    if (timing_ == timing_mode::loose) {
      if (forward_->post(w, at)) sent(w);
    } else {
      forward_->request(w, at);
    }
  }
}

// --- loosely timed

time_ps cache_base::access(unsigned socket, tlm::tlm_generic_payload& payload, time_ps at) {
  reference& r = references_.take();
  if (!begin(r, payload, socket)) {
    references_.give_back(r);
    return at;
  }
  const need what = attempt(r, at);
  if (r.watcher != nullptr && what == need::nothing) watch_hit(r);
  return serve(r, what, at);
}

// A read or write within one line that quick_hit() did not find in L1.
time_ps cache_base::plain_miss(tlm::tlm_generic_payload& payload, private_hierarchy::port which, time_ps at) {
  reference& r = references_.take();
  r.clear();
  r.payload = &payload;
  r.what = payload.is_write() ? kind::write : kind::read;
  r.which = r.socket = which;
  r.length = payload.get_data_length();
  set_piece(r);
  count_access(r);
  if (!only_l1_ || forward_->kind_of(r.line) != region_kind::memory) {
    const need what = attempt(r, at);
    return serve(r, what, at);
  }
  r.piece_counted = r.counted_l1_miss = true;
  at += parameters_.l1_latency;
  cache_level_counters& l1 = hierarchy_.l1_counters(which);
  if (r.what == kind::read) {
    ++l1.read_misses;
    return serve(r, need::line, at);
  }
  ++l1.write_misses;
  if (parameters_.write_allocate) return serve(r, need::line, at);
  ++counters_.uncached;
  return serve(r, need::transient, at);
}

time_ps cache_base::serve(reference& r, need what, time_ps at) {
  bool contended = false;
  bool continues = false;
  for (;;) {
    while (what != need::nothing && find_mshr(r.line)) {  // of another process, which waits for its turn
      ++counters_.merges;
      ++merged_;
      sc_core::wait(settled_);
      --merged_;
      at = std::max(at, settled_at_);
      what = attempt(r, at);
    }
    if (what != need::nothing) {
      mshr& m = mshrs_.take();
      prepare(m, r, what, at);
      active_.push_back(&m);  // debug accesses see it while a target waits
      m.continues = std::exchange(continues, true);
      at = forward_->transact(m, at);
      settle(m, at);
      remove(active_, m);
      traced_miss_.set(at, 0);
      contended |= m.contended;
      mshrs_.give_back(m);
      if (merged_ > 0) {
        settled_at_ = at;
        settled_.notify();
      }
    }
    if (!unsent_.empty()) send_write_backs(at);
    if (!next_piece(r)) break;
    what = attempt(r, at);
  }
  respond(r);
  if (contended) port_of(r.socket).sleep_until(*r.payload, at);
  references_.give_back(r);
  return at;
}

// --- approximately timed

cache_base::mshr* cache_base::find_mshr(address_t line) {
  for (mshr* m : active_) {
    if (m->line == line) return m;
  }
  return nullptr;
}

bool cache_base::start(unsigned socket, tlm::tlm_generic_payload& payload, time_ps at, time_ps& done) {
  reference& r = references_.take();
  if (!begin(r, payload, socket)) {
    references_.give_back(r);
    done = at;
    return true;
  }
  r.arrival = at;
  if (!advance(r, at, done)) return false;
  if (r.watcher != nullptr) watch_hit(r);
  respond(r);
  references_.give_back(r);
  return true;
}

// Serves pieces until one must wait (false) or all are done (true, at `done`).
bool cache_base::advance(reference& r, time_ps at, time_ps& done) {
  do {
    if (mshr* m = find_mshr(r.line)) {
      if (r.filling) continue;
      // A read may still hit on a copy whose upgrade is on its way; anything else waits for the line.
      const bool readable =
          r.what == kind::read && !m->performed && hierarchy_.state(r.line) != invalid_state;
      if (!readable) {
        count(r, hierarchy_.present_in_l1(r.line, r.which) ? private_hierarchy::found::l1
                 : hierarchy_.present_in_l2(r.line)        ? private_hierarchy::found::l2
                                                           : private_hierarchy::found::nowhere);
        ++counters_.merges;
        m->merged.push(r);
        return false;
      }
    }
    const need what = attempt(r, at);
    if (!unsent_.empty()) send_write_backs(at);
    if (what == need::nothing) continue;
    if (active_.size() >= parameters_.mshrs || leaving_.size() >= parameters_.write_back_entries) {
      ++counters_.mshr_stalls;
      stalled_.push(r);
      return false;
    }
    mshr& m = mshrs_.take();
    prepare(m, r, what, at);
    active_.push_back(&m);
    forward_->request(m, at);
    return false;
  } while (next_piece(r));
  done = at;
  return true;
}

// A reference whose wait has ended goes on.
void cache_base::resume(reference& r, time_ps at) {
  at = std::max(at, r.arrival);  // it may have joined a miss before its annotated time
  time_ps done = at;
  if (!advance(r, at, done)) return;
  respond(r);
  tlm::tlm_generic_payload& payload = *r.payload;
  port& p = port_of(r.socket);
  references_.give_back(r);
  p.finish(payload, done);
}

void cache_base::complete(coherence_request& request, time_ps at) {
  if (request.event == processor_event::evict) {
    sent(static_cast<write_back&>(request));
  } else {
    mshr& m = static_cast<mshr&>(request);
    settle(m, at);
    if (!unsent_.empty()) send_write_backs(at);
    remove(active_, m);
    if (active_.empty()) traced_miss_.set(at, 0);
    reference& primary = *m.primary;
    reference_queue merged = m.merged;
    m.merged = {};
    mshrs_.give_back(m);
    if (next_piece(primary)) {
      resume(primary, at);
    } else {
      respond(primary);
      tlm::tlm_generic_payload& payload = *primary.payload;
      port& p = port_of(primary.socket);
      references_.give_back(primary);
      p.finish(payload, at);
    }
    while (reference* r = merged.pop()) resume(*r, at);
  }
  reference_queue stalled = stalled_;
  stalled_ = {};
  while (reference* r = stalled.pop()) resume(*r, at);
}

}  // namespace mimd
