// Transactions of a requester, the home and an owner (three_party_rows.h): what the home and the owner do for
// the messages of such a one, and loosely timed all of them at one go.
#include <algorithm>
#include <utility>

#include "directory/directory_fabric.h"
#include "directory/home_directory.h"
#include "directory/requester_agent.h"
#include "infrastructure/copy_bytes.h"

namespace mimd {

// --- the home

// The request itself becomes the forward. False: this row is of another kind.
bool home_directory::forward(const directory_entry& e, home_event event, directory_packet& request,
                             time_ps start) {
  home_line& line = *e.state;
  const three_party_rows::forwarding& row = fabric_.three_parties().forwarding_of(line.state, event);
  if (row.row == no_row || row.takes_from_sharers) return false;
  note_request(line, row.row, event, request.source, 0);
  ++counters_.forwards;
  line.state = row.busy;
  line.requester = request.source;
  request.type = row.forward;
  request.requester = std::exchange(request.source, home_node);
  request.destination = line.owner;
  request.from = static_cast<std::uint16_t>(node_);
  request.to = static_cast<std::uint16_t>(fabric_.node_of(line.owner));
  request.acks = 0;
  fabric_.send(request, start + fabric_.timing().access);
  return true;
}

// The owner's word. False: this row is of another kind.
bool home_directory::settle(const directory_entry& e, directory_packet& word, time_ps start) {
  home_line& line = *e.state;
  const three_party_rows::settling& row = fabric_.three_parties().settling_of(line.state, word.type);
  if (row.row == no_row || line.awaited != 0) return false;
  const directory_state before = line.state;
  const address_t address = word.line;
  const memory_page& page = *word.page;
  fabric_.cover_home(row.row);
  if (!row.writes_memory || take_into_memory(word, start)) fabric_.give_back(word);
  settled(e, row, address, line.requester);
  stepped(line, before, address, page, start);
  return true;
}

inline void home_directory::settled(const directory_entry& e, const three_party_rows::settling& row,
                                    address_t address, node_id requester) {
  home_line& line = *e.state;
  change_sharers(e, address, [&](auto& sharers) {
    if (row.sets_owner) line.owner = requester;
    if (row.adds_owner) sharers.add(line.owner);
    if (row.adds_requester) sharers.add(requester);
    if (row.clears_owner) line.owner = no_node;
  });
  line.state = row.next;
  line.requester = no_node;
  if (line.state == 0) line.reserved = no_node;
}

// So many sharers lose their copies.
void home_directory::note_request(home_line& line, std::uint16_t row, home_event event, node_id source,
                                  unsigned invalidated) {
  fabric_.cover_home(row);
  if (event == home_event::get_s) {
    ++counters_.reads;
  } else {
    ++counters_.writes;
    counters_.invalidations += invalidated;
    invalidations_per_write_.add(invalidated);
    fabric_.count_write(invalidated);
  }
  if (line.reserved == source) line.reserved = no_node;
}

// The request has arrived at `at`: when the forward leaves.
inline time_ps home_directory::forward_alone(const lone_request& r, const three_party_rows::forwarding& row,
                                             unsigned invalidated, time_ps at) {
  const time_ps start = begin_service(at);
  note_request(*r.entry.state, row.row, r.event, r.source, invalidated);
  ++counters_.forwards;
  if (row.takes_from_sharers) {
    change_sharers(r.entry, r.line, [](auto& sharers) { sharers.clear(); });
  }
  return start + fabric_.timing().access;
}

// The owner's word has arrived, and with it the line if it is for memory.
inline void home_directory::settle_alone(const lone_request& r, const three_party_rows::settling& row,
                                         std::uint8_t* brought, time_ps at) {
  const time_ps start = begin_service(at);
  fabric_.cover_home(row.row);
  if (row.writes_memory) access_alone(tlm::TLM_WRITE_COMMAND, r, brought, start);
  settled(r.entry, row, r.line, r.source);
}

// --- the owner

inline const three_party_rows::supply& requester_agent::supply_of(address_t line,
                                                                  directory_message_type forward) const {
  static constexpr three_party_rows::supply none;
  if (traced_state_.on() || find(line) || !cache_->can_snoop(line)) return none;
  return fabric_.three_parties().supply_of(cache_->state(line), forward);
}

inline void requester_agent::supply_alone(address_t line, const three_party_rows::supply& row,
                                          std::uint8_t* to) {
  ++counters_.forwards;
  fabric_.cover_agent(row.row);
  const bus_operation operation = row.next != 0 ? bus_operation::read : bus_operation::read_exclusive;
  cache_->snoop({operation, line, to, nullptr, 0, 0});
}

// A forward of a line that no transaction is under way for: the message itself becomes the line's. False:
// this row is of another kind.
bool requester_agent::supply(directory_packet& forward, directory_state held, time_ps at) {
  const three_party_rows::supply& row = fabric_.three_parties().supply_of(held, forward.type);
  if (row.row == mimd::no_row) return false;
  const time_ps leaves = at + fabric_.timing().snoop;
  supply_alone(forward.line, row, forward.data);
  if (fabric_.protocol().owner_replaces_silently()) note_answered(forward.line);
  directory_packet& word = fabric_.take_packet();
  word.type = row.word;
  word.source = port_;
  word.destination = home_node;
  word.requester = no_node;
  word.from = static_cast<std::uint16_t>(node_);
  word.to = forward.from;
  word.line = forward.line;
  word.page = forward.page;
  word.transaction = forward.transaction;
  if (carries_data(row.word)) copy_line(word.data, forward.data, line_);
  // A shared copy that stays may be gone, silently, before memory has the line.
  word.newest = row.word == directory_message_type::copy_back;
  answer_with(forward, directory_message_type::data);
  forward.newest = row.next == 0;
  fabric_.send(forward, leaves);
  fabric_.send(word, leaves);
  return true;
}

// What came for the sake of a requester goes on to it as the answer.
void requester_agent::answer_with(directory_packet& message, directory_message_type type) {
  message.type = type;
  message.source = port_;
  message.destination = std::exchange(message.requester, no_node);
  const bool to_home = message.destination == home_node;
  message.to = to_home ? message.from : static_cast<std::uint16_t>(fabric_.node_of(message.destination));
  message.from = static_cast<std::uint16_t>(node_);
  message.forwarded = false;
}

// --- the whole transaction

// False: it needs others, or is watched message by message; nothing has happened then.
bool requester_agent::transact_with_owner(coherence_request& r, const two_party_rows::opening& opening,
                                          const home_directory::lone_request& request, time_ps at) {
  const three_party_rows& rows = fabric_.three_parties();
  home_directory& home = fabric_.home_of(request.page);
  const home_line& known = *request.entry.state;
  const three_party_rows::forwarding& forwarding = rows.forwarding_of(known.state, request.event);
  if (forwarding.row == mimd::no_row || known.owner == port_ || !home.quiet()) return false;
  requester_agent& owner = fabric_.agent_at(known.owner);
  const three_party_rows::supply& supply = owner.supply_of(r.line, forwarding.forward);
  if (supply.row == mimd::no_row) return false;
  const three_party_rows::settling& settling = rows.settling_of(forwarding.busy, supply.word);
  if (settling.row == mimd::no_row) return false;
  losers_.clear();
  if (forwarding.takes_from_sharers && !find_losers(home, request, false)) return false;
  // Acknowledgements come before the data, which is then all that was missing.
  const two_party_rows::closing& closing =
      fabric_.two_parties().closing_of(opening.pending, agent_event::data);
  const std::uint16_t ack =
      fabric_.protocol().agent_row_of(opening.pending, static_cast<unsigned>(agent_event::ack));
  if (closing.row == mimd::no_row || (ack == mimd::no_row && !losers_.empty())) return false;

  fabric_.cover_agent(opening.row);
  for (std::size_t i = 0; i < losers_.size(); ++i) fabric_.cover_agent(ack);
  fabric_.cover_agent(closing.row);
  const std::uint64_t id = fabric_.next_transaction();
  const unsigned there = request.page.home;
  if (!closing.takes_data) copy_line(r.data, cache_->copy_of(r.line), line_);
  const time_ps asked = fabric_.arrival_of(opening.request, node_, there, at);
  const auto invalidated = static_cast<unsigned>(losers_.size());
  const time_ps forwarded = home.forward_alone(request, forwarding, invalidated, asked);
  tell_losers(there, forwarded);
  const time_ps reached = fabric_.arrival_of(forwarding.forward, there, owner.node_, forwarded);
  const time_ps last = take_from_losers(r.line);
  std::uint8_t* const line = closing.takes_data ? r.data : supplied_.data();
  owner.supply_alone(r.line, supply, line);
  const time_ps supplied = reached + fabric_.timing().snoop;
  const time_ps answered = fabric_.arrival_of(directory_message_type::data, owner.node_, node_, supplied);
  const time_ps told = fabric_.arrival_of(supply.word, owner.node_, there, supplied);
  home.settle_alone(request, settling, line, told);
  complete_fetch(r, id, at, there, true, closing.granted, std::max(answered, last));
  return true;
}

}  // namespace mimd
