// Writes that take a line from its sharers (sharer_rows.h): what a sharer does when it is told, and loosely
// timed all of it at one go.
#include <algorithm>

#include "directory/directory_fabric.h"
#include "directory/home_directory.h"
#include "directory/requester_agent.h"
#include "infrastructure/copy_bytes.h"

namespace mimd {

// --- the home

void home_directory::sharers_of(const lone_request& r, bool owner_too, std::vector<node_id>& others) {
  const node_id owner = r.entry.state->owner;
  others.clear();
  line_sharers(*format_, r.entry.sharers, scratch_).for_each([&](node_id node) {
    if (node != r.source && node != owner) others.push_back(node);
  });
  if (owner_too) others.push_back(owner);
}

// The request has arrived at `at`, and so many lose their copies: when its service begins.
inline time_ps home_directory::begin_alone(const lone_request& r, const sharer_rows::service& row,
                                           unsigned invalidated, time_ps at) {
  const time_ps start = begin_service(at);
  note_request(*r.entry.state, row.row, r.event, r.source, invalidated);
  return start;
}

// When the answer leaves. Memory is read first: it may wait, and then somebody still has the line.
inline time_ps home_directory::hand_over_alone(const lone_request& r, const sharer_rows::service& row,
                                               time_ps start) {
  time_ps ready = start + fabric_.timing().access;
  if (carries_data(row.answer)) {
    ready = std::max(ready, access_alone(tlm::TLM_READ_COMMAND, r, r.data, start));
  }
  home_line& line = *r.entry.state;
  change_sharers(r.entry, r.line, [&](auto& sharers) {
    if (row.sets_owner) line.owner = r.source;
    sharers.clear();
  });
  line.state = row.next;
  if (row.frees_slot) free_slot(r.line);
  return ready;
}

// --- the sharers

inline bool requester_agent::may_drop(address_t line) const {
  return !traced_state_.on() && !find(line) && cache_->can_snoop(line) &&
         fabric_.sharers().drop_of(cache_->state(line)) != mimd::no_row;
}

// An invalidation of a line that no transaction is under way for: the message itself becomes the answer.
// False: this row is of another kind.
bool requester_agent::drop(directory_packet& invalidation, directory_state held, time_ps at) {
  if (fabric_.sharers().drop_of(held) == mimd::no_row) return false;
  drop_alone(invalidation.line, held);
  answer_with(invalidation, directory_message_type::ack);
  fabric_.send(invalidation, at + fabric_.timing().snoop);
  return true;
}

inline void requester_agent::drop_alone(address_t line, directory_state held) {
  ++counters_.invalidations;
  fabric_.cover_agent(fabric_.sharers().drop_of(held));
  if (held != invalid_state) {
    cache_->snoop({bus_operation::read_exclusive, line, supplied_.data(), nullptr, 0, 0});
  }
}

// --- the writer

// Whether those who are to lose the line can do so at once: they are in losers_ then.
bool requester_agent::find_losers(home_directory& home, const home_directory::lone_request& request,
                                  bool owner_too) {
  home.sharers_of(request, owner_too, losers_);
  return losers_.empty() ||
         (!fabric_.multicasts() && std::all_of(losers_.begin(), losers_.end(), [&](node_id loser) {
           return fabric_.agent_at(loser).may_drop(request.line);
         }));
}

// The home tells them at `leaves`.
void requester_agent::tell_losers(unsigned home, time_ps leaves) {
  told_.clear();
  for (const node_id loser : losers_) {
    const unsigned node = fabric_.node_of(loser);
    told_.push_back(fabric_.arrival_of(directory_message_type::invalidate, home, node, leaves));
  }
}

// They have been told, and drop the line: when the last acknowledgement arrives.
time_ps requester_agent::take_from_losers(address_t line) {
  time_ps last = 0;
  for (std::size_t i = 0; i < losers_.size(); ++i) {
    requester_agent& agent = fabric_.agent_at(losers_[i]);
    agent.drop_alone(line, agent.cache_->state(line));
    last = std::max(last, fabric_.arrival_of(directory_message_type::ack, agent.node_, node_,
                                             told_[i] + fabric_.timing().snoop));
  }
  return last;
}

// --- the whole transaction

// False: it is none of this kind, needs others, or is watched message by message; nothing has happened then.
bool requester_agent::transact_with_sharers(coherence_request& r, const two_party_rows::opening& opening,
                                            const home_directory::lone_request& request, time_ps at) {
  home_directory& home = fabric_.home_of(request.page);
  const sharer_rows::service& service =
      fabric_.sharers().service_of(request.entry.state->state, request.event);
  if (service.row == mimd::no_row || !home.quiet() || !find_losers(home, request, service.invalidates_owner))
    return false;
  const auto invalidated = static_cast<unsigned>(losers_.size());
  const agent_event answer = requester_core::event_of({opening.pending, 0}, service.answer, invalidated);
  const sharer_rows::gathering& gathering = fabric_.sharers().gathering_of(opening.pending, answer);
  const two_party_rows::closing& closing =
      invalidated == 0 ? fabric_.two_parties().closing_of(opening.pending, answer) : gathering.last;
  if (closing.row == mimd::no_row) return false;

  fabric_.cover_agent(opening.row);
  if (invalidated != 0) fabric_.cover_agent(gathering.answer_row);
  for (unsigned i = 1; i < invalidated; ++i) fabric_.cover_agent(gathering.ack_row);
  fabric_.cover_agent(closing.row);
  const std::uint64_t id = fabric_.next_transaction();
  const unsigned there = request.page.home;
  if (!closing.takes_data) copy_line(r.data, cache_->copy_of(r.line), line_);
  const time_ps asked = fabric_.arrival_of(opening.request, node_, there, at);
  const time_ps start = home.begin_alone(request, service, invalidated, asked);
  tell_losers(there, start + fabric_.timing().access);
  const time_ps ready = home.hand_over_alone(request, service, start);
  const time_ps answered = fabric_.arrival_of(service.answer, there, node_, ready);
  const time_ps last = take_from_losers(r.line);
  complete_fetch(r, id, at, there, false, closing.granted, std::max(answered, last));
  return true;
}

}  // namespace mimd
