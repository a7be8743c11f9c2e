// Runs the agent table of a directory protocol on one line: pure, no time, no bytes. The model checker and
// the SystemC requester agents call the same code.
//
// The caller keeps, for each line with a transaction, a requester_line; the state of any other line is the
// stable state of the cache. One event at a time is offered; a message whose step `waits` is kept by the
// caller (at most one a line in the shipped protocols) and offered again when the line's state has changed.
// After nack_holding it is dropped: that step has answered it (ReplacedAck is an answer to the message held,
// not to the refusal). Accesses of the cache to a line whose state is not stable are not events: they wait
// for the completion.
//
// `Port`, all called during step:
//   void snoop(directory_state held)   before the actions, if the cache has a copy: a forward or an
//                                      invalidation makes it `held`; its line is what send() carries
//   void send(directory_message_type, node_id destination, node_id requester, unsigned acks)
//                                      destination may be home_node; data as carries_data() says; `acks` of
//                                      GetS and GetM: 1 if the line is `answered`
//   void take_over(directory_state granted)  the cache has the line in `granted` from now on, with the data
//                                      of the message offered if it had none
//   void take_data()                   the line of the message offered goes to the request's buffer
//   void complete(pending_access, directory_state granted)
//                                      the access is performed; the cache has the line in `granted` from now
//                                      on: I after a read means that the data served this access only
#ifndef MIMD_DIRECTORY_REQUESTER_CORE_H
#define MIMD_DIRECTORY_REQUESTER_CORE_H

#include <cstdint>

#include "directory/compiled_directory_protocol.h"

namespace mimd {

struct requester_line {
  directory_state state = 0;
  std::int16_t acks = 0;  // still to come; negative: came before it was known how many to expect
  // The home's last forward of the line has been answered, and the line has not been got since. Kept only
  // where owners replace copies silently; of a line without transaction, the caller may forget it.
  bool answered = false;
};

class requester_core {
 public:
  using pending_access = agent_state_info::pending_access;

  explicit requester_core(const compiled_directory_protocol& protocol) : protocol_(protocol) {}

  // The event that a message is to this line. An injection of a line that the cache neither has nor has
  // room for is inject_no_room, which the caller knows. `holding`: a forward of the line is kept.
  static agent_event event_of(const requester_line& line, directory_message_type type, unsigned acks,
                              bool holding = false) {
    using type_t = directory_message_type;
    switch (type) {
      case type_t::data:
        return line.acks + static_cast<int>(acks) == 0 ? agent_event::data : agent_event::data_awaiting_acks;
      case type_t::grant:
        return line.acks + static_cast<int>(acks) == 0 ? agent_event::grant
                                                       : agent_event::grant_awaiting_acks;
      case type_t::ack:
        return line.acks == 1 ? agent_event::last_ack : agent_event::ack;
      case type_t::data_exclusive:
        return agent_event::data_exclusive;
      case type_t::put_ack:
        return agent_event::put_ack;
      case type_t::nack:
        return holding ? agent_event::nack_holding : agent_event::nack;
      default:  // the forwards have the same order in both enumerations
        return static_cast<agent_event>(static_cast<unsigned>(type) -
                                        static_cast<unsigned>(type_t::fwd_get_s) +
                                        static_cast<unsigned>(agent_event::fwd_get_s));
    }
  }

  // `requester` and `acks` are those of the message; an access of the cache has none. An access that needs no
  // transaction (a hit, a silent replacement) is complete within its step.
  template <class Port>
  directory_step step(requester_line& line, agent_event event, node_id requester, unsigned acks,
                      Port& port) const;

 private:
  const compiled_directory_protocol& protocol_;
};

template <class Port>
directory_step requester_core::step(requester_line& line, agent_event event, node_id requester, unsigned acks,
                                    Port& port) const {
  using type = directory_message_type;
  const std::uint16_t index = protocol_.agent_row_of(line.state, static_cast<unsigned>(event));
  if (index == no_row) return {};
  const agent_row& row = protocol_.agent(index);
  const directory_state before = line.state;
  const bool snooped = event >= agent_event::fwd_get_s && event <= agent_event::invalidate &&
                       event != agent_event::inject && event != agent_event::inject_owned;
  if (row.actions.size() != 0 && *row.actions.begin() == agent_action::hold) {
    return {directory_step::result::waits, index};
  }
  if (snooped && protocol_.held(before) != 0) port.snoop(protocol_.held(row.next));
  bool completed = false;
  const auto answer = [&](type answer_type) {
    port.send(answer_type, home_node, no_node, 0);
    line.answered = protocol_.owner_replaces_silently();
  };
  for (const agent_action action : row.actions) {
    switch (action) {
      case agent_action::send_get_s:
        port.send(type::get_s, home_node, no_node, line.answered);
        break;
      case agent_action::send_get_m:
        port.send(type::get_m, home_node, no_node, line.answered);
        break;
      case agent_action::send_upgrade:
        port.send(type::upgrade, home_node, no_node, 0);
        break;
      case agent_action::send_put_s:
        port.send(type::put_s, home_node, no_node, 0);
        break;
      case agent_action::send_put_e:
        port.send(type::put_e, home_node, no_node, 0);
        break;
      case agent_action::send_put_m:
        port.send(type::put_m, home_node, no_node, 0);
        break;
      case agent_action::data_to_requester:
        port.send(type::data, requester, no_node, acks);
        break;
      case agent_action::ack_to_requester:
        port.send(type::ack, requester, no_node, 0);
        break;
      case agent_action::copy_back_to_home:
        answer(type::copy_back);
        break;
      case agent_action::clean_ack_to_home:
        answer(type::clean_ack);
        break;
      case agent_action::owner_ack_to_home:
        answer(type::owner_ack);
        break;
      case agent_action::owner_data_to_home:
        answer(type::owner_data);
        break;
      case agent_action::transfer_ack_to_home:
        answer(type::transfer_ack);
        break;
      case agent_action::replaced_ack_to_home:
        answer(type::replaced_ack);
        break;
      case agent_action::inject_ack_to_home:
        port.send(type::inject_ack, home_node, no_node, 0);
        break;
      case agent_action::inject_refusal_to_home:
        port.send(type::inject_refusal, home_node, no_node, 0);
        break;
      case agent_action::take_over:
        port.take_over(protocol_.held(row.next));
        break;
      case agent_action::take_data:
        port.take_data();
        break;
      case agent_action::take_ack_count:
        line.acks = static_cast<std::int16_t>(line.acks + static_cast<int>(acks));
        break;
      case agent_action::count_ack:
        --line.acks;
        break;
      case agent_action::complete:
        completed = true;
        break;
      case agent_action::hold:
        break;
    }
  }
  line.state = row.next;
  if (protocol_.pending(row.next) == pending_access::none) line.acks = 0;
  if (completed) {
    const pending_access transaction = protocol_.pending(before);
    const auto access = transaction != pending_access::none ? transaction
                        : event == agent_event::read        ? pending_access::read
                        : event == agent_event::write       ? pending_access::write
                                                            : pending_access::evict;
    if (transaction == pending_access::read || transaction == pending_access::write) line.answered = false;
    port.complete(access, row.next);
  }
  return {directory_step::result::done, index};
}

}  // namespace mimd

#endif
