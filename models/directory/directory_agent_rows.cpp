// The requester agent's rows. What the cache does alone (hits, silent replacement) is here too, so that the
// checker explores it.
#include "directory/directory_protocol_rows.h"

namespace mimd::directory_rows {
namespace {

using on = agent_event;
using act = agent_action;
using namespace row_groups;

constexpr row_group any_protocol = memory_at_home | coma;

class table {
 public:
  void row(directory_state state, agent_event event, action_list<agent_action> actions, directory_state next,
           row_group when = always) {
    rows_.push_back({state, event, actions, next, when});
  }
  // The forwards of a home that has made this agent the owner, while the agent's transaction is not complete.
  void hold_forwards(directory_state state, row_group protocols = any_protocol) {
    row(state, on::fwd_get_s, {act::hold}, state, protocols | three_hop);
    row(state, on::fwd_get_m, {act::hold}, state, protocols | three_hop);
    row(state, on::fetch, {act::hold}, state, (protocols & memory_at_home) | via_home);
    row(state, on::recall, {act::hold}, state, protocols | recalls);
  }
  // Asks again. A request without copy may be one of an owner that has replaced it silently; a busy home does
  // not keep it.
  void refused(directory_state state, agent_action ask, directory_state then) {
    row(state, on::nack, {ask}, then, msi | coma | nack);
    row(state, on::nack, {ask}, then, mesi | moesi | notified | nack);
    row(state, on::nack, {ask}, then, mesi | moesi | silent);
  }
  std::vector<agent_row> take() { return std::move(rows_); }

 private:
  std::vector<agent_row> rows_;
};

void processor_rows(table& t) {
  t.row(I, on::read, {act::send_get_s}, IS_D);
  t.row(I, on::write, {act::send_get_m}, IM_AD);
  t.row(S, on::read, {act::complete}, S);
  t.row(S, on::write, {act::send_upgrade}, SM_AD);
  t.row(S, on::evict, {act::complete}, I, silent);
  t.row(S, on::evict, {act::send_put_s}, SI_A, notified);
  t.row(E, on::read, {act::complete}, E, mesi | moesi);
  t.row(E, on::write, {act::complete}, M, mesi | moesi);
  t.row(E, on::evict, {act::complete}, I, mesi | moesi | silent);
  t.row(E, on::evict, {act::send_put_e}, EI_A, mesi | moesi | notified);
  t.row(O, on::read, {act::complete}, O, moesi | coma);
  t.row(O, on::write, {act::send_upgrade}, OM_AD, moesi | coma);
  t.row(O, on::evict, {act::send_put_m}, OI_A, moesi | coma);
  t.row(M, on::read, {act::complete}, M);
  t.row(M, on::write, {act::complete}, M);
  t.row(M, on::evict, {act::send_put_m}, MI_A);
}

void snooped_rows(table& t) {
  t.row(I, on::invalidate, {act::ack_to_requester}, I);
  t.row(S, on::invalidate, {act::ack_to_requester}, I);

  // To an owner that has replaced its copy silently.
  t.row(I, on::fwd_get_s, {act::replaced_ack_to_home}, I, mesi | moesi | silent | three_hop);
  t.row(I, on::fwd_get_m, {act::replaced_ack_to_home}, I, mesi | moesi | silent | three_hop);
  t.row(I, on::fetch, {act::replaced_ack_to_home}, I, mesi | moesi | silent | via_home);
  t.row(I, on::recall, {act::replaced_ack_to_home}, I, mesi | moesi | silent);

  t.row(E, on::fwd_get_s, {act::data_to_requester, act::clean_ack_to_home}, S, mesi | moesi | three_hop);
  t.row(E, on::fwd_get_m, {act::data_to_requester, act::transfer_ack_to_home}, I, mesi | moesi | three_hop);
  t.row(E, on::fetch, {act::clean_ack_to_home}, S, mesi | moesi | via_home);
  t.row(E, on::recall, {act::clean_ack_to_home}, I, mesi | moesi);

  t.row(M, on::fwd_get_s, {act::data_to_requester, act::copy_back_to_home}, S, msi | mesi | three_hop);
  t.row(M, on::fwd_get_s, {act::data_to_requester, act::owner_ack_to_home}, O, moesi | coma | three_hop);
  t.row(M, on::fwd_get_m, {act::data_to_requester, act::transfer_ack_to_home}, I, three_hop);
  t.row(M, on::fetch, {act::copy_back_to_home}, S, msi | mesi | via_home);
  t.row(M, on::fetch, {act::owner_data_to_home}, O, moesi | via_home);
  t.row(M, on::recall, {act::copy_back_to_home}, I, recalls);

  t.row(O, on::fwd_get_s_owned, {act::data_to_requester, act::owner_ack_to_home}, O,
        moesi | coma | three_hop);
  t.row(O, on::fwd_get_m_owned, {act::data_to_requester, act::transfer_ack_to_home}, I,
        moesi | coma | three_hop);
  t.row(O, on::fetch_owned, {act::owner_data_to_home}, O, moesi | via_home);
  t.row(O, on::recall_owned, {act::copy_back_to_home}, I, moesi | coma | recalls);
  t.row(O, on::invalidate, {act::ack_to_requester}, I, moesi | coma);
}

void read_rows(table& t) {
  for (const directory_state state : {IS_D, IS_DI}) {
    t.row(state, on::data, {act::take_data, act::complete}, state == IS_D ? S : I);
    // Alone: then the acknowledged invalidation was meant for an earlier copy.
    t.row(state, on::data_exclusive, {act::take_data, act::complete}, E, mesi | moesi);
    t.row(state, on::data_exclusive, {act::take_data, act::complete}, M, coma);
    t.row(state, on::invalidate, {act::ack_to_requester}, IS_DI);
    t.refused(state, act::send_get_s, IS_D);
    t.hold_forwards(state, mesi | moesi | coma);
  }
  // The forward came before the refusal: it asks for the copy that was replaced silently.
  t.row(IS_D, on::nack_holding, {act::replaced_ack_to_home, act::send_get_s}, IS_D, mesi | moesi | silent);
}

// Data or grant, then the acknowledgements that it announces; those may come first.
void await_acks(table& t, directory_state state, agent_event early, action_list<agent_action> take,
                directory_state then) {
  t.row(state, early, take, then, three_hop);
  t.row(state, on::ack, {act::count_ack}, state, three_hop);
}

void write_rows(table& t) {
  t.row(IM_AD, on::data, {act::take_data, act::complete}, M);
  await_acks(t, IM_AD, on::data_awaiting_acks, {act::take_data, act::take_ack_count}, IM_A);
  t.row(IM_AD, on::invalidate, {act::ack_to_requester}, IM_AD);
  t.refused(IM_AD, act::send_get_m, IM_AD);
  t.row(IM_AD, on::nack_holding, {act::replaced_ack_to_home, act::send_get_m}, IM_AD, mesi | moesi | silent);
  t.hold_forwards(IM_AD);

  t.row(SM_AD, on::grant, {act::complete}, M);
  await_acks(t, SM_AD, on::grant_awaiting_acks, {act::take_ack_count}, SM_A);
  // The home could not know that this copy is still valid: the data that it sent is the same.
  t.row(SM_AD, on::data, {act::complete}, M);
  t.row(SM_AD, on::data_awaiting_acks, {act::take_ack_count}, SM_A, three_hop);
  t.row(SM_AD, on::invalidate, {act::ack_to_requester}, IM_AD);
  t.row(SM_AD, on::nack, {act::send_upgrade}, SM_AD, nack);
  t.hold_forwards(SM_AD);

  t.row(OM_AD, on::grant, {act::complete}, M, moesi | coma);
  t.row(OM_AD, on::grant_awaiting_acks, {act::take_ack_count}, OM_A, moesi | coma | three_hop);
  t.row(OM_AD, on::ack, {act::count_ack}, OM_AD, moesi | coma | three_hop);
  t.row(OM_AD, on::invalidate, {act::ack_to_requester}, IM_AD, moesi | coma);
  t.row(OM_AD, on::nack, {act::send_upgrade}, OM_AD, moesi | coma | nack);
  t.row(OM_AD, on::fwd_get_s_owned, {act::data_to_requester, act::owner_ack_to_home}, OM_AD,
        moesi | coma | three_hop);
  t.row(OM_AD, on::fwd_get_m_owned, {act::data_to_requester, act::transfer_ack_to_home}, IM_AD,
        moesi | coma | three_hop);
  t.row(OM_AD, on::fetch_owned, {act::owner_data_to_home}, OM_AD, moesi | via_home);
  t.row(OM_AD, on::recall_owned, {act::copy_back_to_home}, IM_AD, moesi | coma | recalls);
  t.hold_forwards(OM_AD, moesi | coma);

  for (const directory_state state : {IM_A, SM_A, OM_A}) {
    const row_group when = three_hop | (state == OM_A ? moesi | coma : any_protocol);
    t.row(state, on::ack, {act::count_ack}, state, when);
    t.row(state, on::last_ack, {act::complete}, M, when);
    t.row(state, on::fwd_get_s, {act::hold}, state, when);
    t.row(state, on::fwd_get_m, {act::hold}, state, when);
    t.row(state, on::recall, {act::hold}, state, when | recalls);
  }
}

void replacement_rows(table& t) {
  for (const directory_state state : {MI_A, OI_A, EI_A, SI_A, II_A}) {
    const row_group when = state == OI_A   ? moesi | coma
                           : state == EI_A ? mesi | moesi | notified
                           : state == SI_A ? msi | mesi
                                           : any_protocol;
    t.row(state, on::put_ack, {act::complete}, I, when);
    // To an owner: an imprecise directory's, after it has served the replacement.
    t.row(state, on::invalidate, {act::ack_to_requester}, II_A, when);
  }
  t.row(SI_A, on::put_ack, {act::complete}, I, moesi | coma | notified);
  t.row(SI_A, on::invalidate, {act::ack_to_requester}, II_A, moesi | coma | notified);
  t.row(SI_A, on::nack, {act::send_put_s}, SI_A, moesi | coma | notified | nack);
  t.row(MI_A, on::nack, {act::send_put_m}, MI_A, nack);
  t.row(OI_A, on::nack, {act::send_put_m}, OI_A, moesi | coma | nack);
  t.row(EI_A, on::nack, {act::send_put_e}, EI_A, mesi | moesi | notified | nack);
  t.row(SI_A, on::nack, {act::send_put_s}, SI_A, msi | mesi | nack);
  t.row(II_A, on::nack, {act::complete}, I, nack);

  t.row(MI_A, on::fwd_get_s, {act::data_to_requester, act::copy_back_to_home}, SI_A, msi | mesi | three_hop);
  t.row(MI_A, on::fwd_get_s, {act::data_to_requester, act::owner_ack_to_home}, OI_A,
        moesi | coma | three_hop);
  t.row(MI_A, on::fwd_get_m, {act::data_to_requester, act::transfer_ack_to_home}, II_A, three_hop);
  t.row(MI_A, on::fetch, {act::copy_back_to_home}, SI_A, msi | mesi | via_home);
  t.row(MI_A, on::fetch, {act::owner_data_to_home}, OI_A, moesi | via_home);
  t.row(MI_A, on::recall, {act::copy_back_to_home}, II_A, recalls);

  t.row(EI_A, on::fwd_get_s, {act::data_to_requester, act::clean_ack_to_home}, SI_A,
        mesi | moesi | notified | three_hop);
  t.row(EI_A, on::fwd_get_m, {act::data_to_requester, act::transfer_ack_to_home}, II_A,
        mesi | moesi | notified | three_hop);
  t.row(EI_A, on::fetch, {act::clean_ack_to_home}, SI_A, mesi | moesi | notified | via_home);
  t.row(EI_A, on::recall, {act::clean_ack_to_home}, II_A, mesi | moesi | notified);

  t.row(OI_A, on::fwd_get_s_owned, {act::data_to_requester, act::owner_ack_to_home}, OI_A,
        moesi | coma | three_hop);
  t.row(OI_A, on::fwd_get_m_owned, {act::data_to_requester, act::transfer_ack_to_home}, II_A,
        moesi | coma | three_hop);
  t.row(OI_A, on::fetch_owned, {act::owner_data_to_home}, OI_A, moesi | via_home);
  t.row(OI_A, on::recall_owned, {act::copy_back_to_home}, II_A, moesi | coma | recalls);
}

// Lines that lost their master.
void injection_rows(table& t) {
  t.row(I, on::inject, {act::take_over, act::inject_ack_to_home}, M, coma);
  t.row(I, on::inject_owned, {act::take_over, act::inject_ack_to_home}, O, coma);
  t.row(I, on::inject_no_room, {act::inject_refusal_to_home}, I, coma);
  t.row(S, on::inject_owned, {act::take_over, act::inject_ack_to_home}, O, coma);
  t.row(SM_AD, on::inject_owned, {act::take_over, act::inject_ack_to_home}, OM_AD, coma);
  for (const directory_state state : {IS_D, IS_DI, IM_AD, MI_A, OI_A, SI_A, II_A}) {
    const row_group when = state == SI_A ? coma | notified : coma;
    t.row(state, on::inject, {act::inject_refusal_to_home}, state, when);
    t.row(state, on::inject_owned, {act::inject_refusal_to_home}, state, when);
  }
}

}  // namespace

std::vector<agent_state_info> agent_state_infos() {
  using pending = agent_state_info::pending_access;
  return {{"I"},
          {"S", S},
          {"E", E, pending::none, false, true, false},
          {"O", O, pending::none, false, false, true},
          {"M", M, pending::none, false, true, true},
          {"IS_D", I, pending::read},
          {"IS_DI", I, pending::read, true},
          {"IM_AD", I, pending::write},
          {"IM_A", I, pending::write},
          {"SM_AD", S, pending::write},
          {"SM_A", S, pending::write},
          {"OM_AD", O, pending::write},
          {"OM_A", O, pending::write},
          {"MI_A", M, pending::evict},
          {"OI_A", O, pending::evict},
          {"EI_A", E, pending::evict},
          {"SI_A", S, pending::evict},
          {"II_A", I, pending::evict}};
}

std::vector<agent_row> agent_master_rows() {
  table t;
  processor_rows(t);
  snooped_rows(t);
  read_rows(t);
  write_rows(t);
  replacement_rows(t);
  injection_rows(t);
  return t.take();
}

}  // namespace mimd::directory_rows
