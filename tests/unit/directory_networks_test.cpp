// Which virtual networks the directory protocols need, from the tables alone: no message may wait for one of
// its own or an earlier class, or full buffers could close a cycle.
#include <gtest/gtest.h>

#include <optional>

#include "directory/directory_protocol.h"

namespace {

using namespace mimd;
using type = directory_message_type;

std::optional<type> sent_by(agent_action action) {
  switch (action) {
    case agent_action::data_to_requester:
      return type::data;
    case agent_action::ack_to_requester:
      return type::ack;
    case agent_action::copy_back_to_home:
      return type::copy_back;
    case agent_action::clean_ack_to_home:
      return type::clean_ack;
    case agent_action::owner_ack_to_home:
      return type::owner_ack;
    case agent_action::owner_data_to_home:
      return type::owner_data;
    case agent_action::transfer_ack_to_home:
      return type::transfer_ack;
    case agent_action::replaced_ack_to_home:
      return type::replaced_ack;
    default:
      return std::nullopt;
  }
}

std::optional<type> sent_by(home_action action) {
  switch (action) {
    case home_action::send_data:
    case home_action::pass_data:
      return type::data;
    case home_action::send_data_exclusive:
      return type::data_exclusive;
    case home_action::send_grant:
      return type::grant;
    case home_action::send_put_ack:
      return type::put_ack;
    case home_action::send_nack:
      return type::nack;
    case home_action::send_fwd_get_s:
    case home_action::send_fwd_get_m:
    case home_action::send_fwd_get_s_owned:
    case home_action::send_fwd_get_m_owned:
    case home_action::send_fetch:
    case home_action::send_fetch_owned:
    case home_action::send_recall:
    case home_action::send_recall_owned:
    case home_action::invalidate_sharers:
    case home_action::invalidate_owner:
    case home_action::recall_sharers:
    case home_action::recall_from_owner:
    case home_action::invalidate_victim:
      return type::recall;  // any forward
    default:
      return std::nullopt;
  }
}

// Sends that wait for a network which may wait for the one that the message came on. Agents send what a
// response or reply makes them send from the storage of the transaction, so those wait for nothing.
unsigned sends_that_may_close_a_cycle(const directory_protocol& protocol) {
  unsigned bad = 0;
  const auto network = [&](type t) { return protocol.network_of[static_cast<unsigned>(t)]; };
  for (const agent_row& row : protocol.agent) {
    if (row.event < agent_event::fwd_get_s || row.event > agent_event::invalidate) continue;
    for (const agent_action action : row.actions) {
      const auto sent = sent_by(action);
      bad += sent && network(*sent) <= network(type::recall);
    }
  }
  for (const home_row& row : protocol.home) {
    if (row.event == home_event::recall) continue;
    const auto from = row.event < home_event::recall               ? network(type::get_s)
                      : row.event == home_event::last_replaced_ack ? network(type::replaced_ack)
                                                                   : network(type::ack);
    for (const home_action action : row.actions) {
      const auto sent = sent_by(action);
      bad += sent && network(*sent) <= from;
      bad += action == home_action::stall && network(type::ack) <= from;  // it waits for answers
    }
  }
  return bad;
}

TEST(directory_networks, let_a_message_wait_for_later_networks_only) {
  for (const directory_form& form : all_directory_forms()) {
    EXPECT_EQ(sends_that_may_close_a_cycle(directory_protocol_of(form)), 0u) << form.name();
  }
}

TEST(directory_networks, are_all_needed) {
  for (const directory_form& form : all_directory_forms()) {
    const directory_protocol protocol = directory_protocol_of(form);
    const bool owner_replaces_silently = form.protocol != directory_form::protocol_name::msi &&
                                         form.eviction == directory_form::clean_eviction::silent;
    const bool home_replies = form.replies == directory_form::reply_path::via_home || owner_replaces_silently;
    const unsigned used = home_replies ? 4 : 3;
    for (unsigned removed = 1; removed < used; ++removed) {
      directory_protocol fewer = protocol;
      for (auto& n : fewer.network_of) {
        if (static_cast<unsigned>(n) >= removed) {
          n = static_cast<directory_network>(static_cast<unsigned>(n) - 1);
        }
      }
      EXPECT_GT(sends_that_may_close_a_cycle(fewer), 0u) << form.name() << " without network " << removed;
    }
    // Operate and Result are not the protocol's.
    for (unsigned t = 0; t < static_cast<unsigned>(directory_message_type::operate); ++t) {
      EXPECT_LT(static_cast<unsigned>(protocol.network_of[t]), used);
    }
    EXPECT_EQ(protocol.ordered, (std::array<bool, directory_network_count>{})) << "none has to be ordered";
  }
}

}  // namespace
