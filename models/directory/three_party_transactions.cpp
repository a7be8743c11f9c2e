// Transactions of a requester, the home and an owner alone (three_party_rows.h), loosely timed, at one go.
#include <algorithm>

#include "directory/directory_fabric.h"
#include "directory/home_directory.h"
#include "directory/requester_agent.h"
#include "infrastructure/copy_bytes.h"

namespace mimd {

// --- the home

// The request has arrived at `at`: when the forward leaves.
inline time_ps home_directory::forward_alone(const lone_request& r, std::uint16_t row, time_ps at) {
  const time_ps start = begin_service(at);
  fabric_.cover_home(row);
  if (r.event == home_event::get_s) {
    ++counters_.reads;
  } else {
    ++counters_.writes;
    invalidations_per_write_.add(0);
    fabric_.count_write(0);
  }
  ++counters_.forwards;
  home_line& line = *r.entry.state;
  if (line.reserved == r.source) line.reserved = no_node;
  return start + fabric_.timing().access;
}

// The owner's word has arrived.
inline void home_directory::settle_alone(const lone_request& r, const three_party_rows::settling& row,
                                         time_ps at) {
  begin_service(at);
  fabric_.cover_home(row.row);
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
  const two_party_rows::closing& closing =
      fabric_.two_parties().closing_of(opening.pending, agent_event::data);
  if (settling.row == mimd::no_row || closing.row == mimd::no_row) return false;

  fabric_.cover_agent(opening.row);
  fabric_.cover_agent(closing.row);
  const std::uint64_t id = fabric_.next_transaction();
  const unsigned there = request.page.home;
  if (!closing.takes_data) copy_line(r.data, cache_->copy_of(r.line), line_);
  const time_ps asked = fabric_.arrival_of(opening.request, node_, there, at);
  const time_ps forwarded = home.forward_alone(request, forwarding.row, asked);
  const time_ps reached = fabric_.arrival_of(forwarding.forward, there, owner.node_, forwarded);
  owner.supply_alone(r.line, supply, closing.takes_data ? r.data : supplied_.data());
  const time_ps supplied = reached + fabric_.timing().snoop;
  const time_ps done = fabric_.arrival_of(directory_message_type::data, owner.node_, node_, supplied);
  const time_ps told = fabric_.arrival_of(supply.word, owner.node_, there, supplied);
  complete_fetch(r, id, at, there, true, closing.granted, done);
  home.settle_alone(request, settling, told);
  return true;
}

}  // namespace mimd
