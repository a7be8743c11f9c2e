// Runs the directory table of a hierarchical protocol on one line of one group: pure, no time, no bytes. The
// model checker and the SystemC fabric call the same code.
//
// A group's medium serves one transaction of a line at a time: `own`, of a member, and `above`, which the
// group above has asked for and which is served while `own` waits up there. What a transaction needs of the
// members is sought here as a bus or ring finds it: who has the data, other copies, room. Who is asked of
// several is the next after the initiator, round.
//
// `Port`: one group and line, and the way to its members and to the group above.
//   hierarchy_line& line();  bool top();  member_set members();  member_set directories();
//   member_set with_free_way(member_set)  those that have room for a line without dropping a copy, if it
//   shows hierarchy_reply ask(unsigned member, hierarchy_question, hierarchy_operation&)
//                                 an attraction memory answers at once, its data now the operation's; a
//                                 directory (core.ask of its group) answers `later`, by core.answer
//   hierarchy_request turn(unsigned member, hierarchy_operation&)    what the member asks for; with the data
//   void deliver(unsigned member, hierarchy_grant, hierarchy_operation&)
//   void post_turn(), post_search(), post_grant()   core.turn, core.search, core.grant shall be called when
//                                 the medium has carried this; with post_search(), the data of the group
//                                 above that is to be injected is that of `above`
//   void answer(hierarchy_reply)  core.answer of the group above, when its medium has carried it; topmost: to
//                                 who recalls the line
//   void ask_above(), withdraw_above()              core.request and core.withdraw of the group above
//   void state_changed()          core.note of the group above
//   void copy_kept()              the data of `own` is that of `above`, too
//   void read_slot()              to `own`
//   void write_slot()             from `above` if that is active: the line is recalled; else from `own`
//   void finished()               `own` is over
//   void cover(std::uint16_t row), void undefined(hierarchy_state, tree_event)
//   void wrong_reply(unsigned member, hierarchy_question)           an attraction memory's: a fault of the
//                                 table, as an undefined event is
#ifndef MIMD_ATTRACTION_MEMORY_HIERARCHY_CORE_H
#define MIMD_ATTRACTION_MEMORY_HIERARCHY_CORE_H

#include <cstdint>

#include "attraction_memory/compiled_hierarchy_protocol.h"

namespace mimd {

inline constexpr unsigned max_group_members = 64;
using member_set = std::uint64_t;
inline constexpr std::uint8_t nobody = 0xff;

// In the order of the events of both tables.
enum class hierarchy_question : std::uint8_t { read, read_erase, erase, promote, inject, inject_exclusive };
enum class hierarchy_grant : std::uint8_t { none, data, data_exclusive, exclusive, data_seen, left };

struct hierarchy_operation {
  hierarchy_request kind = hierarchy_request::none;
  std::uint8_t initiator = nobody;  // a member; of `above`, nobody
  std::uint8_t awaiting = 0;        // answers of directories
  hierarchy_grant grant = hierarchy_grant::none;
  bool active = false;
  bool placing = false;   // out: no copy was found, and room is sought
  bool supplied = false;  // somebody has given the data
  bool has_data = false;
  member_set asked = 0;
};

struct hierarchy_line {
  hierarchy_state state = 0;
  bool parked = false;  // a question from above that waits for `own`
  hierarchy_question question{};
  member_set copies = 0;  // members that have one; of these, that can be promoted
  member_set shared = 0;
  member_set reading = 0;
  member_set waiting = 0;  // for their turn
  hierarchy_operation own;
  hierarchy_operation above;

  bool quiet() const { return !own.active && !above.active && !parked && waiting == 0; }
};

class hierarchy_core {
 public:
  explicit hierarchy_core(const compiled_hierarchy_protocol& protocol) : protocol_(protocol) {}

  static member_set only(unsigned member) { return member_set{1} << member; }
  // The first of a set that is not empty, from `after` on, round.
  static unsigned next_of(member_set set, unsigned after) {
    const member_set later = after + 1 < max_group_members ? set & ~(only(after + 1) - 1) : 0;
    return static_cast<unsigned>(__builtin_ctzll(later ? later : set));
  }

  // The state of a member's line has changed.
  static void note(hierarchy_line& line, unsigned member,
                   const compiled_hierarchy_protocol::state_bits& bits) {
    const member_set one = only(member);
    line.copies = bits.copy ? line.copies | one : line.copies & ~one;
    line.shared = bits.shared ? line.shared | one : line.shared & ~one;
    line.reading = bits.reading ? line.reading | one : line.reading & ~one;
  }

  template <class Port>
  void request(Port& port, unsigned member) const {
    port.line().waiting |= only(member);
    start_next(port);
  }
  template <class Port>
  void withdraw(Port& port, unsigned member) const {
    port.line().waiting &= ~only(member);
  }

  // The medium is that member's, one of those that wait.
  template <class Port>
  void turn(Port& port, unsigned member) const;
  // What the group above has asked for has been carried to the members.
  template <class Port>
  void search(Port& port) const {
    begin(port, port.line().above);
  }
  // What was granted has been carried to who asked for it.
  template <class Port>
  void grant(Port& port) const;
  // A member that is a directory has answered.
  template <class Port>
  void answer(Port& port, hierarchy_reply reply) const;
  // From the group above, whose member this group's directory is; topmost: read_erase of who recalls it.
  template <class Port>
  void ask(Port& port, hierarchy_question question) const;
  template <class Port>
  hierarchy_request turn_above(Port& port) const {
    return run(port, tree_event::turn);
  }
  template <class Port>
  void deliver(Port& port, hierarchy_grant what) const {
    run(port, static_cast<tree_event>(static_cast<unsigned>(tree_event::data) + static_cast<unsigned>(what) -
                                      static_cast<unsigned>(hierarchy_grant::data)));
    if (what == hierarchy_grant::left) finish_own(port);
  }

 private:
  template <class Port>
  void start_next(Port& port) const {
    hierarchy_line& line = port.line();
    if (line.waiting == 0 || line.own.active || line.above.active || line.parked) return;
    line.own.active = true;
    port.post_turn();
  }
  template <class Port>
  void finish_own(Port& port) const;
  template <class Port>
  void begin(Port& port, hierarchy_operation& op) const;
  template <class Port>
  void seek_data(Port& port, hierarchy_operation& op) const;
  template <class Port>
  void erase_others(Port& port, hierarchy_operation& op) const;
  template <class Port>
  void seek_master(Port& port, hierarchy_operation& op) const;
  template <class Port>
  void seek_room(Port& port, hierarchy_operation& op) const;
  // Asks a member; false: a directory, which answers later.
  template <class Port>
  bool put(Port& port, hierarchy_operation& op, unsigned member, hierarchy_question question,
           hierarchy_reply& reply) const {
    op.asked |= only(member);
    reply = port.ask(member, question, op);
    if (reply != hierarchy_reply::later) return true;
    ++op.awaiting;
    return false;
  }
  template <class Port>
  void conclude(Port& port, hierarchy_operation& op, tree_event own, tree_event above) const {
    run(port, &op == &port.line().own ? own : above);
  }
  template <class Port>
  void erased_or_found(Port& port, hierarchy_operation& op) const;
  template <class Port>
  hierarchy_request run(Port& port, tree_event event) const;
  template <class Port>
  void begin_search(Port& port, hierarchy_request kind, bool placing = false) const {
    hierarchy_operation& op = port.line().above;
    op = {};
    op.active = true;
    op.kind = kind;
    op.placing = placing;
    port.post_search();
  }
  template <class Port>
  void answer_above(Port& port, hierarchy_reply reply) const {
    hierarchy_operation& op = port.line().above;
    const bool has_data = op.has_data;
    op = {};
    op.has_data = has_data;  // until the answer has arrived
    port.answer(reply);
    start_next(port);
  }
  template <class Port>
  void post_grant(Port& port, hierarchy_grant what) const {
    port.line().own.grant = what;
    port.post_grant();
  }

  const compiled_hierarchy_protocol& protocol_;
};

template <class Port>
void hierarchy_core::turn(Port& port, unsigned member) const {
  hierarchy_line& line = port.line();
  line.waiting &= ~only(member);
  hierarchy_operation& op = line.own;
  op.initiator = static_cast<std::uint8_t>(member);
  op.kind = port.turn(member, op);
  if (op.kind == hierarchy_request::none) {
    finish_own(port);
  } else {
    begin(port, op);
  }
}

template <class Port>
void hierarchy_core::answer(Port& port, hierarchy_reply reply) const {
  hierarchy_line& line = port.line();
  hierarchy_operation& op = line.above.active ? line.above : line.own;
  --op.awaiting;
  switch (reply) {
    case hierarchy_reply::data:
      op.supplied = op.has_data = true;
      if (op.kind == hierarchy_request::read_erase) erase_others(port, op);
      erased_or_found(port, op);
      break;
    case hierarchy_reply::erased:
      erased_or_found(port, op);
      break;
    case hierarchy_reply::nothing:
      seek_data(port, op);
      break;
    case hierarchy_reply::placed:
      if (op.placing) {
        conclude(port, op, tree_event::placed, tree_event::found_place);
      } else {
        conclude(port, op, tree_event::promoted, tree_event::found_place);
      }
      break;
    case hierarchy_reply::refused:
      op.placing ? seek_room(port, op) : seek_master(port, op);
      break;
    case hierarchy_reply::later:
      break;
  }
}

template <class Port>
void hierarchy_core::grant(Port& port) const {
  hierarchy_line& line = port.line();
  hierarchy_operation& op = line.own;
  port.deliver(op.initiator, op.grant, op);
  if (op.grant == hierarchy_grant::data) {
    for (member_set others = line.reading & line.waiting; others != 0; others &= others - 1) {
      port.deliver(static_cast<unsigned>(__builtin_ctzll(others)), hierarchy_grant::data_seen, op);
    }
  }
  finish_own(port);
}

template <class Port>
void hierarchy_core::finish_own(Port& port) const {
  hierarchy_line& line = port.line();
  port.finished();
  line.own = {};
  if (line.parked) {
    line.parked = false;
    ask(port, line.question);
  }
  start_next(port);
}

template <class Port>
void hierarchy_core::ask(Port& port, hierarchy_question question) const {
  hierarchy_line& line = port.line();
  if (line.own.active && !protocol_.of_tree(line.state).awaits) {
    line.parked = true;
    line.question = question;
    return;
  }
  run(port,
      static_cast<tree_event>(static_cast<unsigned>(tree_event::ask_read) + static_cast<unsigned>(question)));
}

template <class Port>
hierarchy_request hierarchy_core::run(Port& port, tree_event event) const {
  hierarchy_line& line = port.line();
  const std::uint16_t index = protocol_.tree_row_of(port.top(), line.state, event);
  if (index == compiled_hierarchy_protocol::no_row) {
    port.undefined(line.state, event);
    return hierarchy_request::none;
  }
  port.cover(index);
  const tree_row& row = protocol_.tree(index);
  hierarchy_request sent = hierarchy_request::none;
  if (line.state != row.next) {
    line.state = row.next;
    port.state_changed();
  }
  for (const tree_action action : row.actions) {
    switch (action) {
      case tree_action::ask_above: {
        hierarchy_operation waits;
        waits.active = true;
        waits.initiator = line.own.initiator;
        waits.has_data = line.own.has_data;
        line.own = waits;
        port.ask_above();
        break;
      }
      case tree_action::withdraw:
        port.withdraw_above();
        break;
      case tree_action::send_read:
      case tree_action::send_read_erase:
      case tree_action::send_erase:
      case tree_action::send_leave:
      case tree_action::send_out:
      case tree_action::send_inject:
        sent = static_cast<hierarchy_request>(static_cast<unsigned>(action) -
                                              static_cast<unsigned>(tree_action::send_read) +
                                              static_cast<unsigned>(hierarchy_request::read));
        break;
      case tree_action::grant_data:
        post_grant(port, hierarchy_grant::data);
        break;
      case tree_action::grant_data_exclusive:
        post_grant(port, hierarchy_grant::data_exclusive);
        break;
      case tree_action::grant_exclusive:
        post_grant(port, hierarchy_grant::exclusive);
        break;
      case tree_action::let_go:
        if ((port.directories() & only(line.own.initiator)) != 0) {
          port.deliver(line.own.initiator, hierarchy_grant::left, line.own);
        }
        if (!protocol_.of_tree(row.next).awaits) finish_own(port);
        break;
      case tree_action::place:
        seek_room(port, line.own);
        break;
      case tree_action::search_read:
        begin_search(port, hierarchy_request::read);
        break;
      case tree_action::search_read_erase:
        begin_search(port, hierarchy_request::read_erase);
        break;
      case tree_action::search_erase:
        begin_search(port, hierarchy_request::erase);
        break;
      case tree_action::search_promote:
        begin_search(port, hierarchy_request::out);
        break;
      case tree_action::search_inject:
        begin_search(port, hierarchy_request::out, true);
        break;
      case tree_action::search_inject_exclusive:
        begin_search(port, hierarchy_request::inject);
        break;
      case tree_action::answer_kept:
        line.above = {};
        line.above.has_data = true;
        port.copy_kept();
        answer_above(port, hierarchy_reply::data);
        break;
      case tree_action::answer_data:
        answer_above(port, hierarchy_reply::data);
        break;
      case tree_action::answer_nothing:
        answer_above(port, hierarchy_reply::nothing);
        break;
      case tree_action::answer_erased:
        answer_above(port, hierarchy_reply::erased);
        break;
      case tree_action::answer_placed:
        answer_above(port, hierarchy_reply::placed);
        break;
      case tree_action::answer_refused:
        answer_above(port, hierarchy_reply::refused);
        break;
      case tree_action::read_slot:
        port.read_slot();
        line.own.has_data = true;
        break;
      case tree_action::write_slot:
        port.write_slot();
        break;
    }
  }
  if (line.own.active && protocol_.of_tree(line.state).awaits) {
    if (!protocol_.of_tree(line.state).keeps) line.own.has_data = false;
    if (line.parked) {  // for `own` to end, or to wait up there
      line.parked = false;
      ask(port, line.question);
    }
  }
  return sent;
}

}  // namespace mimd

#include "attraction_memory/hierarchy_search.h"

#endif
