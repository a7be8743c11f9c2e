// Loosely timed transactions of this agent and a home alone (two_party_rows.h), run at one go.
#include "directory/directory_fabric.h"
#include "directory/requester_agent.h"
#include "infrastructure/copy_bytes.h"

namespace mimd {

// False: this access needs others, or is watched message by message; nothing has happened then.
bool requester_agent::transact_with_home(coherence_request& r, time_ps at) {
  if (r.at_home || traced_state_.on() || !fabric_.runs_unwatched()) return false;
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
  home_directory::lone_request request{opening.request, port_, r.line, page, r.data, {}, nullptr};
  if (!home.answers_alone(request)) return false;
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
