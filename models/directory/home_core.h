// Runs the home table of a directory protocol on one line: pure, no time, no bytes. The model checker and the
// SystemC homes call the same code.
//
// The caller keeps a home_line and the sharers of every line that is not I. It decides when a line that needs
// a directory entry has none (it then offers home_event::no_entry and offers recall to a victim's line), and
// keeps requests whose step `waits` until the line's state has changed: one a coherent port and transaction
// at most, so its queue is bounded. A request that found no entry is offered again also when any line that
// could be recalled in its favour leaves a busy state: it may have found all of them busy.
//
// A busy state that is entered because of recall_sharers takes last_ack at once if there is nothing to await;
// while a line looks for a master, its `requester` is who was asked last.
//
// `Sharers` is how the directory's format remembers the sharers of this line:
//   bool empty()                       surely none
//   bool certain(node_id)              surely one, exactly remembered
//   bool room(node_id first, node_id second)   both can be added (no_node: not asked)
//   void add(node_id), remove(node_id), clear()
//   node_id victim()                   gives up one sharer, to make room
//   template for_each(f)               f(node) for every node that may have a copy
// `Port`:
//   void send(directory_message_type, node_id destination, node_id requester, unsigned acks)
//                                      data from memory
//   void pass_data(node_id destination)   the line that the offered message brought
//   void write_memory()                the same, into memory; of attraction memories, into the home's slot
//   void free_slot()                   which is not needed any more
//   node_id injection_target()         to whom the line is offered next: not to who gave it up, and to nobody
//                                      twice; no_node if nobody is left
//   bool older(node_id source, node_id than)   whether the request of `source` has waited longer
#ifndef MIMD_DIRECTORY_HOME_CORE_H
#define MIMD_DIRECTORY_HOME_CORE_H

#include <cstdint>

#include "directory/compiled_directory_protocol.h"

namespace mimd {

struct home_line {
  directory_state state = 0;
  std::uint16_t awaited = 0;  // answers
  node_id owner = no_node;
  node_id requester = no_node;  // while busy: for whom
  node_id reserved = no_node;   // was refused, and is served before others; forgotten in I
};

class home_core {
 public:
  explicit home_core(const compiled_directory_protocol& protocol) : protocol_(protocol) {}

  bool busy(const home_line& line) const { return protocol_.busy(line.state); }

  // The event that a message is to this line; home_event_count-th if there is none. `acks` is the message's.
  template <class Sharers>
  home_event event_of(const home_line& line, const Sharers& sharers, directory_message_type type,
                      node_id source, unsigned acks) const;

  // `source` is the sender of a request, else no_node.
  template <class Sharers, class Port>
  directory_step step(home_line& line, Sharers& sharers, home_event event, node_id source, Port& port) const;

 private:
  static constexpr auto none = static_cast<home_event>(home_event_count);

  template <class Sharers, class Port>
  unsigned invalidate(const home_line& line, Sharers& sharers, node_id requester, node_id acknowledge_to,
                      Port& port) const {
    unsigned sent = 0;
    sharers.for_each([&](node_id node) {
      if (node == requester || node == line.owner) return;
      port.send(directory_message_type::invalidate, node, acknowledge_to, 0);
      ++sent;
    });
    return sent;
  }

  const compiled_directory_protocol& protocol_;
};

template <class Sharers>
home_event home_core::event_of(const home_line& line, const Sharers& sharers, directory_message_type type,
                               node_id source, unsigned acks) const {
  using type_t = directory_message_type;
  const bool wants_copy = type <= type_t::upgrade;
  const bool from_owner = line.owner == source;
  if (is_request(type) && busy(line)) {
    if (!wants_copy) return home_event::busy_put;
    const bool may_hold_forward =
        from_owner && type != type_t::upgrade && acks == 0 && protocol_.owner_replaces_silently();
    return may_hold_forward ? home_event::busy_owner : home_event::busy;
  }
  if (wants_copy && line.reserved != no_node && line.reserved != source) return home_event::reserved;
  const bool last = line.awaited <= 1;
  switch (type) {
    case type_t::get_s: {
      if (line.state == 0) {
        const bool fits = !protocol_.idle_read_adds_sharer() || sharers.room(source, no_node);
        return fits ? home_event::get_s : home_event::no_entry;
      }
      if (from_owner) return home_event::get_s_owner;
      // An owner without sharers is to become a sharer beside the reader; an owner with sharers stays owner.
      const node_id also = sharers.empty() ? line.owner : no_node;
      return sharers.room(source, also) ? home_event::get_s : home_event::get_s_overflow;
    }
    case type_t::get_m:
      return from_owner ? home_event::get_m_owner : home_event::get_m;
    case type_t::upgrade:
      if (from_owner) return home_event::upgrade_owner;
      return sharers.certain(source) ? home_event::upgrade : home_event::get_m;
    case type_t::put_s:
      return home_event::put;
    case type_t::put_e:
      return from_owner ? home_event::put_clean : home_event::put;
    case type_t::put_m:
      return from_owner ? home_event::put_dirty : home_event::put;
    case type_t::ack:
      return last ? home_event::last_ack : home_event::ack;
    case type_t::copy_back:
      return last ? home_event::last_copy_back : home_event::copy_back;
    case type_t::clean_ack:
      return last ? home_event::last_clean_ack : none;
    case type_t::owner_ack:
      return last ? home_event::last_owner_ack : none;
    case type_t::owner_data:
      return last ? home_event::last_owner_data : none;
    case type_t::transfer_ack:
      return last ? home_event::last_transfer_ack : none;
    case type_t::replaced_ack:
      return last ? home_event::last_replaced_ack : none;
    case type_t::inject_ack:
      return home_event::placed;
    case type_t::inject_refusal:
      return home_event::refused;
    default:
      return none;
  }
}

template <class Sharers, class Port>
directory_step home_core::step(home_line& line, Sharers& sharers, home_event event, node_id source,
                               Port& port) const {
  using type = directory_message_type;
  if (event == none) return {};
  const std::uint16_t index = protocol_.home_row_of(line.state, static_cast<unsigned>(event));
  if (index == no_row) return {};
  const home_row& row = protocol_.home(index);
  const bool was_busy = busy(line);
  const node_id requester = source != no_node ? source : line.requester;
  if (event >= home_event::ack && line.awaited != 0) --line.awaited;
  unsigned acks = 0;  // invalidations of this step that the requester has to see acknowledged
  bool deferred = false;
  bool recalls = false;
  bool injects = false;
  node_id target = no_node;
  std::uint16_t then = no_row;
  const auto to_owner = [&](type forward) { port.send(forward, line.owner, requester, acks); };
  for (const home_action action : row.actions) {
    switch (action) {
      case home_action::send_data:
        port.send(type::data, requester, no_node, acks);
        break;
      case home_action::send_data_exclusive:
        port.send(type::data_exclusive, requester, no_node, 0);
        break;
      case home_action::send_grant:
        port.send(type::grant, requester, no_node, acks);
        break;
      case home_action::pass_data:
        port.pass_data(requester);
        break;
      case home_action::send_fwd_get_s:
        to_owner(type::fwd_get_s);
        break;
      case home_action::send_fwd_get_m:
        to_owner(type::fwd_get_m);
        break;
      case home_action::send_fwd_get_s_owned:
        to_owner(type::fwd_get_s_owned);
        break;
      case home_action::send_fwd_get_m_owned:
        to_owner(type::fwd_get_m_owned);
        break;
      case home_action::send_fetch:
        port.send(type::fetch, line.owner, home_node, 0);
        break;
      case home_action::send_fetch_owned:
        port.send(type::fetch_owned, line.owner, home_node, 0);
        break;
      case home_action::send_recall:
        port.send(type::recall, line.owner, home_node, 0);
        break;
      case home_action::send_recall_owned:
        port.send(type::recall_owned, line.owner, home_node, 0);
        break;
      case home_action::invalidate_sharers:
        acks += invalidate(line, sharers, requester, requester, port);
        break;
      case home_action::invalidate_owner:
        port.send(type::invalidate, line.owner, requester, 0);
        ++acks;
        break;
      case home_action::recall_sharers:
        recalls = true;
        line.awaited =
            static_cast<std::uint16_t>(line.awaited + invalidate(line, sharers, requester, home_node, port));
        break;
      case home_action::recall_from_owner:
        port.send(type::invalidate, line.owner, home_node, 0);
        ++line.awaited;
        break;
      case home_action::invalidate_victim:
        port.send(type::invalidate, sharers.victim(), home_node, 0);
        ++line.awaited;
        break;
      case home_action::await_owner:
        ++line.awaited;
        break;
      case home_action::write_memory:
        port.write_memory();
        break;
      case home_action::send_inject:
      case home_action::send_inject_owned:
        injects = true;
        target = port.injection_target();
        if (target != no_node) {
          port.send(action == home_action::send_inject ? type::inject : type::inject_owned, target, no_node,
                    0);
        }
        break;
      case home_action::free_slot:
        port.free_slot();
        break;
      case home_action::set_owner:
        line.owner = requester;
        break;
      case home_action::clear_owner:
        line.owner = no_node;
        break;
      case home_action::add_requester:
        sharers.add(requester);
        break;
      case home_action::add_owner:
        sharers.add(line.owner);
        break;
      case home_action::remove_requester:
        sharers.remove(requester);
        break;
      case home_action::clear_sharers:
        sharers.clear();
        break;
      case home_action::send_put_ack:
        port.send(type::put_ack, requester, no_node, 0);
        break;
      case home_action::send_nack:
        port.send(type::nack, source, no_node, 0);
        deferred = true;
        break;
      case home_action::reserve:
        if (line.reserved == no_node || (line.reserved != source && port.older(source, line.reserved))) {
          line.reserved = source;
        }
        break;
      case home_action::stall:
        deferred = true;
        break;
    }
  }
  const bool empty = sharers.empty();
  line.state = empty ? row.next_if_empty : row.next;
  if (line.state == 0 || (source != no_node && source == line.reserved && !deferred)) line.reserved = no_node;
  const bool is_busy = busy(line);
  if (!is_busy) {
    line.requester = no_node;
  } else if (!was_busy) {
    line.requester = deferred ? no_node : source;  // nobody, if the line is only being recalled
  }
  const bool nobody_to_await = is_busy && recalls && !was_busy && line.awaited == 0;
  if (injects) line.requester = target;
  if (nobody_to_await || (injects && target == no_node)) {
    const home_event next = injects ? home_event::unplaced : home_event::last_ack;
    const directory_step at_once = step(line, sharers, next, no_node, port);
    if (at_once.outcome == directory_step::result::undefined) return at_once;
    then = at_once.row;
  }
  const bool waits = row.actions.size() != 0 && *(row.actions.end() - 1) == home_action::stall;
  return {waits ? directory_step::result::waits : directory_step::result::done, index, then, empty};
}

}  // namespace mimd

#endif
