// What a hierarchical fabric is made of inside: groups, the steps of their media, and a line of a group as
// hierarchy_core sees it. Private to the fabric.
#ifndef MIMD_ATTRACTION_MEMORY_HIERARCHICAL_FABRIC_PARTS_H
#define MIMD_ATTRACTION_MEMORY_HIERARCHICAL_FABRIC_PARTS_H

#include "attraction_memory/hierarchical_fabric.h"

namespace mimd {

struct hierarchical_fabric::group {
  unsigned number = 0;
  unsigned level = 0;
  unsigned members = 0;
  unsigned first_member = 0;  // node, or group
  unsigned above = 0;         // group; of the topmost itself
  unsigned as_member = 0;     // there
  member_set all = 0;
  member_set directories = 0;
  std::unique_ptr<hierarchy_medium> medium;
  group_counters counters;
};

// A message on a medium.
struct hierarchical_fabric::step final : timed_event {
  hierarchical_fabric* fabric = nullptr;
  group* of = nullptr;
  group_line* line = nullptr;  // null: idle
  address_t address = 0;
  step_kind kind{};
  std::uint8_t member = 0;  // turn: whose; answer: from whom
  hierarchy_reply reply{};
  time_ps ready = 0;
  time_ps seen = 0;
  step* next = nullptr;

  void fire() override;
};

// `at`: when what happens to the line happens. `cause`, `from`: the step that is being executed in this
// group; without one, a request, or what the group above does.
struct hierarchical_fabric::port {
  hierarchical_fabric& fabric;
  group& g;
  group_line& l;
  address_t address;
  time_ps at;
  std::optional<step_kind> cause = std::nullopt;
  unsigned from = 0;

  hierarchy_line& line() { return l; }
  bool top() const { return g.number == 0; }
  member_set members() const { return g.all; }
  member_set directories() const { return g.directories; }
  member_set with_free_way(member_set candidates) const;

  hierarchy_reply ask(unsigned member, hierarchy_question question, hierarchy_operation& op);
  hierarchy_request turn(unsigned member, hierarchy_operation& op);
  void deliver(unsigned member, hierarchy_grant what, hierarchy_operation& op);
  void post_turn();
  void post_search();
  void post_grant();
  void answer(hierarchy_reply reply);
  void ask_above();
  void withdraw_above();
  void state_changed();
  void copy_kept();
  void read_slot();
  void write_slot();
  void finished();
  void cover(std::uint16_t row) const {
    if (!fabric.tree_rows_.empty()) ++fabric.tree_rows_[row];
  }
  [[noreturn]] void undefined(hierarchy_state state, tree_event event) const;
  [[noreturn]] void wrong_reply(unsigned member, hierarchy_question question) const;

  void take_answer(unsigned member, hierarchy_reply reply);
  void record(const step& s) const;

 private:
  std::uint8_t*& place_of(const hierarchy_operation& op) { return &op == &l.own ? l.own_data : l.above_data; }
  attraction_agent& agent(unsigned member) const { return *fabric.agents_[g.first_member + member]; }
  port of_member(unsigned member, time_ps then) const;
  port of_above(time_ps then) const;
  unsigned directory() const { return g.members; }  // its position on the medium
  void send(step_kind kind, unsigned member, unsigned position, bool data, time_ps ready,
            hierarchy_reply reply = {});
  step& prepare(step_kind kind, unsigned member, hierarchy_reply reply);
  // When what happens here is known to the directory.
  time_ps at_directory() const;
};

}  // namespace mimd

#endif
