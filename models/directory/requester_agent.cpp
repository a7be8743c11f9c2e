#include "directory/requester_agent.h"

#include <algorithm>
#include <utility>

#include "coherence/coherence_observer.h"
#include "directory/directory_fabric.h"
#include "infrastructure/copy_bytes.h"

namespace mimd {

using pending_access = requester_core::pending_access;

// What requester_core does with a line of this agent.
struct requester_agent::line_port {
  requester_agent& agent;
  transaction* own;  // the line's, or null
  address_t line;
  directory_packet* offered;                   // the message, or null: an access of the cache
  time_ps at;                                  // when what it causes may leave
  const directory_packet* answered = nullptr;  // a forward that was held, if this answers it
  time_ps answered_at = 0;
  const std::uint8_t* bytes = nullptr;
  bool taken = false;
  bool completed = false;
  pending_access access{};
  directory_state granted = 0;

  void snoop(directory_state held) {
    const bool keeps = held != 0;
    const bus_operation operation = keeps ? bus_operation::read : bus_operation::read_exclusive;
    const snoop_message message{operation, line, agent.supplied_.data(), nullptr, 0, 0};
    const snoop_reply reply = agent.cache_->snoop(message);
    bytes = reply.supplied || !own ? agent.supplied_.data() : own->request->data;
    taken = !keeps;
  }
  void send(directory_message_type type, node_id destination, node_id requester, unsigned acks) {
    directory_fabric_base& fabric = agent.fabric_;
    directory_packet& p = fabric.take_packet();
    p.type = type;
    p.source = agent.port_;
    p.destination = destination;
    p.requester = requester;
    p.acks = static_cast<std::uint16_t>(acks);
    p.from = static_cast<std::uint16_t>(agent.node_);
    const directory_packet* const forward = answered ? answered : offered;  // what this may be an answer to
    const bool answers_home = forward && is_forward(forward->type) && !is_request(type);
    p.to = static_cast<std::uint16_t>(destination != home_node ? fabric.node_of(destination)
                                      : answers_home           ? forward->from
                                                               : own->home);
    p.line = line;
    p.page = answers_home ? forward->page : offered ? offered->page : own->page;
    p.transaction = answers_home ? forward->transaction : own ? own->id : 0;
    if (carries_data(type)) {
      copy_line(p.data, type == directory_message_type::put_m ? own->request->data : bytes, agent.line_);
      // A shared copy that stays may be gone, silently, before memory has the line.
      p.newest = taken || type == directory_message_type::copy_back;
    }
    fabric.send(p, answered && answers_home ? answered_at : at);
  }
  void take_over(directory_state held) {
    ++agent.counters_.injections_taken;
    agent.cache_->take_over(line, held, offered->data);
  }
  void take_data() {
    copy_line(own->request->data, offered->data, agent.line_);
    own->took_data = true;
  }
  void complete(pending_access what, directory_state state) {
    completed = true;
    access = what;
    granted = state;
  }
};

requester_agent::requester_agent(directory_fabric_base& fabric, node_id port, unsigned node, unsigned line)
    : fabric_(fabric),
      port_(port),
      node_(node),
      line_(line),
      line_bits_(static_cast<unsigned>(__builtin_ctz(line))),
      supplied_(line) {
  answered_.fill(no_line);
}

// --- the cache's side

region_kind requester_agent::kind_of(address_t address) const {
  if (address >= fabric_.pages().size()) {
    return fabric_.device_at(address) ? region_kind::device : region_kind::nothing;
  }
  const bool keeps = fabric_.caches_remote_lines() || fabric_.pages().at(address, node_).home == node_;
  return keeps ? region_kind::memory : region_kind::uncached;
}

bool requester_agent::operates_at_home() const {
  return fabric_.operates_at_home();
}

time_ps requester_agent::transact(coherence_request& r, time_ps at) {
  fabric_.begin_loose();
  at = std::max(at, now_ps());
  loose_done_ = at;
  if (!transact_with_home(r, at)) begin(r, at);
  fabric_.finish_loose();
  if (!open_.empty()) throw std::logic_error(fabric_.name() + (": nothing answers: " + fabric_.waiting()));
  return loose_done_;
}

void requester_agent::request(coherence_request& r, time_ps at) {
  begin(r, std::max(at, now_ps()));
}

// The node of the page, or of a device, is asked to do the access; it calls the cache's perform() when it
// does (home_directory_operations.cpp, device_window.cpp).
void requester_agent::operate(coherence_request& r, memory_page* page, unsigned node, time_ps at) {
  operations_.push_back(&r);
  counters_.operations += page != nullptr;
  directory_packet& p = fabric_.take_packet();
  p.type = directory_message_type::operate;
  p.source = port_;
  p.destination = home_node;
  p.from = static_cast<std::uint16_t>(node_);
  p.to = static_cast<std::uint16_t>(node);
  p.line = r.line;
  p.page = page;
  p.request = &r;
  p.transaction = fabric_.next_transaction();
  fabric_.send(p, at);
}

void requester_agent::operated(directory_packet& result, time_ps at) {
  coherence_request& r = *result.request;
  operations_.erase(std::find(operations_.begin(), operations_.end(), &r));
  const time_ps done = at + (result.from == node_ ? 0 : fabric_.timing().fill);
  fabric_.ended(result.transaction, r.arrival, done, "Operation", port_, r.line,
                result.page ? "at_home" : "device");
  fabric_.give_back(result);
  // Nobody tells this cache of writes to a line that it does not have: it cannot hold a reservation.
  cache_->snoop({bus_operation::read_exclusive, r.line, supplied_.data(), nullptr, 0, 0});
  if (fabric_.loose()) {
    loose_done_ = done;
  } else {
    cache_->complete(r, done);
    fabric_.look_for_quiet();
  }
}

void requester_agent::begin(coherence_request& r, time_ps at, bool kept) {
  r.next = nullptr;
  r.arrival = at;
  if (device_window* const device = r.transient ? fabric_.device_at(r.line) : nullptr) {
    operate(r, nullptr, device->node(), at);
    return;
  }
  if (fabric_.moves_pages() && !find(r.line) && !is_own(r)) {
    at = fabric_.admit(*this, r, at, kept);
    if (at == never) return;
  }
  if (r.at_home) {
    memory_page& page = fabric_.pages().at(r.line, node_);
    operate(r, &page, page.home, at);
    return;
  }
  transaction* const t = find(r.line);
  if (!t) {
    start(r, at);
    return;
  }
  if (r.event == processor_event::evict &&
      fabric_.protocol().pending(t->core.state) == pending_access::write) {
    outlived_.push_back(&r);
    if (!finish_outlived_.pending()) fabric_.schedule(finish_outlived_, now_ps());
    return;
  }
  coherence_request** last = &t->waiting;
  while (*last) last = &(*last)->next;
  *last = &r;
}

void requester_agent::finish_outlived() {
  while (!outlived_.empty()) {
    coherence_request& r = *outlived_.back();
    outlived_.pop_back();
    cache_->complete(r, now_ps());
  }
  fabric_.look_for_quiet();
}

void requester_agent::start(coherence_request& r, time_ps at) {
  const bool evicts = r.event == processor_event::evict;
  const coherence_state held = evicts ? r.waiting : cache_->state(r.line);
  if (evicts && held == invalid_state) {  // a forward has taken it meanwhile
    complete_replacement(r, at);
    return;
  }
  transaction& t = transactions_.take();
  t = transaction{};
  t.line = r.line;
  t.core.state = held;
  t.request = &r;
  t.begun = at;
  t.page = &fabric_.pages().at(r.line, node_);
  t.home = t.page->home;
  fabric_.home_of(*t.page).expect(*t.page, r.line);
  t.id = fabric_.next_transaction();
  open_.push_back(&t);
  if (address_t& known = answered(r.line); known == r.line) {
    t.core.answered = true;
    known = no_line;
  }
  if (!evicts && held != invalid_state) copy_line(r.data, cache_->copy_of(r.line), line_);
  const agent_event event = evicts                             ? agent_event::evict
                            : r.event == processor_event::read ? agent_event::read
                                                               : agent_event::write;
  const two_party_rows::opening& opening = fabric_.two_parties().opening_of(held, event);
  bool completed = false;
  pending_access access{};
  directory_state granted = 0;
  if (opening.row != mimd::no_row) {
    fabric_.cover_agent(opening.row);
    t.core.state = opening.pending;
    ask(t, opening.request, at);
  } else {
    line_port p{*this, &t, r.line, nullptr, at};
    const directory_step step = fabric_.requester().step(t.core, event, no_node, 0, p);
    if (step.outcome != directory_step::result::done) no_row(t.core, r.line, to_string(event));
    fabric_.cover_agent(step.row);
    completed = p.completed;
    access = p.access;
    granted = p.granted;
  }
  if (traced_state_.on()) {
    traced_line_.set(at, t.line);
    traced_state_.set(at, t.core.state);
  }
  if (completed) close(t, access, granted, at);
}

// The first request of a transaction.
inline void requester_agent::ask(const transaction& t, directory_message_type type, time_ps at) {
  directory_packet& p = fabric_.take_packet();
  p.type = type;
  p.source = port_;
  p.destination = home_node;
  p.requester = no_node;
  p.acks = t.core.answered && type <= directory_message_type::get_m;
  p.from = static_cast<std::uint16_t>(node_);
  p.to = static_cast<std::uint16_t>(t.home);
  p.line = t.line;
  p.page = t.page;
  p.transaction = t.id;
  if (carries_data(type)) copy_line(p.data, t.request->data, line_);
  fabric_.send(p, at);
}

// --- the homes' side

// Loosely timed, the transactions that run at one go would not use it up.
void requester_agent::note_answered(address_t line) {
  if (!fabric_.loose()) answered(line) = line;
}

void requester_agent::snoop_again(address_t line) {
  for (std::size_t i = 0; i < deferred_.size();) {
    directory_packet& message = *deferred_[i];
    if (message.line != line || !cache_->can_snoop(line)) {
      ++i;
      continue;
    }
    deferred_.erase(deferred_.begin() + static_cast<std::ptrdiff_t>(i));
    receive(message, now_ps());
  }
}

void requester_agent::receive(directory_packet& message, time_ps at) {
  if (message.type == directory_message_type::result) {
    operated(message, at);
    return;
  }
  if (is_forward(message.type) && !cache_->can_snoop(message.line)) {
    deferred_.push_back(&message);
    return;
  }
  transaction* const t = find(message.line);
  requester_line stable;
  if (!t) {
    stable.state = cache_->state(message.line);
    if (message.type == directory_message_type::invalidate
            ? drop(message, stable.state, at)
            : is_forward(message.type) && supply(message, stable.state, at)) {
      return;
    }
  }
  requester_line& line = t ? t->core : stable;
  const directory_state before = line.state;
  agent_event event = requester_core::event_of(line, message.type, message.acks, t && t->held);
  if (is_injection(message.type) && line.state == 0 && !cache_->make_room(message.line)) {
    event = agent_event::inject_no_room;
  }
  const directory_timing& timing = fabric_.timing();
  time_ps leaves = at;
  if (is_forward(message.type)) {
    leaves += timing.snoop;
    ++(message.type == directory_message_type::invalidate ? counters_.invalidations : counters_.forwards);
  } else if (message.type == directory_message_type::nack) {
    leaves += timing.retry;
    ++counters_.refusals;
  }
  if (t) {
    if (!is_forward(message.type)) at = t->latest = std::max(t->latest, at);
    const two_party_rows::closing& closing = fabric_.two_parties().closing_of(before, event);
    if (closing.row != mimd::no_row) {
      conclude(*t, closing, message, at);
      return;
    }
  }
  line_port p{*this, t, message.line, &message, leaves};
  if (event == agent_event::nack_holding) {
    p.answered = t->held;
    p.answered_at = at + timing.snoop;
  }
  const directory_step step = fabric_.requester().step(line, event, message.requester, message.acks, p);
  if (step.outcome == directory_step::result::undefined) no_row(line, message.line, to_string(event));
  fabric_.cover_agent(step.row);
  if (step.outcome == directory_step::result::waits) {
    t->held = &message;
    return;
  }
  if (stable.answered) note_answered(message.line);
  if (p.answered) fabric_.give_back(*std::exchange(t->held, nullptr));
  directory_packet* held = nullptr;
  if (t) {
    note_parties(*t, message);
    if (message.type == directory_message_type::invalidate &&
        fabric_.protocol().pending(line.state) == pending_access::read && fabric_.observer()) {
      fabric_.observer()->overtaken(port_, message.line);
    }
    if (line.state != before && !p.completed) std::swap(held, t->held);
    if (traced_state_.on() && line.state != before) {
      traced_line_.set(at, t->line);
      traced_state_.set(at, line.state);
    }
  }
  fabric_.give_back(message);
  if (p.completed) {
    close(*t, p.access, p.granted, at);
  } else if (held) {
    receive(*held, at);
  }
}

// The message completes the transaction, and that is all it does.
inline void requester_agent::conclude(transaction& t, const two_party_rows::closing& row,
                                      directory_packet& message, time_ps at) {
  fabric_.cover_agent(row.row);
  const pending_access access = fabric_.protocol().pending(t.core.state);
  if (row.takes_data) {
    copy_line(t.request->data, message.data, line_);
    t.took_data = true;
  }
  note_parties(t, message);
  t.core = {row.granted, 0, t.core.answered && access == pending_access::evict};
  if (traced_state_.on()) {
    traced_line_.set(at, t.line);
    traced_state_.set(at, row.granted);
  }
  fabric_.give_back(message);
  close(t, access, row.granted, at);
}

void requester_agent::close(transaction& t, pending_access access, directory_state granted, time_ps at) {
  if (t.core.answered) note_answered(t.line);
  if (open_.back() == &t) {
    open_.pop_back();
  } else {
    open_.erase(std::find(open_.begin(), open_.end(), &t));
  }
  if (access == pending_access::evict) {
    ++counters_.replacements;
    fabric_.ended(t.id, t.begun, at, "Put", port_, t.line, "replaced");
    complete_replacement(*t.request, at);
  } else {
    complete_fetch(*t.request, t.id, t.begun, t.home, t.third_party, granted, at);
  }
  if (t.held) receive(*t.held, at);
  for (coherence_request* r = t.waiting; r;) {
    coherence_request& next = *r;
    r = r->next;
    begin(next, at);
  }
  transactions_.give_back(t);
  fabric_.look_for_quiet();
}

bool requester_agent::uses(address_t first, std::uint64_t bytes) const {
  const auto inside = [=](const auto* of_line) { return of_line->line - first < bytes; };
  return std::any_of(open_.begin(), open_.end(), inside) ||
         std::any_of(operations_.begin(), operations_.end(), inside);
}

}  // namespace mimd
