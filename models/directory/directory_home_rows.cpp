// The home's rows.
#include "directory/directory_protocol_rows.h"

namespace mimd::directory_rows {
namespace {

using on = home_event;
using act = home_action;
using namespace row_groups;

class table {
 public:
  void row(directory_state state, home_event event, action_list<home_action> actions, directory_state next,
           row_group when = always) {
    rows_.push_back({state, event, actions, next, next, when});
  }
  void row_if_empty(directory_state state, home_event event, action_list<home_action> actions,
                    directory_state next, directory_state next_if_empty, row_group when = always) {
    rows_.push_back({state, event, actions, next, next_if_empty, when});
  }
  // After these actions the request waits or is refused, and the line reserved if it is certain to come
  // again.
  void defer(directory_state state, home_event event, action_list<home_action> actions, directory_state next,
             bool reserves, row_group when = always) {
    action_list<home_action> refuse = actions;
    actions.push_back(act::stall);
    if (reserves) refuse.push_back(act::reserve);
    refuse.push_back(act::send_nack);
    row(state, event, actions, next, when | queue);
    row(state, event, refuse, next, when | nack);
  }
  std::vector<home_row> take() { return std::move(rows_); }

 private:
  std::vector<home_row> rows_;
};

void idle_rows(table& t) {
  t.row(HI, on::get_s, {act::send_data, act::add_requester}, HS, msi);
  t.row(HI, on::get_s, {act::send_data_exclusive, act::set_owner}, HM, mesi | moesi);
  t.row(HI, on::get_s, {act::send_data_exclusive, act::set_owner, act::free_slot}, HM, coma);
  t.row(HI, on::get_m, {act::send_data, act::set_owner}, HM, memory_at_home);
  t.row(HI, on::get_m, {act::send_data, act::set_owner, act::free_slot}, HM, coma);
  t.row(HI, on::put, {act::send_put_ack}, HI);
  t.defer(HI, on::no_entry, {}, HI, false, memory_at_home);
}

void shared_rows(table& t) {
  t.row(HS, on::get_s, {act::send_data, act::add_requester}, HS);
  t.row(HS, on::get_s_overflow, {act::send_data, act::invalidate_victim, act::add_requester}, B_V,
        memory_at_home);
  t.row(HS, on::get_m, {act::invalidate_sharers, act::send_data, act::set_owner, act::clear_sharers}, HM,
        memory_at_home | three_hop);
  t.row(HS, on::get_m,
        {act::invalidate_sharers, act::send_data, act::set_owner, act::clear_sharers, act::free_slot}, HM,
        coma | three_hop);
  t.row(HS, on::get_m, {act::recall_sharers, act::clear_sharers}, B_M, via_home);
  t.row(HS, on::upgrade, {act::invalidate_sharers, act::send_grant, act::set_owner, act::clear_sharers}, HM,
        memory_at_home | three_hop);
  t.row(HS, on::upgrade,
        {act::invalidate_sharers, act::send_grant, act::set_owner, act::clear_sharers, act::free_slot}, HM,
        coma | three_hop);
  t.row(HS, on::upgrade, {act::recall_sharers, act::clear_sharers}, B_U, via_home);
  t.row_if_empty(HS, on::put, {act::remove_requester, act::send_put_ack}, HS, HI, msi | mesi);
  t.row_if_empty(HS, on::put, {act::remove_requester, act::send_put_ack}, HS, HI, moesi | coma | notified);
  // No owner has become a sharer: what arrives here was outrun.
  t.row(HS, on::put, {act::send_put_ack}, HS, moesi | coma | silent);
  t.row(HS, on::recall, {act::recall_sharers, act::clear_sharers}, B_R, recalls);
}

void exclusive_rows(table& t) {
  t.row(HM, on::get_s, {act::send_fwd_get_s}, B_S, three_hop);
  t.row(HM, on::get_s, {act::send_fetch}, B_S, via_home);
  // A format with a single pointer cannot hold the owner and the reader both.
  t.defer(HM, on::get_s_overflow, {act::send_recall}, B_R, false, memory_at_home);
  t.row(HM, on::get_m, {act::send_fwd_get_m}, B_M, three_hop);
  t.row(HM, on::get_m, {act::send_recall}, B_M, via_home);
  // The owner has replaced its clean copy silently.
  t.row(HM, on::get_s_owner, {act::send_data_exclusive}, HM, mesi | moesi | silent);
  t.row(HM, on::get_m_owner, {act::send_data}, HM, mesi | moesi | silent);
  t.row(HM, on::put, {act::send_put_ack}, HM);
  t.row(HM, on::put_clean, {act::send_put_ack, act::clear_owner}, HI, mesi | moesi | notified);
  t.row(HM, on::put_dirty, {act::write_memory, act::send_put_ack, act::clear_owner}, HI, memory_at_home);
  t.row(HM, on::put_dirty, {act::write_memory, act::send_put_ack, act::clear_owner, act::send_inject}, B_J,
        coma);
  t.row(HM, on::recall, {act::send_recall}, B_R, recalls);
}

void owned_rows(table& t) {
  t.row(HO, on::get_s, {act::send_fwd_get_s_owned}, B_S, moesi | coma | three_hop);
  t.row(HO, on::get_s, {act::send_fetch_owned}, B_S, moesi | via_home);
  t.defer(HO, on::get_s_overflow,
          {act::send_recall_owned, act::await_owner, act::recall_sharers, act::clear_sharers}, B_R, false,
          moesi);
  t.row(HO, on::get_m, {act::invalidate_sharers, act::send_fwd_get_m_owned, act::clear_sharers}, B_M,
        moesi | coma | three_hop);
  t.row(HO, on::get_m, {act::recall_sharers, act::send_recall_owned, act::await_owner, act::clear_sharers},
        B_M, moesi | via_home);
  t.row(HO, on::upgrade,
        {act::invalidate_sharers, act::invalidate_owner, act::send_grant, act::set_owner, act::clear_sharers},
        HM, moesi | coma | three_hop);
  t.row(HO, on::upgrade, {act::recall_sharers, act::recall_from_owner, act::clear_sharers}, B_U,
        moesi | via_home);
  t.row(HO, on::upgrade_owner, {act::invalidate_sharers, act::send_grant, act::clear_sharers}, HM,
        moesi | coma | three_hop);
  t.row(HO, on::upgrade_owner, {act::recall_sharers, act::clear_sharers}, B_U, moesi | via_home);
  // Silently replaced copies are never put; what arrives here then was outrun by a transaction that took it.
  t.row(HO, on::put, {act::send_put_ack}, HO, moesi | coma | silent);
  t.row(HO, on::put, {act::remove_requester, act::send_put_ack}, HO, moesi | coma | notified);
  t.row_if_empty(HO, on::put_dirty, {act::write_memory, act::send_put_ack, act::clear_owner}, HS, HI, moesi);
  t.row(HO, on::put_dirty, {act::write_memory, act::send_put_ack, act::clear_owner, act::send_inject_owned},
        B_K, coma);
  t.row(HO, on::recall, {act::send_recall_owned, act::await_owner, act::recall_sharers, act::clear_sharers},
        B_R, moesi | coma | recalls);
}

void busy_read_rows(table& t) {
  t.row(B_S, on::last_copy_back, {act::write_memory, act::add_owner, act::add_requester, act::clear_owner},
        HS, msi | mesi | three_hop);
  t.row(B_S, on::last_copy_back,
        {act::write_memory, act::send_data, act::add_owner, act::add_requester, act::clear_owner}, HS,
        msi | mesi | via_home);
  t.row(B_S, on::last_clean_ack, {act::add_owner, act::add_requester, act::clear_owner}, HS,
        mesi | moesi | three_hop);
  t.row(B_S, on::last_clean_ack, {act::send_data, act::add_owner, act::add_requester, act::clear_owner}, HS,
        mesi | moesi | via_home);
  t.row(B_S, on::last_replaced_ack, {act::send_data_exclusive, act::set_owner}, HM, mesi | moesi | silent);
  t.row(B_S, on::last_owner_ack, {act::add_requester}, HO, moesi | coma | three_hop);
  t.row(B_S, on::last_owner_data, {act::pass_data, act::add_requester}, HO, moesi | via_home);
}

void busy_write_rows(table& t) {
  t.row(B_M, on::last_transfer_ack, {act::set_owner}, HM, three_hop);
  t.row(B_M, on::last_replaced_ack, {act::send_data, act::set_owner}, HM, mesi | moesi | silent);
  t.row(B_M, on::ack, {}, B_M, via_home);
  t.row(B_M, on::last_ack, {act::send_data, act::set_owner}, HM, via_home);
  t.row(B_M, on::copy_back, {act::write_memory}, B_M, moesi | via_home);
  t.row(B_M, on::last_copy_back, {act::write_memory, act::send_data, act::set_owner}, HM, via_home);
  t.row(B_M, on::last_clean_ack, {act::send_data, act::set_owner}, HM, mesi | moesi | via_home);

  t.row(B_U, on::ack, {}, B_U, via_home);
  t.row(B_U, on::last_ack, {act::send_grant, act::set_owner}, HM, via_home);
}

void busy_directory_rows(table& t) {
  t.row(B_V, on::last_ack, {}, HS, memory_at_home);

  t.row(B_R, on::ack, {}, B_R, recalls);
  t.row(B_R, on::last_ack, {}, HI, msi | mesi);
  t.row(B_R, on::last_ack, {act::clear_owner}, HI, moesi | coma | recalls);
  t.row(B_R, on::copy_back, {act::write_memory}, B_R, moesi | coma | recalls);
  t.row(B_R, on::last_copy_back, {act::write_memory, act::clear_owner}, HI, recalls);
  t.row(B_R, on::last_clean_ack, {act::clear_owner}, HI, mesi | moesi);
  t.row(B_R, on::last_replaced_ack, {act::clear_owner}, HI, mesi | moesi | silent);
}

void injection_rows(table& t) {
  t.row(B_J, on::placed, {act::set_owner, act::free_slot}, HM, coma);
  t.row(B_J, on::refused, {act::send_inject}, B_J, coma);
  t.row(B_J, on::unplaced, {}, HI, coma);
  t.row(B_K, on::placed, {act::set_owner, act::remove_requester, act::free_slot}, HO, coma);
  t.row(B_K, on::refused, {act::send_inject_owned}, B_K, coma);
  t.row_if_empty(B_K, on::unplaced, {}, HS, HI, coma);
}

}  // namespace

std::vector<home_state_info> home_state_infos() {
  return {{"I"},         {"S"},         {"M"},         {"O"},         {"B_S", true}, {"B_M", true},
          {"B_U", true}, {"B_V", true}, {"B_R", true}, {"B_J", true}, {"B_K", true}};
}

std::vector<home_row> home_master_rows() {
  table t;
  idle_rows(t);
  shared_rows(t);
  exclusive_rows(t);
  owned_rows(t);
  busy_read_rows(t);
  busy_write_rows(t);
  busy_directory_rows(t);
  injection_rows(t);
  for (const directory_state state : {B_S, B_M, B_U, B_V, B_R, B_J, B_K}) {
    const row_group when = state == B_U                   ? via_home
                           : state == B_V                 ? memory_at_home
                           : state == B_R                 ? recalls
                           : state == B_J || state == B_K ? coma
                                                          : always;
    t.defer(state, on::busy, {}, state, state != B_R, when);
    t.defer(state, on::busy_put, {}, state, false, when);
  }
  // An owner without copy: what the home has asked it may wait at its agent for the answer to this request.
  for (const directory_state state : {B_S, B_M, B_U, B_R}) {
    const row_group when = silent | (state == B_U ? moesi | via_home : mesi | moesi);
    t.row(state, on::busy_owner, {act::send_nack}, state, when | queue);
    if (state == B_R) {
      t.row(state, on::busy_owner, {act::send_nack}, state, when | nack);
    } else {
      t.row(state, on::busy_owner, {act::reserve, act::send_nack}, state, when | nack);
    }
  }
  for (const directory_state state : {HS, HM, HO}) {
    t.row(state, on::reserved, {act::reserve, act::send_nack}, state,
          nack | (state == HO ? moesi | coma : always));
  }
  return t.take();
}

}  // namespace mimd::directory_rows
