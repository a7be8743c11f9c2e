// A line of a group as hierarchy_core sees it: where data and time come in.
#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "attraction_memory/hierarchical_fabric_parts.h"
#include "infrastructure/copy_bytes.h"
#include "infrastructure/transaction_log.h"

namespace mimd {

namespace {

bool carries_line(hierarchy_grant what) {
  return what != hierarchy_grant::exclusive && what != hierarchy_grant::left;
}

}  // namespace

hierarchical_fabric::port hierarchical_fabric::port::of_member(unsigned member, time_ps then) const {
  group& below = *fabric.groups_[g.first_member + member];
  return {fabric, below, fabric.line_of(below.number, address), address, then};
}

hierarchical_fabric::port hierarchical_fabric::port::of_above(time_ps then) const {
  return {fabric, *fabric.groups_[g.above], fabric.line_of(g.above, address), address, then};
}

time_ps hierarchical_fabric::port::at_directory() const {
  const bool comes_from_member = cause == step_kind::turn || cause == step_kind::answer;
  return at + (comes_from_member ? g.medium->delay(from, directory()) : 0) + fabric.parameters_.directory;
}

// --- members

member_set hierarchical_fabric::port::with_free_way(member_set candidates) const {
  member_set free = 0;
  for (member_set left = g.level == 0 ? candidates : 0; left != 0; left &= left - 1) {
    const unsigned member = static_cast<unsigned>(__builtin_ctzll(left));
    if (agent(member).state_of(address) == 0 && agent(member).has_free_way(address)) {
      free |= hierarchy_core::only(member);
    }
  }
  return free;
}

hierarchy_reply hierarchical_fabric::port::ask(unsigned member, hierarchy_question question,
                                               hierarchy_operation& op) {
  const bool places = question >= hierarchy_question::inject;
  g.counters.offers += places;
  if (g.level != 0) {
    const unsigned sender = cause == step_kind::search ? directory() : from;
    port sub = of_member(member, at + g.medium->delay(sender, member) + fabric.parameters_.directory);
    sub.l.above_id = op.initiator == nobody ? l.above_id : l.own_id;
    fabric.core_.ask(sub, question);
    return hierarchy_reply::later;
  }
  std::uint8_t* data = nullptr;
  if (question != hierarchy_question::erase && question != hierarchy_question::promote) {
    data = fabric.buffer_of(place_of(op));
  }
  const memory_event event = places
                                 ? agent(member).injection(address, question)
                                 : static_cast<memory_event>(static_cast<unsigned>(memory_event::ask_read) +
                                                             static_cast<unsigned>(question));
  const hierarchy_reply reply = agent(member).step(address, event, {l, at, data}).reply;
  g.counters.placed += places && reply == hierarchy_reply::placed;
  g.counters.promoted += question == hierarchy_question::promote && reply == hierarchy_reply::placed;
  return reply;
}

hierarchy_request hierarchical_fabric::port::turn(unsigned member, hierarchy_operation& op) {
  hierarchy_request sent;
  if (g.level != 0) {
    port sub = of_member(member, at);
    sent = fabric.core_.turn_above(sub);
    l.own_id = sub.l.own_id;
    op.has_data = sent == hierarchy_request::out || sent == hierarchy_request::inject;
    if (op.has_data) copy_line(fabric.buffer_of(l.own_data), sub.l.own_data, fabric.parameters_.line);
  } else {
    l.own_id = agent(member).transaction_of(address);
    sent = agent(member).step(address, memory_event::turn, {l, at, fabric.buffer_of(l.own_data)}).sent;
    op.has_data = sent == hierarchy_request::out || sent == hierarchy_request::inject;
  }
  return sent;
}

void hierarchical_fabric::port::deliver(unsigned member, hierarchy_grant what, hierarchy_operation& op) {
  std::uint8_t* const data = carries_line(what) ? fabric.buffer_of(place_of(op)) : nullptr;
  if (g.level != 0) {
    port sub = of_member(member, at + (what == hierarchy_grant::left ? 0 : fabric.parameters_.directory));
    if (data) {
      copy_line(fabric.buffer_of(sub.l.own_data), data, fabric.parameters_.line);
      sub.l.own.has_data = true;
    }
    sub.l.level = static_cast<std::uint8_t>(l.level + 1);
    sub.l.from_slot = l.from_slot;
    fabric.core_.deliver(sub, what);
  } else {
    const auto event =
        static_cast<memory_event>(static_cast<unsigned>(memory_event::data) + static_cast<unsigned>(what) -
                                  static_cast<unsigned>(hierarchy_grant::data));
    agent(member).step(address, event, {l, at, data, l.level, l.from_slot});
  }
}

// --- messages of this group

hierarchical_fabric::step& hierarchical_fabric::port::prepare(step_kind kind, unsigned member,
                                                              hierarchy_reply reply) {
  step& s = fabric.steps_.take();
  s.fabric = &fabric;
  s.of = &g;
  s.line = &l;
  s.address = address;
  s.kind = kind;
  s.member = static_cast<std::uint8_t>(member);
  s.reply = reply;
  s.ready = at;
  return s;
}

void hierarchical_fabric::port::send(step_kind kind, unsigned member, unsigned position, bool data,
                                     time_ps ready, hierarchy_reply reply) {
  g.medium->forget_before(now_ps());
  step& s = prepare(kind, member, reply);
  s.ready = ready;
  fabric.post(s, g.medium->send(position, data, ready));
}

// Round robin from whose turn it was last.
void hierarchical_fabric::port::post_turn() {
  const unsigned member = hierarchy_core::next_of(l.waiting, l.last);
  l.last = static_cast<std::uint8_t>(member);
  const compiled_hierarchy_protocol& protocol = fabric.protocol_;
  const bool brings = g.level == 0
                          ? protocol.of_memory(agent(member).state_of(address)).brings
                          : protocol.of_tree(fabric.line_of(g.first_member + member, address).state).brings;
  send(step_kind::turn, member, member, brings, at);
}

void hierarchical_fabric::port::post_search() {
  const hierarchy_operation& op = l.above;
  const bool places = op.placing || op.kind == hierarchy_request::inject;
  if (places) {
    const group_line& up = fabric.line_of(g.above, address);
    const std::uint8_t* const data = up.above.active ? up.above_data : up.own_data;
    copy_line(fabric.buffer_of(l.above_data), data, fabric.parameters_.line);
    l.above.has_data = true;
  }
  send(step_kind::search, 0, directory(), places, at);
}

void hierarchical_fabric::port::post_grant() {
  const hierarchy_grant what = l.own.grant;
  const unsigned member = l.own.initiator;
  const bool data = carries_line(what);
  if (l.from_slot && l.level == 0 && top()) {
    const time_ps ready = at_directory() + fabric.parameters_.slot;
    send(step_kind::grant, member, directory(), true, ready);
    return;
  }
  if (cause != step_kind::turn && cause != step_kind::answer) {  // from above
    send(step_kind::grant, member, directory(), data, at);
    return;
  }
  time_ps then;
  if (cause == step_kind::answer) {
    then = std::max(at + g.medium->delay(from, member), l.back);
  } else if (data) {
    then = g.medium->supplied(member, at, fabric.parameters_.supply);
  } else {
    then = g.medium->permitted(directory(), at, at_directory());
  }
  step& s = prepare(step_kind::grant, member, {});
  fabric.post(s, then);
}

// --- the group above

void hierarchical_fabric::port::answer(hierarchy_reply reply) {
  const bool data = reply == hierarchy_reply::data;
  time_ps ready = at;
  if (cause == step_kind::search) {
    ready = data ? g.medium->supplied(directory(), at, fabric.parameters_.supply) : at + g.medium->round();
  } else if (cause == step_kind::answer) {
    ready = std::max(at + g.medium->delay(from, directory()), l.latest);
  }
  if (top()) {  // recalled: to its slot
    fabric.post(prepare(step_kind::recalled, 0, reply),
                ready + fabric.parameters_.directory + fabric.parameters_.slot);
    return;
  }
  port up = of_above(ready + fabric.parameters_.directory);
  up.send(step_kind::answer, g.as_member, g.as_member, data, up.at, reply);
}

void hierarchical_fabric::port::ask_above() {
  port up = of_above(at_directory());
  fabric.core_.request(up, g.as_member);
}

void hierarchical_fabric::port::withdraw_above() {
  port up = of_above(at);
  fabric.core_.withdraw(up, g.as_member);
}

void hierarchical_fabric::port::state_changed() {
  if (top()) return;
  hierarchy_core::note(fabric.line_of(g.above, address), g.as_member, fabric.protocol_.of_tree(l.state));
}

void hierarchical_fabric::port::take_answer(unsigned member, hierarchy_reply reply) {
  at = l.latest = std::max(at, l.latest);
  group_line& below = fabric.line_of(g.first_member + member, address);
  if (reply == hierarchy_reply::data) {
    const hierarchy_operation& op = l.above.active ? l.above : l.own;
    copy_line(fabric.buffer_of(place_of(op)), below.above_data, fabric.parameters_.line);
  }
  below.above.has_data = false;
  fabric.free_buffer(below.above_data);
}

// --- data

void hierarchical_fabric::port::copy_kept() {
  copy_line(fabric.buffer_of(l.above_data), l.own_data, fabric.parameters_.line);
}

void hierarchical_fabric::port::read_slot() {
  if (fabric.touch_) fabric.touch_(address);
  fabric.slots_.for_each_piece(address, fabric.parameters_.line,
                               [&](std::uint8_t* host, unsigned offset, unsigned count) {
                                 std::copy(host, host + count, fabric.buffer_of(l.own_data) + offset);
                               });
  l.from_slot = true;
  fabric.slots_in_use_ -= l.in_slot;
  l.in_slot = false;
}

void hierarchical_fabric::port::write_slot() {
  const std::uint8_t* const data = l.above.active ? l.above_data : l.own_data;
  fabric.slots_.for_each_piece(address, fabric.parameters_.line,
                               [&](std::uint8_t* host, unsigned offset, unsigned count) {
                                 std::copy(data + offset, data + offset + count, host);
                               });
  if (l.above.active) return;  // recalled: it has not found no room
  ++fabric.unplaced_;
  l.in_slot = true;
  fabric.slots_used_ = std::max(fabric.slots_used_, ++fabric.slots_in_use_);
}

void hierarchical_fabric::port::finished() {
  fabric.free_buffer(l.own_data);
  l.level = 0;
  l.from_slot = false;
  l.own_id = 0;
}

// --- reports

void hierarchical_fabric::port::undefined(hierarchy_state state, tree_event event) const {
  std::ostringstream what;
  what << fabric.name() << ": " << fabric.group_names_[g.number] << ", line 0x" << std::hex << address
       << ": no row for " << fabric.description_.tree_states[state].name << " on " << to_string(event);
  throw std::logic_error(what.str());
}

void hierarchical_fabric::port::wrong_reply(unsigned member, hierarchy_question) const {
  throw std::logic_error(fabric.group_names_[g.number] + ": member " + std::to_string(member) +
                         " does not answer what was asked");
}

// A message is a child of the transaction that it serves.
void hierarchical_fabric::port::record(const step& s) const {
  static constexpr const char* kinds[] = {"Turn", "Search", "Grant", "Answer", "Recalled"};
  const bool for_above = s.kind == step_kind::search || s.kind == step_kind::recalled || l.above.active;
  const std::uint64_t parent = for_above ? l.above_id : l.own_id;
  fabric.log_->record({++fabric.message_records_ << 16 | 1, parent << 16, s.ready, at,
                       kinds[static_cast<unsigned>(s.kind)], fabric.group_names_[g.number].c_str(), address,
                       fabric.parameters_.line, ""});
}

}  // namespace mimd
