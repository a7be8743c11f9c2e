#include "cache/cache.h"

#include <algorithm>
#include <cstring>
#include <sstream>
#include <stdexcept>

#include "cache/miss_classifier.h"
#include "coherence/coherence_observer.h"
#include "coherence/row_coverage.h"
#include "cpu/access_extension.h"
#include "cpu/atomic_access.h"
#include "infrastructure/payload_access.h"

namespace mimd {

namespace {

const cache_parameters& checked(const cache_parameters& p, const snooping_protocol& protocol) {
  const std::string complaint = p.check(protocol);
  if (!complaint.empty()) throw std::invalid_argument(complaint);
  return p;
}

bool writes(processor_event event) {
  return event == processor_event::write;
}

}  // namespace

std::string cache_parameters::check(const snooping_protocol& protocol) const {
  if (mshrs == 0) return "l1.mshrs must be at least 1";
  if (write_back_entries == 0) return "l1.write_back_entries must be at least 1";
  if (protocol.states.size() > 8) return "coherence.protocol " + protocol.name + " has more than 8 states";
  return levels.check(protocol);
}

cache_base::cache_base(const sc_core::sc_module_name& name, const cache_parameters& parameters,
                       const snooping_protocol& protocol, timing_mode timing, std::uint64_t seed)
    : sc_module(name),
      data_port_(*this, private_hierarchy::port::data, timing),
      instruction_port_(*this, private_hierarchy::port::instruction, timing),
      parameters_(checked(parameters, protocol)),
      hierarchy_(parameters.levels, protocol, seed, *this),
      timing_(timing),
      line_(parameters.levels.l1.line),
      quick_latency_(to_sc_time(parameters.l1_latency)) {
  interconnect.bind(*this);
  for (const snooping_state& s : protocol.states) state_names_.push_back(s.name);
  const compiled_protocol& table = hierarchy_.protocol();
  for (unsigned state = 1; state < table.state_count; ++state) {
    quick_store_[state | cache_array::modified_bit] = !parameters.levels.write_through &&
                                                      table.silent_write[state] &&
                                                      table.after_silent_write[state] == state;
  }
}

cache_base::~cache_base() = default;

void cache_base::end_of_elaboration() {
  forward_ = dynamic_cast<coherence_forward*>(interconnect.get_base_port().get_interface());
}

void cache_base::start_of_simulation() {
  quick_ = !observer_ && !coverage_ && !classifier_;
}

void cache_base::set_observer(coherence_observer* observer, unsigned number) {
  observer_ = observer;
  agent_number_ = number;
}

void cache_base::set_row_coverage(row_coverage* coverage) {
  coverage_ = coverage;
  hierarchy_.set_row_coverage(coverage);
}

void cache_base::classify_misses(write_history& history, unsigned number) {
  history_ = &history;
  agent_number_ = number;
  const cache_geometry& l1 = parameters_.levels.l1;
  classifier_ = std::make_unique<miss_classifier>(history, number, l1.size / l1.line);
}

void cache_base::declare_traces(trace_recorder& recorder, const std::string& prefix) {
  recorder.declare(traced_miss_, prefix + ".miss",
                   trace_kind::words({"-", "read", "write", "modify", "atomic"}));
  recorder.declare(traced_line_, prefix + ".line", trace_kind::integer(64));
  recorder.declare(traced_state_, prefix + ".state", trace_kind::words(state_names_));
}

// --- hits
// -----------------------------------------------------------------------------------------------------------

bool cache_base::quick_hit(tlm::tlm_generic_payload& payload, private_hierarchy::port which) {
  const unsigned size = payload.get_data_length();
  const address_t address = payload.get_address();
  const auto offset = static_cast<unsigned>(address) & (line_ - 1);
  if (!quick_ || size == 0 || offset + size > line_ || payload.get_byte_enable_ptr() ||
      payload.get_streaming_width() < size || payload.get_extension<access_extension>()) {
    return false;
  }
  cache_array& array = hierarchy_.l1(which);
  const cache_array::slot s = array.find_and_touch(address - offset);
  if (s == cache_array::none) return false;
  if (payload.is_read()) {
    if (&array != &hierarchy_.l1(private_hierarchy::port::data) && array.modified(s)) return false;
    copy_bytes(payload.get_data_ptr(), array.data(s) + offset, size);
    if (which == private_hierarchy::port::instruction) {
      ++counters_.fetches;
    } else {
      ++counters_.loads;
    }
  } else {
    if (!payload.is_write() || !quick_store_[array.low_bits(s)] ||
        which == private_hierarchy::port::instruction) {
      return false;
    }
    copy_bytes(array.data(s) + offset, payload.get_data_ptr(), size);
    ++counters_.stores;
  }
  ++hierarchy_.l1_counters(which).hits;
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  return true;
}

// --- references
// -----------------------------------------------------------------------------------------------------

// False: the payload was answered without any access.
bool cache_base::begin(reference& r, tlm::tlm_generic_payload& payload, unsigned socket) {
  r = reference{};
  r.payload = &payload;
  r.which = r.socket = static_cast<private_hierarchy::port>(socket);
  r.atomic =
      payload.get_command() == tlm::TLM_IGNORE_COMMAND ? payload.get_extension<atomic_extension>() : nullptr;
  if (payload.get_command() == tlm::TLM_IGNORE_COMMAND && !(r.atomic && atomic_is_possible(payload))) {
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    return false;
  }
  const tlm::tlm_response_status status = payload_status(payload);
  if (status != tlm::TLM_OK_RESPONSE) {
    payload.set_response_status(status);
    return false;
  }
  const access_extension* attributes = payload.get_extension<access_extension>();
  if (attributes) r.synchronisation = attributes->synchronisation;
  r.what = r.atomic                           ? kind::atomic
           : payload.is_write()               ? kind::write
           : attributes && attributes->modify ? kind::modify
                                              : kind::read;
  if (r.what != kind::read) r.which = private_hierarchy::port::data;
  const address_t first = payload.get_address();
  const address_t last = first + footprint(payload) - 1;
  next_piece(r);
  if (r.size != footprint(payload)) {
    // Several lines: nothing happens unless all of it can. One line: attempt() finds out when it misses.
    bool reachable = last >= first;
    for (address_t line = r.line; reachable && line <= last; line += line_) reachable = may_reach(r, line);
    if (!reachable) {
      respond(r);
      return false;
    }
  }
  if (r.synchronisation) {
    ++counters_.synchronisation_accesses;
  } else if (r.what == kind::atomic) {
    ++counters_.atomics;
  } else if (r.what == kind::write) {
    ++counters_.stores;
  } else if (r.which == private_hierarchy::port::instruction) {
    ++counters_.fetches;
  } else {
    ++counters_.loads;
  }
  if (hierarchy_.has_l2() && !parameters_.levels.inclusive && footprint(payload) > r.size) {
    for (address_t line = r.line; line <= last; line += line_) {
      r.l2_whole |= !hierarchy_.present_in_l1(line, r.which);
    }
  }
  return true;
}

// Whether the interconnect has something at this line that takes the access; else says why not.
bool cache_base::may_reach(reference& r, address_t line) {
  const region_kind where = forward_->kind_of(line);
  if (where == region_kind::memory) return true;
  if (where == region_kind::nothing) {
    r.status = tlm::TLM_ADDRESS_ERROR_RESPONSE;
  } else if (r.payload->get_byte_enable_ptr() || r.atomic) {
    r.status = tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE;
  }
  return r.status == tlm::TLM_OK_RESPONSE;
}

bool cache_base::next_piece(reference& r) {
  r.done += r.size;
  r.size = 0;
  const unsigned length = footprint(*r.payload);
  if (r.done >= length || r.status != tlm::TLM_OK_RESPONSE) return hierarchy_.has_l2() && next_fill(r);
  const address_t address = r.payload->get_address() + r.done;
  r.line = address & ~static_cast<address_t>(line_ - 1);
  r.offset = static_cast<unsigned>(address - r.line);
  r.size = std::min(length - r.done, line_ - r.offset);
  r.piece_counted = false;
  return true;
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

void cache_base::respond(reference& r) {
  r.payload->set_response_status(r.status);
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
  const bool last = r.done + r.size == footprint(*r.payload);
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
  const bool first_try = !r.piece_counted;
  const private_hierarchy::found where = find_line(r);
  coherence_state state = invalid_state;
  if (where != private_hierarchy::found::nowhere) {
    state = hierarchy_.state(r.line);
  } else if (forward_->kind_of(r.line) != region_kind::memory) {
    if (!may_reach(r, r.line)) return need::nothing;
    ++counters_.uncached;
    return need::transient;
  }
  count(r, where);
  at += parameters_.l1_latency;
  if (where != private_hierarchy::found::l1 && hierarchy_.has_l2()) at += parameters_.l2_latency;
  if (where == private_hierarchy::found::other_l1 && !hierarchy_.has_l2()) at += parameters_.l1_latency;

  if (r.what == kind::read || (r.atomic && r.atomic->operation == atomic_operation::load_reserved)) {
    if (state == invalid_state) return need::line;
    if (coverage_) coverage_->local(state, processor_event::read, false);
    perform_here(r, state, at);
    return need::nothing;
  }
  if (r.atomic && r.atomic->operation == atomic_operation::store_conditional &&
      !(reserved_ && reserved_line_ == r.line && state != invalid_state)) {
    reserved_ = false;
    r.atomic->result = 1;
    r.atomic->done = true;
    return need::nothing;
  }
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

// Does the access on these bytes of its line.
void cache_base::touch(reference& r, std::uint8_t* bytes) {
  switch (r.what) {
    case kind::read:
    case kind::modify:
      read_segment(*r.payload, r.done, r.size, bytes);
      break;
    case kind::write:
      write_segment(*r.payload, r.done, r.size, bytes);
      break;
    case kind::atomic: {
      const bool holds = reserved_ && reserved_line_ == r.line;
      perform_atomic_on(*r.atomic, bytes, r.size, holds);
      if (r.atomic->operation == atomic_operation::load_reserved) {
        reserved_ = true;
        reserved_line_ = r.line;
      } else if (r.atomic->operation == atomic_operation::store_conditional) {
        reserved_ = false;
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

// --- misses
// ---------------------------------------------------------------------------------------------------------

void cache_base::prepare(mshr& m, reference& r, need what, time_ps at) {
  m.buffer.resize(line_);
  m.data = m.buffer.data();
  m.line = r.line;
  m.offset = r.offset;
  m.size = r.size;
  m.primary = &r;
  m.performed = false;
  m.failed = false;
  m.transient = what == need::transient;
  m.synchronisation = r.synchronisation;
  const bool reads = r.filling || r.what == kind::read ||
                     (r.atomic && r.atomic->operation == atomic_operation::load_reserved);
  m.event = reads ? processor_event::read : processor_event::write;
  if (!reads && r.synchronisation) synchronisation_lines_.insert(r.line);
  m.needs_data = !reads && (r.what != kind::write || !is_contiguous(*r.payload));
  traced_miss_.set(at, 1 + static_cast<std::uint64_t>(r.what));
}

void cache_base::perform(coherence_request& request) {
  if (request.event == processor_event::evict) {
    request.waiting = invalid_state;
    return;
  }
  mshr& m = static_cast<mshr&>(request);
  reference& r = *m.primary;
  const coherence_state held = m.found;
  if (held == invalid_state && r.what == kind::atomic &&
      r.atomic->operation != atomic_operation::load_reserved && reserved_line_ == m.line) {
    reserved_ = false;  // the reserved line was replaced meanwhile
  }
  if (!m.fetched && held != invalid_state) {
    // An owned copy may have been replaced while its upgrade was queued: it is in the write-back buffer then.
    const std::uint8_t* const own = hierarchy_.bytes(m.line);
    std::memcpy(m.data, own ? own : find_leaving(m.line)->data, line_);
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
    if (writes(m.event)) hierarchy_.write(m.line, m.granted, m.offset, m.data + m.offset, m.size);
    show_line(at, m.line, m.granted);
  }
}

void cache_base::evicted(address_t line, coherence_state state, const std::uint8_t* data) {
  write_back& w = write_backs_.take();
  w.buffer.assign(data, data + line_);
  w.data = w.buffer.data();
  w.line = line;
  w.waiting = state;
  w.event = processor_event::evict;
  w.synchronisation = synchronisation_lines_.count(line) != 0;
  unsent_.push_back(&w);
  leaving_.push_back(&w);
}

void cache_base::send_write_backs(time_ps at) {
  while (!unsent_.empty()) {
    write_back& w = *unsent_.front();
    unsent_.erase(unsent_.begin());
    if (timing_ == timing_mode::loose) {
      forward_->transact(w, at);
      leaving_.erase(std::find(leaving_.begin(), leaving_.end(), &w));
      write_backs_.give(w);
    } else {
      forward_->request(w, at);
    }
  }
}

// --- loosely timed
// --------------------------------------------------------------------------------------------------

time_ps cache_base::access(unsigned socket, tlm::tlm_generic_payload& payload, time_ps at) {
  reference& r = references_.take();
  if (!begin(r, payload, socket)) {
    references_.give(r);
    return at;
  }
  do {
    if (const need what = attempt(r, at); what != need::nothing) {
      mshr& m = mshrs_.take();
      prepare(m, r, what, at);
      active_.push_back(&m);  // debug accesses see it while a target waits
      at = forward_->transact(m, at);
      settle(m, at);
      active_.erase(std::find(active_.begin(), active_.end(), &m));
      traced_miss_.set(at, 0);
      mshrs_.give(m);
    }
    if (!unsent_.empty()) send_write_backs(at);
  } while (next_piece(r));
  respond(r);
  references_.give(r);
  return at;
}

// --- approximately timed
// --------------------------------------------------------------------------------------------

cache_base::mshr* cache_base::find_mshr(address_t line) {
  for (mshr* m : active_) {
    if (m->line == line) return m;
  }
  return nullptr;
}

bool cache_base::start(unsigned socket, tlm::tlm_generic_payload& payload, time_ps at, time_ps& done) {
  reference& r = references_.take();
  if (!begin(r, payload, socket)) {
    references_.give(r);
    done = at;
    return true;
  }
  r.arrival = at;
  if (!advance(r, at, done)) return false;
  respond(r);
  references_.give(r);
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
  references_.give(r);
  p.finish(payload, done);
}

void cache_base::complete(coherence_request& request, time_ps at) {
  if (request.event == processor_event::evict) {
    write_back& w = static_cast<write_back&>(request);
    leaving_.erase(std::find(leaving_.begin(), leaving_.end(), &w));
    write_backs_.give(w);
  } else {
    mshr& m = static_cast<mshr&>(request);
    settle(m, at);
    if (!unsent_.empty()) send_write_backs(at);
    active_.erase(std::find(active_.begin(), active_.end(), &m));
    if (active_.empty()) traced_miss_.set(at, 0);
    reference& primary = *m.primary;
    reference_queue merged = m.merged;
    m.merged = {};
    mshrs_.give(m);
    if (next_piece(primary)) {
      resume(primary, at);
    } else {
      respond(primary);
      tlm::tlm_generic_payload& payload = *primary.payload;
      port& p = port_of(primary.socket);
      references_.give(primary);
      p.finish(payload, at);
    }
    while (reference* r = merged.pop()) resume(*r, at);
  }
  reference_queue stalled = stalled_;
  stalled_ = {};
  while (reference* r = stalled.pop()) resume(*r, at);
}

// --- the interconnect's side
// ----------------------------------------------------------------------------------------

coherence_state cache_base::state(address_t line) const {
  const coherence_state held = hierarchy_.state(line);
  if (held != invalid_state) return held;
  const write_back* const leaving = find_leaving(line);
  return leaving ? leaving->waiting : invalid_state;
}

// The valid line that waits in the write-back buffer, or null.
cache_base::write_back* cache_base::find_leaving(address_t line) const {
  for (write_back* w : leaving_) {
    if (w->line == line && w->waiting != invalid_state) return w;
  }
  return nullptr;
}

snoop_reply cache_base::snoop(const snoop_message& message) {
  write_back* leaving = nullptr;
  coherence_state held = hierarchy_.state(message.line);
  if (held == invalid_state) {
    leaving = find_leaving(message.line);
    if (!leaving) {
      // Even a read ends a reservation on a line that is not here any more: the reader may then write
      // silently.
      if (reserved_line_ == message.line) reserved_ = false;
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
    std::memcpy(message.line_data, bytes, line_);
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
  if (reserved_ && reserved_line_ == message.line && message.operation != bus_operation::read)
    reserved_ = false;
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
  hierarchy_.overwrite(line, offset, data, size);
  for (mshr* m : active_) {
    if (m->line == line && m->performed) std::memcpy(m->data + offset, data, size);
  }
  for (write_back* w : leaving_) {
    if (w->line == line && w->waiting != invalid_state) std::memcpy(w->data + offset, data, size);
  }
}

unsigned cache_base::debug(unsigned, tlm::tlm_generic_payload& payload) {
  unsigned done = 0;
  if (payload.is_read()) {
    done = forward_->debug_read(payload.get_address(), payload.get_data_ptr(), payload.get_data_length());
  } else if (payload.is_write()) {
    done = forward_->debug_write(payload.get_address(), payload.get_data_ptr(), payload.get_data_length());
  }
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  return done;
}

std::string cache_base::waiting() const {
  std::ostringstream out;
  for (const mshr* m : active_) {
    out << name() << " waits for line 0x" << std::hex << m->line << std::dec
        << (m->performed ? " (granted); " : "; ");
  }
  return out.str();
}

}  // namespace mimd
