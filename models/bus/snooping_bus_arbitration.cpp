// The snooping bus: requests queue and are granted; approximately timed, they travel and end.
#include <algorithm>
#include <utility>

#include "bus/snooping_bus.h"

namespace mimd {

void snooping_bus_base::request(unsigned master_index, coherence_request& request, time_ps at) {
  request.master = master_index;
  request.arrival = at;
  enqueue(request);
  if (masters_[master_index].head == &request) announce(at);
}

void snooping_bus_base::enqueue(coherence_request& r) {
  master& m = masters_[r.master];
  r.retried = false;
  ++queued_;
  coherence_request** place = m.tail ? &m.tail->next : &m.head;
  if (timing_ == timing_mode::loose && m.tail && m.tail->arrival > r.arrival) {
    // A write-back has been posted ahead of its time: others go before it, but not those of its line.
    place = &m.head;
    for (coherence_request* before = m.head; before; before = before->next) {
      if (before->arrival <= r.arrival || before->line == r.line) place = &before->next;
    }
  }
  r.next = *place;
  *place = &r;
  if (!r.next) m.tail = &r;
  if (outer_) {
    outer_->expect_line(r.line);
  } else {
    expect_from_target(r);
  }
}

// Makes sure that arbitration happens at the first opportunity from `at` on.
void snooping_bus_base::announce(time_ps at) {
  if (idle_.empty()) return;  // finish() arbitrates, release() has give_turns() called
  const time_ps when = opportunity(std::max(at, now_ps()));
  if (!arbitration_.pending() || when < arbitration_.time()) agenda_.schedule(arbitration_, when);
}

bool snooping_bus_base::line_in_flight(address_t line) const {
  for (const transaction* t : in_flight_) {
    if (t->request->line == line) return true;
  }
  return false;
}

// Not at that time; loosely timed it is known until when.
bool snooping_bus_base::refused(const coherence_request& r, time_ps at, time_ps& next) {
  if (timing_ == timing_mode::loose) {
    const time_ps end = end_of_flight(r.line, at);
    if (end > at) next = std::min(next, end);
    return end > at;
  }
  return (parameters_.split && line_in_flight(r.line)) || (outer_ && !permitted(r));
}

// Who is next at that time, told by the arbiter; false: nobody yet, until `next`.
bool snooping_bus_base::choose(time_ps at, time_ps& next) {
  if (offer_those_who_wait(at, next, false)) return true;
  return timing_ == timing_mode::loose && offer_those_who_wait(at, next, true);
}

// `again`: those as well who ask at the very time at which their last transaction ends (their write-backs,
// and what continues an access, are there before); others that wait then go first.
bool snooping_bus_base::offer_those_who_wait(time_ps at, time_ps& next, bool again) {
  arbiter_.begin();
  const unsigned first = arbiter_.first();
  const bool first_wins = arbiter_.first_wins() && !parameters_.split;  // retries of all are counted
  unsigned i = first;
  do {
    coherence_request* const r = masters_[i].head;
    const unsigned candidate = i;
    if (++i == masters_.size()) i = 0;
    if (!r) continue;
    if (r->arrival > at) {
      next = std::min(next, r->arrival);
    } else if (!again && r->arrival == at && masters_[candidate].ended == at &&
               !(r->posted || r->continues)) {
      continue;
    } else if (refused(*r, at, next)) {
      if (!r->retried) ++counters_.retries;
      r->retried = true;
    } else {
      arbiter_.offer(candidate, r->arrival);
      if (first_wins) break;
    }
  } while (i != first);
  return arbiter_.found();
}

coherence_request& snooping_bus_base::dequeue(master& m) {
  coherence_request& r = *m.head;
  m.head = r.next;
  if (!m.head) m.tail = nullptr;
  --queued_;
  return r;
}

void snooping_bus_base::arbitrate() {
  const time_ps now = now_ps();
  while (!idle_.empty() && address_free_ <= now && slot_free_from(now) == now) {
    time_ps next = never;
    if (!choose(now, next)) {
      if (next != never) announce(next);
      if (when_quiet_ && quiet()) std::exchange(when_quiet_, nullptr)();
      return;
    }
    master& m = masters_[arbiter_.winner()];
    // Asking for another request since may have let the line go.
    if (outer_ && (!arbiter_.first_wins() || parameters_.split) && refused(*m.head, now, next)) continue;
    coherence_request& r = dequeue(m);
    if (timing_ == timing_mode::loose) {
      give_turn(r, now);
    } else {
      arbiter_.granted(r.master);
      grant(r, now);
    }
  }
  if (!idle_.empty() && (queued_ > 0 || timing_ == timing_mode::approximate)) announce(address_free_);
}

void snooping_bus_base::grant(coherence_request& r, time_ps now) {
  transaction& t = *idle_.back();
  t.request = &r;
  t.granted = now;
  serialise(t);
  if (t.type == bus_transaction::none) {  // overtaken while it waited: no bus cycle
    t.end = now;
    perform(t);
    masters_[r.master].agent->complete(r, now);
    if (outer_) outer_->ended(r.line);
    return;
  }
  idle_.pop_back();
  in_flight_.push_back(&t);
  data_bus_.forget_before(now);
  t.data_from = now + address_phase();
  if (parameters_.split) address_free_ = t.data_from;
  if (t.wants_target) {
    update_memory_first(t);
    t.flush_first = t.unanswered > 0;
    if (t.flush_first || !fetch(t, t.data_from)) return;  // response() goes on
  } else if (t.supplied) {
    t.data_from += parameters_.supply_cycles * parameters_.period;
  }
  schedule_data(t);
  schedule_end(t);
}

void snooping_bus_base::schedule_end(transaction& t) {
  if (t.unanswered == 0) agenda_.schedule(t, std::max(t.end, now_ps()));
}

void snooping_bus_base::response(tlm::tlm_generic_payload& payload, time_ps at) {
  const bool failed = payload.get_response_status() != tlm::TLM_OK_RESPONSE;
  for (transaction* t : in_flight_) {
    if (t->fetching != &payload) continue;
    t->fetching = nullptr;
    t->request->failed = failed;
    t->data_from = std::max(at, now_ps());
    payload.release();
    receive(*t);
    schedule_data(*t);
    schedule_end(*t);
    return;
  }
  const auto found = std::find_if(open_writes_.begin(), open_writes_.end(),
                                  [&payload](const open_write* w) { return w->payload == &payload; });
  transaction& t = *(*found)->owner;
  close(**found);
  payload.release();
  --t.unanswered;
  if (t.flush_first) {
    t.flush_first = false;
    if (!fetch(t, std::max({t.data_from, at, now_ps()}))) return;
    schedule_data(t);
  } else {
    t.request->failed |= failed;
    t.end = std::max(t.end, at);
  }
  schedule_end(t);
}

void snooping_bus_base::finish(transaction& t) {
  account(t);
  coherence_request& r = *t.request;
  if (in_flight_.back() == &t) {
    in_flight_.pop_back();
  } else {
    in_flight_.erase(std::find(in_flight_.begin(), in_flight_.end(), &t));
  }
  idle_.push_back(&t);
  const address_t line = r.line;
  masters_[r.master].agent->complete(r, now_ps());
  if (outer_) outer_->ended(line);
  if (tenure_.align(now_ps()) == now_ps()) {
    arbitrate();
  } else {
    announce(now_ps());
  }
}

bool snooping_bus_base::quiet() const {
  return in_flight_.empty() && queued_ == 0 && !idle_.empty();
}

void snooping_bus_base::when_quiet(std::function<void()> then) {
  if (quiet()) {
    then();
  } else {
    when_quiet_ = std::move(then);
  }
}

}  // namespace mimd
