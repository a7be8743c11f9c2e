#include "directory/two_party_rows.h"

namespace mimd {

two_party_rows::two_party_rows(const directory_protocol& protocol,
                               const compiled_directory_protocol& compiled) {
  for (std::uint16_t i = 0; i < protocol.agent.size(); ++i) {
    const agent_row& row = protocol.agent[i];
    if (row.event <= agent_event::evict) {
      openings_[row.state][static_cast<unsigned>(row.event)] = open(row, i);
    } else {
      closings_[row.state][static_cast<unsigned>(row.event)] = close(row, i);
    }
  }
  for (std::uint16_t i = 0; i < protocol.home.size(); ++i) {
    const home_row& row = protocol.home[i];
    const bool rests =
        !compiled.busy(row.state) && !compiled.busy(row.next) && !compiled.busy(row.next_if_empty);
    if (row.event < event_limit && rests) {
      services_[row.state][static_cast<unsigned>(row.event)] = serve(row, i);
    }
  }
}

two_party_rows::opening two_party_rows::open(const agent_row& row, std::uint16_t number) {
  using type = directory_message_type;
  if (row.actions.size() != 1) return {};
  switch (row.actions[0]) {
    case agent_action::send_get_s:
      return {number, type::get_s, row.next};
    case agent_action::send_get_m:
      return {number, type::get_m, row.next};
    case agent_action::send_upgrade:
      return {number, type::upgrade, row.next};
    case agent_action::send_put_s:
      return {number, type::put_s, row.next};
    case agent_action::send_put_e:
      return {number, type::put_e, row.next};
    case agent_action::send_put_m:
      return {number, type::put_m, row.next};
    default:
      return {};
  }
}

two_party_rows::service two_party_rows::serve(const home_row& row, std::uint16_t number) {
  service s;
  unsigned answers = 0;
  const auto answer = [&](directory_message_type type) {
    s.answer = type;
    ++answers;
  };
  for (const home_action action : row.actions) {
    switch (action) {
      case home_action::send_data:
        answer(directory_message_type::data);
        break;
      case home_action::send_data_exclusive:
        answer(directory_message_type::data_exclusive);
        break;
      case home_action::send_grant:
        answer(directory_message_type::grant);
        break;
      case home_action::send_put_ack:
        answer(directory_message_type::put_ack);
        break;
      case home_action::write_memory:
        s.writes_memory = true;
        break;
      case home_action::set_owner:
        s.sets_owner = true;
        break;
      case home_action::clear_owner:
        s.clears_owner = true;
        break;
      case home_action::add_requester:
        s.adds_requester = true;
        break;
      case home_action::remove_requester:
        s.removes_requester = true;
        break;
      case home_action::free_slot:
        s.frees_slot = true;
        break;
      default:
        return {};
    }
  }
  if (answers != 1) return {};
  s.reads_memory = carries_data(s.answer);
  s.row = number;
  s.next = row.next;
  s.next_if_empty = row.next_if_empty;
  return s;
}

two_party_rows::closing two_party_rows::close(const agent_row& row, std::uint16_t number) {
  closing c{no_row, row.next, false};
  for (const agent_action action : row.actions) {
    if (action == agent_action::complete) {
      c.row = number;
    } else if (action == agent_action::take_data) {
      c.takes_data = true;
    } else {
      return {};
    }
  }
  return c;
}

}  // namespace mimd
