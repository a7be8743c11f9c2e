#include "directory/three_party_rows.h"

namespace mimd {

three_party_rows::three_party_rows(const directory_protocol& protocol) {
  for (std::uint16_t i = 0; i < protocol.agent.size(); ++i) serve(protocol.agent[i], i);
  for (std::uint16_t i = 0; i < protocol.home.size(); ++i) {
    forward(protocol.home[i], i);
    settle(protocol.home[i], i);
  }
}

void three_party_rows::forward(const home_row& row, std::uint16_t number) {
  if ((row.event != home_event::get_s && row.event != home_event::get_m) || row.actions.size() == 0 ||
      row.next != row.next_if_empty) {
    return;
  }
  const bool takes_from_sharers = row.actions[0] == home_action::invalidate_sharers;
  if (takes_from_sharers ? row.actions.size() != 3 || row.actions[2] != home_action::clear_sharers
                         : row.actions.size() != 1) {
    return;
  }
  const auto set = [&](directory_message_type message) {
    forwardings_[row.state][static_cast<unsigned>(row.event)] = {number, message, row.next,
                                                                 takes_from_sharers};
  };
  switch (row.actions[takes_from_sharers ? 1 : 0]) {
    case home_action::send_fwd_get_s:
      return set(directory_message_type::fwd_get_s);
    case home_action::send_fwd_get_m:
      return set(directory_message_type::fwd_get_m);
    case home_action::send_fwd_get_s_owned:
      return set(directory_message_type::fwd_get_s_owned);
    case home_action::send_fwd_get_m_owned:
      return set(directory_message_type::fwd_get_m_owned);
    default:
      return;
  }
}

void three_party_rows::serve(const agent_row& row, std::uint16_t number) {
  if (row.event < agent_event::fwd_get_s || row.event > agent_event::fwd_get_m_owned ||
      row.actions.size() != 2 || row.actions[0] != agent_action::data_to_requester) {
    return;
  }
  // The forwards have the same order in both enumerations.
  const unsigned forward = static_cast<unsigned>(row.event) - static_cast<unsigned>(agent_event::fwd_get_s) +
                           static_cast<unsigned>(directory_message_type::fwd_get_s);
  const auto set = [&](directory_message_type word) {
    supplies_[row.state][forward] = {number, word, row.next};
  };
  switch (row.actions[1]) {
    case agent_action::copy_back_to_home:
      return set(directory_message_type::copy_back);
    case agent_action::clean_ack_to_home:
      return set(directory_message_type::clean_ack);
    case agent_action::owner_ack_to_home:
      return set(directory_message_type::owner_ack);
    case agent_action::transfer_ack_to_home:
      return set(directory_message_type::transfer_ack);
    default:
      return;
  }
}

void three_party_rows::settle(const home_row& row, std::uint16_t number) {
  directory_message_type word{};
  switch (row.event) {
    case home_event::last_copy_back:
      word = directory_message_type::copy_back;
      break;
    case home_event::last_clean_ack:
      word = directory_message_type::clean_ack;
      break;
    case home_event::last_owner_ack:
      word = directory_message_type::owner_ack;
      break;
    case home_event::last_transfer_ack:
      word = directory_message_type::transfer_ack;
      break;
    default:
      return;
  }
  settling s;
  for (const home_action action : row.actions) {
    switch (action) {
      case home_action::write_memory:
        s.writes_memory = true;
        break;
      case home_action::set_owner:
        s.sets_owner = true;
        break;
      case home_action::clear_owner:
        s.clears_owner = true;
        break;
      case home_action::add_owner:
        s.adds_owner = true;
        break;
      case home_action::add_requester:
        s.adds_requester = true;
        break;
      default:
        return;
    }
  }
  if (row.next != row.next_if_empty) return;
  s.row = number;
  s.next = row.next;
  settlings_[row.state][static_cast<unsigned>(word)] = s;
}

}  // namespace mimd
