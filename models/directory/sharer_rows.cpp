#include "directory/sharer_rows.h"

namespace mimd {

sharer_rows::sharer_rows(const directory_protocol& protocol, const compiled_directory_protocol& compiled) {
  drops_.fill(no_row);
  for (std::uint16_t i = 0; i < protocol.agent.size(); ++i) {
    const agent_row& row = protocol.agent[i];
    const bool acknowledges = row.actions.size() == 1 && row.actions[0] == agent_action::ack_to_requester;
    if (row.event == agent_event::invalidate && acknowledges && row.next == 0) {
      drops_[row.state] = i;
    } else if (row.event == agent_event::data_awaiting_acks ||
               row.event == agent_event::grant_awaiting_acks) {
      gatherings_[row.state][static_cast<unsigned>(row.event)] = gather(row, i, compiled);
    }
  }
  for (std::uint16_t i = 0; i < protocol.home.size(); ++i) {
    const home_row& row = protocol.home[i];
    if (compiled.busy(row.state) || compiled.busy(row.next) || row.next != row.next_if_empty) continue;
    services_[row.state][static_cast<unsigned>(row.event)] = serve(row, i);
  }
}

sharer_rows::service sharer_rows::serve(const home_row& row, std::uint16_t number) {
  service s;
  bool invalidates = false;
  bool clears = false;
  unsigned answers = 0;
  for (const home_action action : row.actions) {
    switch (action) {
      case home_action::invalidate_sharers:
        invalidates = true;
        break;
      case home_action::clear_sharers:
        clears = true;
        break;
      case home_action::send_data:
        s.answer = directory_message_type::data;
        ++answers;
        break;
      case home_action::send_grant:
        s.answer = directory_message_type::grant;
        ++answers;
        break;
      case home_action::invalidate_owner:
        s.invalidates_owner = true;
        break;
      case home_action::set_owner:
        s.sets_owner = true;
        break;
      case home_action::free_slot:
        s.frees_slot = true;
        break;
      default:
        return {};
    }
  }
  if (!invalidates || !clears || answers != 1) return {};
  s.row = number;
  s.next = row.next;
  return s;
}

sharer_rows::gathering sharer_rows::gather(const agent_row& row, std::uint16_t number,
                                           const compiled_directory_protocol& compiled) {
  gathering g;
  for (const agent_action action : row.actions) {
    if (action == agent_action::take_data) {
      g.last.takes_data = true;
    } else if (action != agent_action::take_ack_count) {
      return {};
    }
  }
  const std::uint16_t ack = compiled.agent_row_of(row.next, static_cast<unsigned>(agent_event::ack));
  const std::uint16_t last = compiled.agent_row_of(row.next, static_cast<unsigned>(agent_event::last_ack));
  if (ack == no_row || last == no_row) return {};
  const agent_row& completing = compiled.agent(last);
  if (completing.actions.size() != 1 || completing.actions[0] != agent_action::complete) return {};
  g.answer_row = number;
  g.ack_row = ack;
  g.last.row = last;
  g.last.granted = completing.next;
  return g;
}

}  // namespace mimd
