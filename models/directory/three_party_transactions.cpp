// Transactions of a requester, the home and an owner alone (three_party_rows.h), loosely timed, at one go.
#include <algorithm>

#include "directory/directory_fabric.h"
#include "directory/home_directory.h"
#include "directory/requester_agent.h"
#include "infrastructure/copy_bytes.h"

namespace mimd {

// --- the home

// The request has arrived at `at`, and so many sharers lose their copies: when its service begins.
time_ps home_directory::begin_alone(const lone_request& r, std::uint16_t row, unsigned invalidated,
                                    time_ps at) {
  const time_ps start = begin_service(at);
  fabric_.cover_home(row);
  if (r.event == home_event::get_s) {
    ++counters_.reads;
  } else {
    ++counters_.writes;
    counters_.invalidations += invalidated;
    invalidations_per_write_.add(invalidated);
    fabric_.count_write(invalidated);
  }
  home_line& line = *r.entry.state;
  if (line.reserved == r.source) line.reserved = no_node;
  return start;
}

// Likewise: when the forward leaves.
inline time_ps home_directory::forward_alone(const lone_request& r, const three_party_rows::forwarding& row,
                                             unsigned invalidated, time_ps at) {
  const time_ps start = begin_alone(r, row.row, invalidated, at);
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
  home_line& line = *r.entry.state;
  change_sharers(r.entry, r.line, [&](auto& sharers) {
    if (row.sets_owner) line.owner = r.source;
    if (row.adds_owner) sharers.add(line.owner);
    if (row.adds_requester) sharers.add(r.source);
    if (row.clears_owner) line.owner = no_node;
  });
  line.state = row.next;
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
  const two_party_rows::closing& closing = closing_of(opening.pending, directory_message_type::data);
  if (closing.row == mimd::no_row) return false;

  fabric_.cover_agent(opening.row);
  cover_closing(opening.pending, directory_message_type::data);
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
  complete_fetch(r, id, at, there, true, closing.granted, std::max(answered, last));
  home.settle_alone(request, settling, line, told);
  return true;
}

}  // namespace mimd
