// Transactions of a requester and a home alone (two_party_rows.h): what the home does for a request that it
// answers without anybody else, and loosely timed all of them at one go.
#include <algorithm>
#include <utility>

#include "directory/directory_fabric.h"
#include "directory/home_directory.h"
#include "directory/requester_agent.h"
#include "infrastructure/copy_bytes.h"

namespace mimd {

inline void home_directory::apply(const directory_entry& e, const two_party_rows::service& row,
                                  directory_message_type request, node_id source, address_t address) {
  fabric_.cover_home(row.row);
  if (request == directory_message_type::get_s) {
    ++counters_.reads;
  } else if (request <= directory_message_type::upgrade) {
    ++counters_.writes;
    invalidations_per_write_.add(0);
    fabric_.count_write(0);
  } else {
    ++counters_.puts;
  }
  home_line& line = *e.state;
  change_sharers(e, address, [&](auto& sharers) {
    if (row.sets_owner) line.owner = source;
    if (row.clears_owner) line.owner = no_node;
    if (row.adds_requester) sharers.add(source);
    if (row.removes_requester) sharers.remove(source);
    line.state = row.next == row.next_if_empty || !sharers.empty() ? row.next : row.next_if_empty;
  });
  if (row.frees_slot) free_slot(address);
  if (line.state == 0 || source == line.reserved) line.reserved = no_node;
}

void home_directory::answer(const directory_entry& e, const two_party_rows::service& row,
                            directory_packet& request, time_ps start) {
  const directory_state before = e.state->state;
  const node_id source = request.source;
  const address_t line = request.line;
  memory_page& page = *request.page;
  const std::uint64_t transaction = request.transaction;
  apply(e, row, request.type, source, line);
  const bool taken = row.writes_memory && !store(request, start);  // by memory, until it has written the line
  directory_packet& p = taken ? new_packet(row.answer, source, line, page, transaction) : request;
  if (!taken) {
    p.type = row.answer;
    p.source = home_node;
    p.destination = source;
    std::swap(p.from, p.to);
  }
  p.requester = no_node;
  p.acks = 0;
  const time_ps ready = start + fabric_.timing().access;
  if (row.reads_memory) {
    fetch(p, start, ready);
  } else {
    fabric_.send(p, ready);
  }
  stepped(*e.state, before, line, page, start);
}

inline bool home_directory::answers_alone(lone_request& r) {
  if (sparse_ || traced_message_.on()) return false;
  r.entry = entry_in(r.page, r.line);
  const line_sharers sharers(*format_, r.entry.sharers, scratch_);
  r.event = fabric_.homes_core().event_of(*r.entry.state, sharers, r.type, r.source, 0);
  r.row = &fabric_.two_parties().service_of(r.entry.state->state, r.event);
  return r.row->row != no_row;
}

inline time_ps home_directory::answer_alone(const lone_request& r, time_ps at) {
  const time_ps start = begin_service(at);
  time_ps ready = start + fabric_.timing().access;
  if (r.row->writes_memory) access_alone(tlm::TLM_WRITE_COMMAND, r, r.data, start);
  if (r.row->reads_memory) ready = std::max(ready, access_alone(tlm::TLM_READ_COMMAND, r, r.data, start));
  apply(r.entry, *r.row, r.type, r.source, r.line);
  return ready;
}

// --- loosely timed, the whole transaction

// False: this access needs others, or is watched message by message; nothing has happened then.
bool requester_agent::transact_with_home(coherence_request& r, time_ps at) {
  if (r.at_home || (r.transient && fabric_.device_at(r.line)) || traced_state_.on() ||
      !fabric_.runs_unwatched())
    return false;
  const two_party_rows& rows = fabric_.two_parties();
  const bool evicts = r.event == processor_event::evict;
  const coherence_state held = evicts ? r.waiting : cache_->state(r.line);
  const agent_event access = evicts                             ? agent_event::evict
                             : r.event == processor_event::read ? agent_event::read
                                                                : agent_event::write;
  const two_party_rows::opening& opening = rows.opening_of(held, access);
  if (opening.row == mimd::no_row) return false;
  memory_page& page = fabric_.pages().at(r.line, node_);
  home_directory& home = fabric_.home_of(page);
  home_directory::lone_request request{opening.request, port_, r.line, page, r.data, {}, {}, nullptr};
  if (!home.answers_alone(request)) {
    if (evicts || !request.entry.state) return false;
    return transact_with_owner(r, opening, request, at) || transact_with_sharers(r, opening, request, at);
  }
  const directory_message_type answer_type = request.row->answer;
  const agent_event answer = requester_core::event_of({opening.pending, 0}, answer_type, 0);
  const two_party_rows::closing& closing = rows.closing_of(opening.pending, answer);
  if (closing.row == mimd::no_row) return false;

  fabric_.cover_agent(opening.row);
  fabric_.cover_agent(closing.row);
  const std::uint64_t id = fabric_.next_transaction();
  const unsigned there = page.home;
  if (!evicts && held != invalid_state) copy_line(r.data, cache_->copy_of(r.line), line_);
  const time_ps asked = fabric_.arrival_of(opening.request, node_, there, at);
  const time_ps answered = home.answer_alone(request, asked);
  const time_ps done = fabric_.arrival_of(answer_type, there, node_, answered);
  if (evicts) {
    ++counters_.replacements;
    complete_replacement(r, done);
  } else {
    complete_fetch(r, id, at, there, false, closing.granted, done);
  }
  return true;
}

}  // namespace mimd
