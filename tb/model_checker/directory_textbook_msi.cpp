#include "tb/model_checker/directory_textbook_msi.h"

namespace mimd::tb {
namespace {

using pending = agent_state_info::pending_access;

// clang-format off
enum agent_states : directory_state { I, S, M, IS_D, IM_AD, IM_A, SM_AD, SM_A, MI_A, SI_A, II_A };
enum home_states : directory_state { HI, HS, HM, HS_D };
// clang-format on

std::vector<agent_row> table_8_1() {
  using on = agent_event;
  using act = agent_action;
  std::vector<agent_row> rows{
      {I, on::read, {act::send_get_s}, IS_D},
      {I, on::write, {act::send_get_m}, IM_AD},
      {S, on::read, {act::complete}, S},
      {S, on::write, {act::send_get_m}, SM_AD},
      {S, on::evict, {act::send_put_s}, SI_A},
      {M, on::read, {act::complete}, M},
      {M, on::write, {act::complete}, M},
      {M, on::evict, {act::send_put_m}, MI_A},

      {IS_D, on::invalidate, {act::hold}, IS_D},
      {IS_D, on::data, {act::take_data, act::complete}, S},
      {S, on::invalidate, {act::ack_to_requester}, I},
      {M, on::fwd_get_s, {act::data_to_requester, act::copy_back_to_home}, S},
      {M, on::fwd_get_m, {act::data_to_requester}, I},

      {IM_AD, on::data, {act::take_data, act::complete}, M},
      {IM_AD, on::data_awaiting_acks, {act::take_data, act::take_ack_count}, IM_A},
      {IM_AD, on::ack, {act::count_ack}, IM_AD},
      {SM_AD, on::data, {act::take_data, act::complete}, M},
      {SM_AD, on::data_awaiting_acks, {act::take_data, act::take_ack_count}, SM_A},
      {SM_AD, on::ack, {act::count_ack}, SM_AD},
      {SM_AD, on::invalidate, {act::ack_to_requester}, IM_AD},

      {MI_A, on::fwd_get_s, {act::data_to_requester, act::copy_back_to_home}, SI_A},
      {MI_A, on::fwd_get_m, {act::data_to_requester}, II_A},
      {SI_A, on::invalidate, {act::ack_to_requester}, II_A},
      {MI_A, on::put_ack, {act::complete}, I},
      {SI_A, on::put_ack, {act::complete}, I},
      {II_A, on::put_ack, {act::complete}, I},
  };
  for (const directory_state state : {IM_A, SM_A}) {
    rows.push_back({state, on::ack, {act::count_ack}, state});
    rows.push_back({state, on::last_ack, {act::count_ack, act::complete}, M});
  }
  for (const directory_state state : {IM_AD, IM_A, SM_AD, SM_A}) {
    rows.push_back({state, on::fwd_get_s, {act::hold}, state});
    rows.push_back({state, on::fwd_get_m, {act::hold}, state});
  }
  return rows;
}

std::vector<home_row> table_8_2() {
  using on = home_event;
  using act = home_action;
  return {
      {HI, on::get_s, {act::send_data, act::add_requester}, HS, HS},
      {HI, on::get_m, {act::send_data, act::set_owner}, HM, HM},
      {HI, on::put, {act::send_put_ack}, HI, HI},
      {HS, on::get_s, {act::send_data, act::add_requester}, HS, HS},
      {HS, on::get_m, {act::invalidate_sharers, act::send_data, act::clear_sharers, act::set_owner}, HM, HM},
      {HS, on::put, {act::remove_requester, act::send_put_ack}, HS, HI},
      {HM,
       on::get_s,
       {act::send_fwd_get_s, act::add_requester, act::add_owner, act::clear_owner},
       HS_D,
       HS_D},
      {HM, on::get_m, {act::send_fwd_get_m, act::set_owner}, HM, HM},
      {HM, on::put, {act::send_put_ack}, HM, HM},
      {HM, on::put_dirty, {act::write_memory, act::clear_owner, act::send_put_ack}, HI, HI},
      {HS_D, on::get_s, {act::stall}, HS_D, HS_D},
      {HS_D, on::get_m, {act::stall}, HS_D, HS_D},
      {HS_D, on::put, {act::remove_requester, act::send_put_ack}, HS_D, HS_D},
      {HS_D, on::last_copy_back, {act::write_memory}, HS, HI},
  };
}

}  // namespace

directory_protocol textbook_msi() {
  directory_protocol protocol;
  protocol.name = "textbook-msi";
  protocol.title = "MSI directory protocol";
  protocol.source =
      "Sorin, Hill & Wood, A Primer on Memory Consistency and Cache Coherence, 2011, tables 8.1 and 8.2";
  protocol.agent_states = {{"I"},
                           {"S", S},
                           {"M", M, pending::none, false, true, true},
                           {"IS_D", I, pending::read},
                           {"IM_AD", I, pending::write},
                           {"IM_A", I, pending::write},
                           {"SM_AD", S, pending::write},
                           {"SM_A", S, pending::write},
                           {"MI_A", M, pending::evict},
                           {"SI_A", S, pending::evict},
                           {"II_A", I, pending::evict}};
  protocol.home_states = {{"I"}, {"S"}, {"M"}, {"S_D"}};
  protocol.agent = table_8_1();
  protocol.home = table_8_2();
  for (unsigned i = 0; i < directory_message_count; ++i) {
    const auto type = static_cast<directory_message_type>(i);
    const bool forward = is_forward(type) || type == directory_message_type::put_ack;
    protocol.network_of[i] = is_request(type) ? directory_network::request
                             : forward        ? directory_network::forward
                                              : directory_network::response;
  }
  protocol.ordered[static_cast<unsigned>(directory_network::forward)] = true;
  return protocol;
}

}  // namespace mimd::tb
