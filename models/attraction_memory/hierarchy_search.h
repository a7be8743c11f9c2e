// How hierarchy_core finds in a group what a transaction needs. Included by hierarchy_core.h alone.
#ifndef MIMD_ATTRACTION_MEMORY_HIERARCHY_SEARCH_H
#define MIMD_ATTRACTION_MEMORY_HIERARCHY_SEARCH_H

#include "attraction_memory/hierarchy_core.h"

namespace mimd {

template <class Port>
void hierarchy_core::begin(Port& port, hierarchy_operation& op) const {
  if (op.initiator != nobody) op.asked = only(op.initiator);
  switch (op.kind) {
    case hierarchy_request::read:
    case hierarchy_request::read_erase:
      seek_data(port, op);
      break;
    case hierarchy_request::erase:
      erase_others(port, op);
      erased_or_found(port, op);
      break;
    case hierarchy_request::leave:
      run(port, (port.line().copies & ~op.asked) != 0 ? tree_event::left_some : tree_event::left_none);
      break;
    case hierarchy_request::out:
      op.placing ? seek_room(port, op) : seek_master(port, op);
      break;
    case hierarchy_request::inject:
      seek_room(port, op);
      break;
    case hierarchy_request::none:
      break;
  }
}

// Who certainly has a copy is asked first; then other copies are erased at the same time. Who may have lost
// it meanwhile, alone.
template <class Port>
void hierarchy_core::seek_data(Port& port, hierarchy_operation& op) const {
  hierarchy_line& line = port.line();
  const bool erases = op.kind == hierarchy_request::read_erase;
  const member_set all = line.copies & ~op.asked;
  if (all == 0) {
    if (op.kind == hierarchy_request::read) {
      conclude(port, op, tree_event::read_missed, tree_event::found_nothing);
    } else {
      conclude(port, op, tree_event::write_missed, tree_event::found_nothing);
    }
    return;
  }
  const member_set certain = all & ~(line.shared & port.directories());
  const unsigned supplier = next_of(certain != 0 ? certain : all, op.initiator);
  hierarchy_reply reply;
  const auto question = erases ? hierarchy_question::read_erase : hierarchy_question::read;
  const bool now = put(port, op, supplier, question, reply);
  if (now) {
    if (reply != hierarchy_reply::data) {
      port.wrong_reply(supplier, question);
      return;
    }
    op.supplied = op.has_data = true;
  }
  if (erases && certain != 0) erase_others(port, op);
  if (now) erased_or_found(port, op);
}

template <class Port>
void hierarchy_core::erase_others(Port& port, hierarchy_operation& op) const {
  for (member_set others = port.line().copies & ~op.asked; others != 0; others &= others - 1) {
    const unsigned member = static_cast<unsigned>(__builtin_ctzll(others));
    hierarchy_reply reply;
    if (put(port, op, member, hierarchy_question::erase, reply) && reply != hierarchy_reply::erased) {
      port.wrong_reply(member, hierarchy_question::erase);
    }
  }
}

template <class Port>
void hierarchy_core::erased_or_found(Port& port, hierarchy_operation& op) const {
  if (op.awaiting != 0) return;
  switch (op.kind) {
    case hierarchy_request::read:
      conclude(port, op, tree_event::read_found, tree_event::found_data);
      break;
    case hierarchy_request::read_erase:
      conclude(port, op, tree_event::write_found, tree_event::found_data);
      break;
    default:
      conclude(port, op, tree_event::erased, tree_event::found_erased);
  }
}

template <class Port>
void hierarchy_core::seek_master(Port& port, hierarchy_operation& op) const {
  const member_set candidates = port.line().shared & ~op.asked;
  if (candidates == 0) {
    conclude(port, op, tree_event::not_promoted, tree_event::found_refusal);
    return;
  }
  const unsigned member = next_of(candidates, op.initiator);
  hierarchy_reply reply;
  if (!put(port, op, member, hierarchy_question::promote, reply)) return;
  if (reply != hierarchy_reply::placed) {
    port.wrong_reply(member, hierarchy_question::promote);
    return;
  }
  conclude(port, op, tree_event::promoted, tree_event::found_place);
}

template <class Port>
void hierarchy_core::seek_room(Port& port, hierarchy_operation& op) const {
  const bool exclusive = op.kind == hierarchy_request::inject;
  if (!op.placing) {  // who was asked for something else may be asked again
    op.placing = true;
    op.asked = op.initiator != nobody ? only(op.initiator) : 0;
  }
  for (;;) {
    const member_set candidates = port.members() & ~port.line().copies & ~op.asked;
    if (candidates == 0) {
      conclude(port, op, exclusive ? tree_event::not_placed_exclusive : tree_event::not_placed,
               tree_event::found_refusal);
      return;
    }
    const member_set free = port.with_free_way(candidates);
    const unsigned member = next_of(free != 0 ? free : candidates, op.initiator);
    const auto question = exclusive ? hierarchy_question::inject_exclusive : hierarchy_question::inject;
    hierarchy_reply reply;
    if (!put(port, op, member, question, reply)) return;
    if (reply == hierarchy_reply::placed) break;
    if (reply != hierarchy_reply::refused) {
      port.wrong_reply(member, question);
      return;
    }
  }
  conclude(port, op, tree_event::placed, tree_event::found_place);
}

}  // namespace mimd

#endif
