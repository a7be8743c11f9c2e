// The point of coherence of the snooping bus: what a granted transaction does, row by row of the protocol's
// table.
#include <cstdlib>

#include "bus/snooping_bus.h"
#include "coherence/coherence_observer.h"
#include "coherence/row_coverage.h"

namespace mimd {

namespace {

bool fetches(bus_operation operation) {
  return operation == bus_operation::read || operation == bus_operation::read_exclusive;
}

bool carries_word(bus_operation operation) {
  return operation == bus_operation::write_through || operation == bus_operation::update ||
         operation == bus_operation::update_memory;
}

}  // namespace

void snooping_bus_base::no_row_for(coherence_state state, const coherence_request& request) const {
  SC_REPORT_FATAL("mimd/coherence", ("protocol has no row for state " + std::to_string(state) + ", event " +
                                     to_string(request.event))
                                        .c_str());
  std::abort();
}

const local_row& snooping_bus_base::row_for(coherence_state state, const coherence_request& request) const {
  static constexpr local_row already_gone{invalid_state, processor_event::evict, invalid_state,
                                          invalid_state};
  if (protocol_.defined(state, request.event)) return protocol_.on(state, request.event);
  if (state == invalid_state && request.event == processor_event::evict)
    return already_gone;  // taken by a snoop
  no_row_for(state, request);
}

void snooping_bus_base::snoop_others(transaction& t, bus_operation operation) {
  coherence_request& r = *t.request;
  const std::uint64_t hashed = presence_view::hash(r.line);
  const presence_view* const begin = presence_.data();
  const presence_view* const end = begin + presence_.size();
  for (const presence_view* p = begin; p != end; ++p) {
    if (!p->may_hold(hashed)) continue;
    const auto i = static_cast<unsigned>(p - begin);
    if (i != r.master) snoop(i, t, operation);
  }
}

void snooping_bus_base::snoop(unsigned i, transaction& t, bus_operation operation) {
  const coherence_request& r = *t.request;
  const snoop_reply reply =
      masters_[i].agent->snoop({operation, r.line, r.data, r.data + r.offset, r.offset, r.size});
  t.shared |= reply.shared;
  t.supplied |= reply.supplied;
  t.flushed |= reply.memory_updated;
}

// The state that the transaction acts on.
coherence_state snooping_bus_base::state_at(const coherence_request& r) const {
  if (r.event == processor_event::evict) return r.waiting;
  if (!presence_[r.master].may_hold(presence_view::hash(r.line))) return invalid_state;
  return masters_[r.master].agent->state(r.line);
}

// Not below an outer level: permission for the line may have been asked for, and somebody must use it.
bool snooping_bus_base::is_withdrawn(const coherence_request& r) const {
  return r.conditional && outer_ == nullptr && !masters_[r.master].agent->reserves(r.line);
}

// Everything up to the moment at which the line's bytes are needed.
void snooping_bus_base::serialise(transaction& t) {
  coherence_request& r = *t.request;
  t.first = t.second = bus_operation::none;
  t.row = nullptr;
  t.shared = t.supplied = t.flushed = t.wants_target = false;
  t.beats = 0;
  r.fetched = false;
  r.failed = false;
  r.found = r.granted = invalid_state;
  r.withdrawn = is_withdrawn(r);
  if (r.withdrawn) {
    t.type = bus_transaction::none;
    return;
  }

  const region* where = r.transient ? find_region(r.line) : nullptr;
  if (where && where->device) {
    t.type = r.event == processor_event::read ? bus_transaction::device_read : bus_transaction::device_write;
    t.wants_target = r.event == processor_event::read;
    t.beats = beats(r.size);
    return;
  }
  const coherence_state state = state_at(r);
  r.found = state;
  t.row = &row_for(state, r);
  t.first = t.row->operation;
  t.type = static_cast<bus_transaction>(t.first);
  if (t.first == bus_operation::none) return;  // overtaken by a snoop: nothing is left to do
  if (t.first == bus_operation::write_back) {
    r.offset = 0;
    r.size = parameters_.line;
    t.beats = beats(parameters_.line);
    return;
  }
  if (r.needs_data && state == invalid_state && !fetches(t.first)) {
    // The access reads what the protocol's write row does not fetch (an atomic under write-through): a read
    // of the line precedes it in the same tenure.
    t.second = t.first;
    t.row = &row_for(invalid_state, coherence_request{});
    t.first = t.row->operation;
    t.type = static_cast<bus_transaction>(t.first);
  }
  if (fetches(t.first) || t.first == bus_operation::upgrade) snoop_others(t, t.first);
  if (fetches(t.first)) {
    const bool whole_line = !r.transient || t.supplied;
    const bool pure_write = r.transient && r.event == processor_event::write && !r.needs_data;
    t.wants_target = !t.supplied && !pure_write;
    r.fetched = true;
    t.beats = whole_line ? beats(parameters_.line) : beats(r.size);
  }
  if (outer_ && t.first == bus_operation::read) t.shared |= outer_->shared_outside(r.line);
  if (t.second == bus_operation::none && t.shared) t.second = t.row->operation_if_shared;
  if (r.transient) {
    t.type = r.event == processor_event::read ? bus_transaction::io_read : bus_transaction::io_write;
  }
  if (t.supplied) ++counters_.cache_supplies;
  if (t.shared) ++counters_.shared_responses;
}

// The bytes are there: the access happens, and the other copies learn of it.
void snooping_bus_base::perform(transaction& t) {
  coherence_request& r = *t.request;
  masters_[r.master].agent->perform(r);
  if (!t.row) return;  // device, or withdrawn
  if (t.row->event != r.event) {
    cover(t);
    // Second half of read-then-write: the write row of the state that the read would have given.
    const coherence_state held = t.shared ? t.row->next_if_shared : t.row->next_if_alone;
    t.row = &row_for(held, r);
    t.second = t.row->operation;
  }
  const bus_operation word_operation = carries_word(t.first) ? t.first : t.second;
  if (carries_word(word_operation)) snoop_others(t, word_operation);
  cover(t);
  r.granted = t.shared ? t.row->next_if_shared : t.row->next_if_alone;
  if (!observer_) return;
  const auto coherent_masters = static_cast<unsigned>(coherent.size());
  const unsigned agent = r.master < coherent_masters ? first_agent_ + r.master
                                                     : first_plain_agent_ + (r.master - coherent_masters);
  observer_->serialised(agent, r.line, t.first, r.transient ? invalid_state : r.granted, t.granted);
}

void snooping_bus_base::cover(const transaction& t) {
  const local_row& row = *t.row;
  if (!coverage_ || t.request->transient) return;
  if (row.state == invalid_state && row.event == processor_event::evict) return;  // taken by a snoop before
  coverage_->local(row.state, row.event, t.shared);
}

}  // namespace mimd
