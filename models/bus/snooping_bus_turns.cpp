// The snooping bus, loosely timed: a request waits for its turn, then its whole transaction is carried out.
#include <algorithm>
#include <utility>

#include "bus/snooping_bus.h"

namespace mimd {

time_ps snooping_bus_base::transact(unsigned master_index, coherence_request& request, time_ps at) {
  request.master = master_index;
  request.arrival = std::max(at, now_ps());
  request.posted = false;
  request.contended = false;
  if (comes_first(request)) {
    begin(request);
    return carry_out(request, request.arrival);
  }
  const time_ps end = carry_out(request, wait_for_turn(request));
  request.contended = turns_ && queued_ > 0 && is_contended(request);
  if (request.contended) announce(end);  // before the agent wakes
  return end;
}

bool snooping_bus_base::post(unsigned master_index, coherence_request& request, time_ps at) {
  request.master = master_index;
  request.arrival = std::max(at, now_ps());
  request.posted = true;
  if (!comes_first(request)) {
    enqueue(request);
    next_turn_.notify(sc_core::SC_ZERO_TIME);
    return false;
  }
  begin(request);
  carry_out(request, request.arrival);
  return true;
}

// Whether somebody waits for the request's line, whom the agent must not keep from it.
bool snooping_bus_base::is_contended(const coherence_request& done) const {
  const auto is_write = [](const coherence_request& r) { return r.event == processor_event::write; };
  for (unsigned i = 0; i < masters_.size(); ++i) {
    if (i == done.master) continue;
    for (const coherence_request* r = masters_[i].head; r != nullptr; r = r->next) {
      if (r->line == done.line && (is_write(*r) || is_write(done))) return true;
    }
  }
  return false;
}

// When the transaction that has the line at that time ends; or `at`.
time_ps snooping_bus_base::end_of_flight(address_t line, time_ps at) const {
  time_ps end = at;
  for (const flight& f : flights_) {
    if (f.line == line) end = std::max(end, f.end);
  }
  return end;
}

// The first time from `from` on at which fewer transactions overlap than may.
time_ps snooping_bus_base::slot_free_from(time_ps from) const {
  if (flights_.empty() || flights_.size() < parameters_.outstanding) return from;
  const auto earlier = [](const flight& a, const flight& b) { return a.end < b.end; };
  return std::max(from, std::min_element(flights_.begin(), flights_.end(), earlier)->end);
}

void snooping_bus_base::take_slot(const transaction& t) {
  const flight taken{t.request->line, t.end};
  const auto ended =
      std::find_if(flights_.begin(), flights_.end(), [&t](const flight& f) { return f.end <= t.granted; });
  if (ended != flights_.end()) {
    *ended = taken;
  } else {
    flights_.push_back(taken);
  }
}

// Whether nobody else can be before it, nor in its way.
bool snooping_bus_base::is_alone(const coherence_request& r) {
  const time_ps at = tenure_.find(r.arrival, 1);
  if (!flights_.empty() && (slot_free_from(at) != at || end_of_flight(r.line, at) != at)) return false;
  // Nobody waits for what is posted: the time must not pass its master's.
  return !(r.posted && at != r.arrival) && agenda_.pass_to(at);
}

// It waits for its turn. Since when it has the bus.
time_ps snooping_bus_base::wait_for_turn(coherence_request& r) {
  r.in_turn = false;
  enqueue(r);
  give_turns();
  while (!r.in_turn) sc_core::wait(masters_[r.master].turn);
  return r.turn_at;
}

// Granted: who waits for it goes on. A write-back is carried out here, unless its target may wait.
void snooping_bus_base::give_turn(coherence_request& r, time_ps at) {
  begin(r);
  r.turn_at = at;
  if (!r.posted) {
    r.in_turn = true;
    masters_[r.master].turn.notify();
  } else if (target_ports_[find_region(r.line)->target]->may_wait()) {
    posted_ = &r;
    posted_turn_.notify();
  } else {
    masters_[r.master].agent->complete(r, carry_out(r, at));
  }
}

// Those that nobody can come before any more; the arbitration event gives the others.
void snooping_bus_base::give_turns() {
  while (queued_ > 0 && !idle_.empty()) {
    next_turn_.cancel();
    time_ps at = turns_ ? opportunity(now_ps()) : never;
    for (time_ps next = never; !choose(at, next); next = never) at = tenure_.align(next);
    if (turns_ && !agenda_.pass_to(at)) {
      announce(at);
      break;
    }
    if (!turns_) at = masters_[arbiter_.winner()].head->arrival;
    give_turn(dequeue(masters_[arbiter_.winner()]), at);
  }
  if (when_quiet_ && quiet()) std::exchange(when_quiet_, nullptr)();
}

void snooping_bus_base::carry_out_posted() {
  for (;;) {
    while (posted_ == nullptr) sc_core::wait(posted_turn_);
    coherence_request& r = *std::exchange(posted_, nullptr);
    masters_[r.master].agent->complete(r, carry_out(r, r.turn_at));
  }
}

// How long a transaction holds the bus. Without split transactions that is not known before memory has
// answered: then a guess with the length of the last answer.
time_ps snooping_bus_base::expected_tenure(const transaction& t) const {
  if (parameters_.split) return address_phase();
  if (parameters_.service > 0) return parameters_.service;
  return address_phase() + (t.wants_target ? expected_fetch_ : 0) + t.beats * parameters_.period;
}

time_ps snooping_bus_base::carry_out(coherence_request& request, time_ps at) {
  transaction& t = loose_;
  const time_ps now = now_ps();
  tenure_.forget_before(now);
  if (parameters_.split) data_bus_.forget_before(now);
  if (outer_) {
    const permission_needed what = needs(request);
    if (what != permission_needed::none) {
      at = outer_->acquire(request.line, what == permission_needed::exclusive, at);
    }
  }
  serialise(t);
  if (t.type == bus_transaction::none) {  // the state allows it silently, or it was withdrawn
    perform(t);
    release(0);
    return at;
  }
  const bool known = parameters_.split || parameters_.service > 0;
  const time_ps expected = expected_tenure(t);
  t.granted = known ? tenure_.reserve(at, expected) : tenure_.find(at, expected);
  t.data_from = t.granted + address_phase();
  if (t.wants_target) {
    update_memory_first(t);
    const time_ps asked = t.data_from;
    fetch(t, asked);
    expected_fetch_ = t.data_from - asked;
  } else if (t.supplied) {
    t.data_from += parameters_.supply_cycles * parameters_.period;
  }
  schedule_data(t);
  time_ps length = expected;
  if (!known) {
    length = tenure_.align(t.end) - t.granted;
    if (length > expected) {
      const time_ps start = tenure_.find(t.granted, length);
      t.end += start - t.granted;
      t.granted = start;
    }
    tenure_.take(t.granted, length);
  }
  account(t);
  if (turns_ && parameters_.split) take_slot(t);
  const time_ps end = masters_[request.master].ended = t.end;
  release(t.granted + length);
  return end;
}

}  // namespace mimd
