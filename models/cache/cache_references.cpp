// References: one payload's way through the cache, piece by piece, as far as it needs nobody else.
#include <algorithm>
#include <cstring>

#include "cache/cache.h"
#include "cache/miss_classifier.h"
#include "coherence/coherence_observer.h"
#include "coherence/row_coverage.h"
#include "cpu/access_extension.h"
#include "cpu/atomic_access.h"
#include "infrastructure/payload_access.h"

namespace mimd {

// False: the payload was answered without any access.
bool cache_base::begin(reference& r, tlm::tlm_generic_payload& payload, unsigned socket) {
  r.clear();
  r.payload = &payload;
  r.which = r.socket = static_cast<private_hierarchy::port>(socket);
  if (payload.get_command() == tlm::TLM_IGNORE_COMMAND) {
    r.atomic = payload.get_extension<atomic_extension>();
    if (!(r.atomic && atomic_is_possible(payload))) {
      payload.set_response_status(tlm::TLM_OK_RESPONSE);
      return false;
    }
  }
  const tlm::tlm_response_status status = payload_status(payload);
  if (status != tlm::TLM_OK_RESPONSE) {
    payload.set_response_status(status);
    return false;
  }
  access_extension* const attributes = payload.get_extension<access_extension>();
  if (attributes) {
    r.synchronisation = attributes->synchronisation;
    if (attributes->watcher != nullptr) r.watcher = attributes;
  }
  r.what = r.atomic                           ? kind::atomic
           : payload.is_write()               ? kind::write
           : attributes && attributes->modify ? kind::modify
                                              : kind::read;
  if (r.what != kind::read) r.which = private_hierarchy::port::data;
  const address_t first = payload.get_address();
  r.length = footprint(payload);
  r.contiguous = is_contiguous(payload);
  const address_t last = first + r.length - 1;
  set_piece(r);
  if (r.size != r.length) {
    // Several lines: nothing happens unless all of it can. One line: attempt() finds out when it misses.
    bool reachable = last >= first;
    for (address_t line = r.line; reachable && line <= last; line += line_) reachable = may_reach(r, line);
    if (!reachable) {
      respond(r);
      return false;
    }
  }
  count_access(r);
  if (hierarchy_.has_l2() && !parameters_.levels.inclusive && r.length > r.size) {
    for (address_t line = r.line; line <= last; line += line_) {
      r.l2_whole |= !hierarchy_.present_in_l1(line, r.which);
    }
  }
  return true;
}

// Whether the interconnect has something at this line that takes the access; else says why not.
bool cache_base::may_reach(reference& r, address_t line) {
  const region_kind where = forward_->kind_of(line);
  if (where == region_kind::memory || where == region_kind::uncached) return true;
  if (where == region_kind::nothing) {
    r.status = tlm::TLM_ADDRESS_ERROR_RESPONSE;
  } else if (r.payload->get_byte_enable_ptr() || r.atomic) {
    r.status = tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
  }
  return r.status == tlm::TLM_OK_RESPONSE;
}

// A reference that has been served goes on to complete the L2 blocks that were allocated on its way.
bool cache_base::next_fill(reference& r) {
  while (hierarchy_.wanted(r.line)) {
    if (forward_->kind_of(r.line) != region_kind::memory) continue;
    r.filling = true;
    r.offset = 0;
    return true;
  }
  return false;
}

// Looks the line up as the access would, moving it to L1 if this agent has it elsewhere.
private_hierarchy::found cache_base::find_line(reference& r) {
  if (r.what != kind::read && hierarchy_.write_through()) {
    // No allocation on a write: L1 is updated where it has the line.
    if (hierarchy_.l1(r.which).find_and_touch(r.line) != cache_array::none)
      return private_hierarchy::found::l1;
    if (!hierarchy_.has_l2()) return private_hierarchy::found::nowhere;
    return hierarchy_.touch_l2(r.line, r.which) ? private_hierarchy::found::l2
                                                : private_hierarchy::found::nowhere;
  }
  const private_hierarchy::found where = hierarchy_.bring(r.line, r.which);
  if (r.l2_whole && where == private_hierarchy::found::l1 && !r.piece_counted &&
      !hierarchy_.touch_l2(r.line, r.which) && !r.synchronisation) {
    count_l2_miss(r);
  }
  return where;
}

// One hit or miss a level and reference, decided by its worst line.
void cache_base::count(reference& r, private_hierarchy::found where) {
  if (r.piece_counted) return;
  r.piece_counted = true;
  const bool l1_miss = where != private_hierarchy::found::l1;
  const bool l2_miss = l1_miss && where != private_hierarchy::found::l2;
  const bool write = r.what == kind::write || r.what == kind::atomic;
  if (classifier_ && r.which == private_hierarchy::port::data && !r.synchronisation) {
    if (!l1_miss) {
      classifier_->hit(r.line);
    } else if (!r.counted_l1_miss) {
      classifier_->miss(r.line, r.line + r.offset, r.size);
    }
  }
  const bool last = r.done + r.size == r.length;
  cache_level_counters& l1 = hierarchy_.l1_counters(r.which);
  if (l1_miss && !r.counted_l1_miss) {
    r.counted_l1_miss = true;
    if (r.synchronisation) {
      ++counters_.synchronisation_misses;
    } else {
      ++(write ? l1.write_misses : l1.read_misses);
    }
  } else if (last && !r.counted_l1_miss && !r.synchronisation) {
    ++l1.hits;
  }
  if (!hierarchy_.has_l2() || r.synchronisation) return;
  cache_level_counters& l2 = hierarchy_.l2_counters();
  if (l2_miss) count_l2_miss(r);
  if (last && r.counted_l1_miss && !r.counted_l2_miss) ++l2.hits;
}

void cache_base::count_l2_miss(reference& r) {
  if (r.counted_l2_miss) return;
  r.counted_l2_miss = true;
  cache_level_counters& l2 = hierarchy_.l2_counters();
  ++(r.what == kind::write || r.what == kind::atomic ? l2.write_misses : l2.read_misses);
  if (r.which == private_hierarchy::port::instruction) ++l2.fetch_misses;
}

// What the piece needs before it can be performed; performs it if nothing. `at` becomes the time when it is
// done, or when its request leaves this cache.
cache_base::need cache_base::attempt(reference& r, time_ps& at) {
  if (r.filling) return hierarchy_.state(r.line) == invalid_state ? need::line : need::nothing;
  const bool reserving = r.atomic && r.atomic->operation == atomic_operation::load_reserved;
  const bool conditional = r.atomic && r.atomic->operation == atomic_operation::store_conditional;
  if (at_home_ && r.atomic && !reserving && !conditional) {
    if (!may_reach(r, r.line)) return need::nothing;
    ++counters_.uncached;
    return need::operation;
  }
  const bool first_try = !r.piece_counted;
  const private_hierarchy::found where = find_line(r);
  coherence_state state = invalid_state;
  if (where != private_hierarchy::found::nowhere) {
    state = hierarchy_.state(r.line);
  } else if (const region_kind there = forward_->kind_of(r.line); there != region_kind::memory) {
    if (!may_reach(r, r.line)) return need::nothing;
    if (there == region_kind::uncached && conditional) return fail(r);
    ++counters_.uncached;
    return there == region_kind::uncached ? need::operation : need::transient;
  }
  count(r, where);
  at += parameters_.l1_latency;
  if (where != private_hierarchy::found::l1 && hierarchy_.has_l2()) at += parameters_.l2_latency;
  if (where == private_hierarchy::found::other_l1 && !hierarchy_.has_l2()) at += parameters_.l1_latency;

  if (r.what == kind::read || reserving) {
    if (state == invalid_state) return need::line;
    if (coverage_) coverage_->local(state, processor_event::read, false);
    perform_here(r, state, at);
    return need::nothing;
  }
  if (conditional && !(reserved_.on(r.line) && state != invalid_state)) return fail(r);
  if (state != invalid_state && hierarchy_.protocol().silent_write[state]) {
    if (coverage_) coverage_->local(state, processor_event::write, false);
    perform_here(r, hierarchy_.protocol().after_silent_write[state], at);
    return need::nothing;
  }
  if (state != invalid_state) {
    if (first_try && !r.synchronisation) ++counters_.upgrades;
  } else if (!parameters_.write_allocate && r.what == kind::write && !hierarchy_.write_through()) {
    ++counters_.uncached;
    return need::transient;
  }
  return need::line;
}

// A store_conditional without its reservation.
cache_base::need cache_base::fail(reference& r) {
  reserved_.drop();
  fail_conditional(*r.atomic);
  return need::nothing;
}

// Does the access on these bytes of its line.
void cache_base::touch(reference& r, std::uint8_t* bytes) {
  switch (r.what) {
    case kind::read:
    case kind::modify:
      if (r.contiguous) {
        copy_bytes(r.payload->get_data_ptr() + r.done, bytes, r.size);
      } else {
        read_segment(*r.payload, r.done, r.size, bytes);
      }
      break;
    case kind::write:
      if (r.contiguous) {
        copy_bytes(bytes, r.payload->get_data_ptr() + r.done, r.size);
      } else {
        write_segment(*r.payload, r.done, r.size, bytes);
      }
      break;
    case kind::atomic: {
      perform_atomic_on(*r.atomic, bytes, r.size, reserved_.on(r.line));
      if (r.atomic->operation == atomic_operation::load_reserved) {
        reserved_.take(r.line);
      } else if (r.atomic->operation == atomic_operation::store_conditional) {
        reserved_.drop();
      }
      break;
    }
  }
}

void cache_base::observe(const reference& r, const std::uint8_t* before, const std::uint8_t* after,
                         time_ps at) {
  const address_t address = r.line + r.offset;
  const bool writes = r.what == kind::write || (r.atomic && std::memcmp(before, after, r.size) != 0);
  if (history_ && writes) history_->written(agent_number_, address, r.size);
  if (!observer_) return;
  if (r.what != kind::write) observer_->performed_read(agent_number_, address, before, r.size, at);
  if (writes) observer_->performed_write(agent_number_, address, after, r.size, at);
}

// The line is here in a state that allows the access; afterwards it is in state `next`.
void cache_base::perform_here(reference& r, coherence_state next, time_ps at) {
  const std::uint8_t* const held = hierarchy_.bytes(r.line) + r.offset;
  if (r.what == kind::read) {
    touch(r, const_cast<std::uint8_t*>(held));
    if (observer_) observe(r, held, held, at);
    return;
  }
  std::uint8_t changed[4096];
  std::uint8_t before[8] = {};
  std::memcpy(changed, held, r.size);
  if (r.atomic) std::memcpy(before, held, r.size);
  touch(r, changed);
  if (observer_ || history_) observe(r, r.atomic ? before : changed, changed, at);
  if (r.atomic && r.atomic->operation == atomic_operation::load_reserved) return;
  if (r.synchronisation) synchronisation_lines_.insert(r.line);
  if (traced_state_.on() && hierarchy_.state(r.line) != next) show_line(at, r.line, next);
  hierarchy_.write(r.line, next, r.offset, changed, r.size);
}

// The read has been served without waiting. Only hits in L1, of one line, are repeated without change.
void cache_base::watch_hit(const reference& r) {
  const bool one_line = (r.payload->get_address() & (line_ - 1)) + r.length <= line_;
  if (r.what != kind::read || !r.piece_counted || r.counted_l1_miss || !one_line) return;
  watched_ = r.line;
  watcher_ = r.watcher->watcher;
  watched_by_ = r.which;
  watched_for_synchronisation_ = r.synchronisation;
  r.watcher->watched = this;
}

void cache_base::wake_watcher() {
  watched_ = no_line;
  watcher_->line_may_change();
}

void cache_base::polled(std::uint64_t times) {
  if (watched_for_synchronisation_) {
    counters_.synchronisation_accesses += times;
    return;
  }
  counters_.loads += times;
  hierarchy_.l1_counters(watched_by_).hits += times;
}

}  // namespace mimd
