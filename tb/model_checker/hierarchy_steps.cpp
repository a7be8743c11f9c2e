#include "tb/model_checker/hierarchy_steps.h"

#include <utility>

namespace mimd::tb {

namespace {

// What a label tells apart, beside numbers of enumerations.
enum : unsigned {
  code_post = 1000,
  code_reply = 2000,
  code_sent = 3000,
  code_done = 4000,
  code_deliver = 5000
};

template <class Enum>
unsigned number(Enum e) {
  return static_cast<unsigned>(e);
}

}  // namespace

// One group and line, as hierarchy_core sees it.
struct hierarchy_steps::port {
  hierarchy_steps& s;
  unsigned group;
  unsigned l;

  const hierarchy_tree::group& shape() const { return s.tree_.groups[group]; }
  model_group_line& here() { return s.w_.groups[group][l]; }
  bool& fresh_of(const hierarchy_operation& op) {
    return &op == &here().line.own ? here().own_fresh : here().above_fresh;
  }
  port of_above() const { return {s, shape().above, l}; }
  port of_member(unsigned member) const { return {s, shape().members[member].number, l}; }
  // The operation of the group above that asks this one.
  hierarchy_operation& asking() {
    hierarchy_line& up = of_above().here().line;
    return up.above.active ? up.above : up.own;
  }

  hierarchy_line& line() { return here().line; }
  bool top() const { return group == 0; }
  member_set members() const { return (member_set{1} << shape().members.size()) - 1; }
  member_set directories() const { return shape().directories; }

  member_set with_free_way(member_set candidates) const {
    member_set free = 0;
    for (unsigned m = 0; m < shape().members.size() && s.model_.lines > 1; ++m) {
      const hierarchy_tree::member& member = shape().members[m];
      const bool possible = (candidates & hierarchy_core::only(m)) != 0 && !member.directory;
      if (possible && s.w_.memories[member.number][l].state == 0 && s.way_free(member.number, l)) {
        free |= hierarchy_core::only(m);
      }
    }
    return free;
  }
  hierarchy_reply ask(unsigned member, hierarchy_question question, hierarchy_operation& op) {
    const hierarchy_tree::member& m = shape().members[member];
    s.mix(code_reply + number(question));
    if (m.directory) {
      port sub = of_member(member);
      s.core_.ask(sub, question);
      return hierarchy_reply::later;
    }
    const memory_event event =
        question >= hierarchy_question::inject
            ? s.injection(m.number, l, question)
            : static_cast<memory_event>(number(memory_event::ask_read) + number(question));
    const hierarchy_reply reply = s.step(m.number, l, event, &fresh_of(op)).reply;
    s.mix(number(reply));
    return reply;
  }
  hierarchy_request turn(unsigned member, hierarchy_operation& op) {
    const hierarchy_tree::member& m = shape().members[member];
    hierarchy_request sent;
    if (m.directory) {
      port sub = of_member(member);
      sent = s.core_.turn_above(sub);
      fresh_of(op) = sub.here().own_fresh && sub.here().line.own.has_data;
    } else {
      fresh_of(op) = s.w_.memories[m.number][l].fresh;
      sent = s.step(m.number, l, memory_event::turn, nullptr).sent;
    }
    op.has_data = sent == hierarchy_request::out || sent == hierarchy_request::inject;
    if (!op.has_data) fresh_of(op) = false;
    s.mix(code_sent + number(sent));
    return sent;
  }
  void deliver(unsigned member, hierarchy_grant what, hierarchy_operation& op) {
    s.mix(code_deliver + number(what));
    const hierarchy_tree::member& m = shape().members[member];
    if (m.directory) {
      port sub = of_member(member);
      if (what != hierarchy_grant::exclusive && what != hierarchy_grant::left) {
        sub.here().own_fresh = fresh_of(op);
        sub.here().line.own.has_data = true;
      }
      s.core_.deliver(sub, what);
    } else {
      const auto event = static_cast<memory_event>(number(memory_event::data) + number(what) -
                                                   number(hierarchy_grant::data));
      s.step(m.number, l, event, &fresh_of(op));
    }
  }
  void post_turn() {
    if (s.model_.in_order) {
      here().last = static_cast<std::uint8_t>(hierarchy_core::next_of(line().waiting, here().last));
    }
    post(here().turn_posted);
  }
  void post_search() {
    const hierarchy_operation& op = line().above;
    if (op.placing || op.kind == hierarchy_request::inject) {
      here().above_fresh = of_above().fresh_of(asking());
      line().above.has_data = true;
    }
    post(here().search_posted);
  }
  void post_grant() {
    s.mix(number(line().own.grant));
    post(here().grant_posted);
  }
  void post(bool& flag) {
    s.mix(code_post);
    if (flag) s.fail("posted twice");
    flag = true;
  }
  void answer(hierarchy_reply reply) {
    s.mix(code_reply + 100 + number(reply));
    if (top()) {  // recalled
      here().above_fresh = line().above.has_data = false;
      return;
    }
    model_group_line::answer& a = of_above().here().answers[shape().as_member];
    if (a.reply != hierarchy_reply::later) s.fail("two answers");
    a = {reply, reply == hierarchy_reply::data && here().above_fresh};
    here().above_fresh = false;
    line().above.has_data = false;
  }
  void ask_above() {
    s.mix(code_post + 1);
    port up = of_above();
    s.core_.request(up, shape().as_member);
  }
  void withdraw_above() {
    port up = of_above();
    s.core_.withdraw(up, shape().as_member);
  }
  void state_changed() {
    if (!top()) {
      hierarchy_core::note(of_above().here().line, shape().as_member, s.compiled_.of_tree(line().state));
    }
  }
  void copy_kept() {
    if (!line().own.has_data) s.fail("data that was kept is not there");
    here().above_fresh = here().own_fresh;
  }
  void read_slot() { here().own_fresh = s.w_.slot_fresh[l]; }
  void write_slot() {
    const hierarchy_operation& op = line().above.active ? line().above : line().own;
    s.w_.slot_fresh[l] = fresh_of(op) && op.has_data;
  }
  void finished() { s.mix(code_done + 1); }
  void cover(std::uint16_t row) { ++s.tree_use[row]; }
  void undefined(hierarchy_state state, tree_event event) {
    s.fail("undefined event: directory in " + s.protocol_.tree_states[state].name + " on " +
           to_string(event));
  }
  void wrong_reply(unsigned member, hierarchy_question question) {
    s.fail("wrong reply: of member " + std::to_string(member) + " to question " +
           std::to_string(number(question)));
  }
};

hierarchy_steps::hierarchy_steps(const hierarchy_protocol& protocol,
                                 const compiled_hierarchy_protocol& compiled, const hierarchy_model& model,
                                 const hierarchy_tree& tree, successors& to)
    : memory_use(protocol.memory.size()),
      tree_use(protocol.tree.size()),
      protocol_(protocol),
      compiled_(compiled),
      model_(model),
      tree_(tree),
      core_(compiled),
      to_(to) {}

// --- what can happen

void hierarchy_steps::expand(const hierarchy_world& from) {
  w_ = from;
  for (unsigned l = 0; l < model_.lines && !fault_; ++l) {
    if (!quiet_line(from, l) && !pending(from, l)) {
      fail("deadlock");
      return;
    }
    for (unsigned m = 0; m < tree_.memories.size() && !fault_; ++m) {
      w_ = from;
      processor(m, l);
    }
    for (unsigned g = 0; g < tree_.groups.size() && !fault_; ++g) {
      w_ = from;
      medium(g, l);
    }
    w_ = from;
    if (model_.recalls && !fault_) recall(l);
  }
}

template <class Step>
void hierarchy_steps::take(kind what, unsigned line, Step act) {
  const hierarchy_world before = w_;
  decisions_.clear();
  do {
    w_ = before;
    label_ = number(what);
    decided_ = 0;
    act();
    if (!fault_) check(line);
    if (fault_) return;
    to_.successor(w_, label_);
    while (!decisions_.empty() && decisions_.back()) decisions_.pop_back();
    if (!decisions_.empty()) decisions_.back() = true;
  } while (!decisions_.empty());
  w_ = before;
}

bool hierarchy_steps::decide() {
  if (decided_ == decisions_.size()) decisions_.push_back(false);
  return decisions_[decided_++];
}

void hierarchy_steps::processor(unsigned memory, unsigned line) {
  const hierarchy_state state = w_.memories[memory][line].state;
  const hierarchy_state_info& info = protocol_.memory_states[state];
  if (info.awaits) return;
  const hierarchy_tree::leaf& may = tree_.memories[memory];
  const auto event = [&](kind what, memory_event e) {
    take(what, line, [&] { step(memory, line, e, nullptr); });
  };
  if (may.reads && !info.copy && way_free(memory, line)) event(kind::read, memory_event::read);
  if (may.writes && (info.copy ? !info.exclusive : way_free(memory, line))) {
    event(kind::write, memory_event::write);
  }
  if (may.replaces && info.copy) event(kind::evict, memory_event::evict);
  if (may.writes && info.exclusive) take(kind::write_hit, line, [&] { written(memory, line); });
}

void hierarchy_steps::medium(unsigned group, unsigned line) {
  const auto here = [&]() -> model_group_line& { return w_.groups[group][line]; };
  port p{*this, group, line};
  if (here().turn_posted) {
    for (member_set waiting = here().line.waiting; waiting != 0 && !fault_; waiting &= waiting - 1) {
      const unsigned member = static_cast<unsigned>(__builtin_ctzll(waiting));
      if (model_.in_order && member != here().last) continue;
      take(kind::turn, line, [&] {
        here().turn_posted = false;
        core_.turn(p, member);
      });
    }
  }
  if (here().search_posted) {
    take(kind::search, line, [&] {
      here().search_posted = false;
      core_.search(p);
    });
  }
  if (here().grant_posted) {
    take(kind::grant, line, [&] {
      here().grant_posted = false;
      core_.grant(p);
    });
  }
  for (unsigned m = 0; m < tree_.groups[group].members.size() && !fault_; ++m) {
    if (here().answers[m].reply == hierarchy_reply::later) continue;
    take(kind::answer, line, [&] {
      const model_group_line::answer a = here().answers[m];
      here().answers[m] = {};
      if (a.reply == hierarchy_reply::data) {
        (here().line.above.active ? here().above_fresh : here().own_fresh) = a.fresh;
      }
      core_.answer(p, a.reply);
    });
  }
}

// As when its page goes to disk, but that anybody may begin anything meanwhile.
void hierarchy_steps::recall(unsigned line) {
  if (w_.groups[0][line].line.state == 0 || !quiet_line(w_, line)) return;
  take(kind::recall, line, [&] {
    port p{*this, 0, line};
    core_.ask(p, hierarchy_question::read_erase);
  });
}

// --- attraction memories

hierarchy_steps::outcome hierarchy_steps::step(unsigned memory, unsigned line, memory_event event,
                                               bool* fresh) {
  model_memory_line& here = w_.memories[memory][line];
  const std::uint16_t index = compiled_.memory_row_of(here.state, event);
  outcome result;
  if (index == compiled_hierarchy_protocol::no_row) {
    fail("undefined event: memory in " + protocol_.memory_states[here.state].name + " on " +
         to_string(event));
    return result;
  }
  ++memory_use[index];
  const memory_row& row = compiled_.memory(index);
  const hierarchy_tree::leaf& leaf = tree_.memories[memory];
  const hierarchy_state before = here.state;
  here.state = row.next;
  if (event <= memory_event::evict) {
    here.pending = static_cast<model_memory_line::access>(number(event) + 1);
  }
  hierarchy_core::note(w_.groups[leaf.group][line].line, leaf.as_member, compiled_.of_memory(row.next));
  port group{*this, leaf.group, line};
  bool told = false;
  for (const memory_action action : row.actions) {
    switch (action) {
      case memory_action::request:
        core_.request(group, leaf.as_member);
        break;
      case memory_action::withdraw:
        core_.withdraw(group, leaf.as_member);
        break;
      case memory_action::send_read:
      case memory_action::send_read_erase:
      case memory_action::send_erase:
      case memory_action::send_leave:
      case memory_action::send_out:
      case memory_action::send_inject:
        result.sent = static_cast<hierarchy_request>(number(action) - number(memory_action::send_read) +
                                                     number(hierarchy_request::read));
        break;
      case memory_action::supply:
        result.reply = hierarchy_reply::data;
        *fresh = here.fresh;
        break;
      case memory_action::acknowledge:
        result.reply = hierarchy_reply::erased;
        break;
      case memory_action::accept:
        result.reply = hierarchy_reply::placed;
        break;
      case memory_action::refuse:
        result.reply = hierarchy_reply::refused;
        break;
      case memory_action::take_over:
        told = true;
        if (!protocol_.memory_states[before].copy) here.fresh = *fresh;
        break;
      case memory_action::take_data:
        here.fresh = *fresh;
        break;
      case memory_action::complete:
        told = true;
        complete(memory, line);
        break;
    }
  }
  const hierarchy_state_info& now = protocol_.memory_states[row.next];
  if (!now.copy) here.fresh = false;
  // A cache is told of what becomes of a line that it has not asked for, but by snoops.
  const bool is_told = event < memory_event::ask_promote || here.pending != model_memory_line::access::none ||
                       before == row.next || told;
  if (!is_told) fail("the cache does not know its new state");
  if (now.awaits != (here.pending != model_memory_line::access::none)) {
    fail("a line awaits what was not asked for, or nothing");
  }
  return result;
}

// The access is performed, and the state must allow it.
void hierarchy_steps::complete(unsigned memory, unsigned line) {
  using access = model_memory_line::access;
  model_memory_line& here = w_.memories[memory][line];
  const hierarchy_state_info& info = protocol_.memory_states[here.state];
  mix(code_done + number(here.pending));
  const access what = std::exchange(here.pending, access::none);
  if (what == access::none) fail("nothing is complete");
  if (what == access::evict) {
    if (info.copy) fail("a replaced line is still there");
    return;
  }
  if (!here.fresh) fail("stale data: memory " + std::to_string(memory));
  if (what == access::read ? !info.copy : !info.exclusive) fail("the state does not allow the access");
  if (what == access::write) written(memory, line);
}

}  // namespace mimd::tb
