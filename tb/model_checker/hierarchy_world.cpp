#include "tb/model_checker/hierarchy_world.h"

#include <stdexcept>

namespace mimd::tb {

namespace {

// Into 16-bit words, by fields.
class bit_writer {
 public:
  explicit bit_writer(packed_hierarchy_world& to) : to_(to) {}
  void put(std::uint64_t value, unsigned bits) {
    if (used_ + bits > 16) flush();
    word_ |= static_cast<unsigned>(value) << used_;
    used_ += bits;
  }
  void flush() {
    to_.push(word_);
    word_ = used_ = 0;
  }

 private:
  packed_hierarchy_world& to_;
  unsigned word_ = 0;
  unsigned used_ = 0;
};

class bit_reader {
 public:
  explicit bit_reader(const std::uint16_t* from) : from_(from) {}
  unsigned get(unsigned bits) {
    if (used_ + bits > 16) flush();
    const unsigned value = (*from_ >> used_) & ((1u << bits) - 1);
    used_ += bits;
    return value;
  }
  void flush() {
    ++from_;
    used_ = 0;
  }

 private:
  const std::uint16_t* from_;
  unsigned used_ = 0;
};

template <class Operation, class Field>
void fields_of(Operation& op, Field field) {
  field(op.active, 1);
  field(op.kind, 3);
  field(op.initiator, 3);
  field(op.awaiting, 3);
  field(op.grant, 3);
  field(op.placing, 1);
  field(op.supplied, 1);
  field(op.has_data, 1);
  field(op.asked, 4);
}

// The same fields to be written and to be read. An operation that is not active is all zero but for its data.
template <class Group, class Field>
void fields_of_group(Group& g, unsigned members, Field field) {
  field(g.line.state, 5);
  field(g.line.parked, 1);
  field(g.line.question, 3);
  field(g.line.waiting, 4);
  field(g.turn_posted, 1);
  field(g.last, 2);
  field(g.search_posted, 1);
  field(g.grant_posted, 1);
  fields_of(g.line.own, field);
  fields_of(g.line.above, field);
  field(g.own_fresh, 1);
  field(g.above_fresh, 1);
  for (unsigned m = 0; m < members; ++m) {
    field(g.answers[m].reply, 3);
    field(g.answers[m].fresh, 1);
  }
}

constexpr std::uint8_t packed_nobody = 7;

}  // namespace

hierarchy_tree::hierarchy_tree(const std::string& words) {
  std::vector<unsigned> open;
  bool good = !words.empty() && words.front() == '(';
  for (std::size_t i = 0; i < words.size() && good; ++i) {
    if (words[i] == '(') {
      good = groups.size() < max_hierarchy_groups && (i == 0 || !open.empty());
      if (!good) break;
      group g;
      if (!open.empty()) {
        group& parent = groups[open.back()];
        g.above = open.back();
        g.as_member = static_cast<unsigned>(parent.members.size());
        parent.directories |= hierarchy_core::only(g.as_member);
        parent.members.push_back({true, static_cast<unsigned>(groups.size())});
      }
      open.push_back(static_cast<unsigned>(groups.size()));
      groups.push_back(g);
    } else if (std::string("arow").find(words[i]) != std::string::npos) {
      good = !open.empty() && memories.size() < max_hierarchy_memories;
      if (!good) break;
      group& parent = groups[open.back()];
      memories.push_back({open.back(), static_cast<unsigned>(parent.members.size()), words[i] != 'w',
                          words[i] == 'a' || words[i] == 'w', words[i] == 'a' || words[i] == 'r'});
      parent.members.push_back({false, static_cast<unsigned>(memories.size() - 1)});
    } else {
      good = words[i] == ')' && !open.empty();
      if (good) open.pop_back();
    }
  }
  for (const group& g : groups) good = good && !g.members.empty() && g.members.size() <= max_model_members;
  if (!good || !open.empty())
    throw std::invalid_argument("hierarchy model: '" + words + "' is no small tree");
}

packed_hierarchy_world hierarchy_packing::pack(const hierarchy_world& w) const {
  packed_hierarchy_world packed;
  bit_writer out(packed);
  for (unsigned l = 0; l < lines_; ++l) {
    for (unsigned m = 0; m < tree_.memories.size(); ++m) {
      out.put(w.memories[m][l].state, 5);
      out.put(static_cast<unsigned>(w.memories[m][l].pending), 2);
      out.put(w.memories[m][l].fresh, 1);
    }
    out.put(w.slot_fresh[l], 1);
    for (unsigned i = 0; i < tree_.groups.size(); ++i) {
      model_group_line g = w.groups[i][l];
      for (hierarchy_operation* op : {&g.line.own, &g.line.above}) {
        if (op->initiator == nobody) op->initiator = packed_nobody;
        if (!op->has_data) (op == &g.line.own ? g.own_fresh : g.above_fresh) = false;
      }
      fields_of_group(
          g, static_cast<unsigned>(tree_.groups[i].members.size()),
          [&out](const auto& value, unsigned bits) { out.put(static_cast<std::uint64_t>(value), bits); });
    }
  }
  out.flush();
  return packed;
}

hierarchy_world hierarchy_packing::unpack(const std::uint16_t* words) const {
  hierarchy_world w;
  bit_reader in(words);
  for (unsigned l = 0; l < lines_; ++l) {
    for (unsigned m = 0; m < tree_.memories.size(); ++m) {
      w.memories[m][l].state = static_cast<hierarchy_state>(in.get(5));
      w.memories[m][l].pending = static_cast<model_memory_line::access>(in.get(2));
      w.memories[m][l].fresh = in.get(1) != 0;
    }
    w.slot_fresh[l] = in.get(1) != 0;
    for (unsigned i = 0; i < tree_.groups.size(); ++i) {
      model_group_line& g = w.groups[i][l];
      fields_of_group(g, static_cast<unsigned>(tree_.groups[i].members.size()),
                      [&in](auto& value, unsigned bits) {
                        value = static_cast<std::decay_t<decltype(value)>>(in.get(bits));
                      });
      for (hierarchy_operation* op : {&g.line.own, &g.line.above}) {
        if (op->initiator == packed_nobody) op->initiator = nobody;
      }
    }
    for (unsigned i = 0; i < tree_.groups.size(); ++i) {
      const auto& members = tree_.groups[i].members;
      for (unsigned m = 0; m < members.size(); ++m) {
        const unsigned n = members[m].number;
        hierarchy_core::note(w.groups[i][l].line, m,
                             members[m].directory ? protocol_.of_tree(w.groups[n][l].line.state)
                                                  : protocol_.of_memory(w.memories[n][l].state));
      }
    }
  }
  return w;
}

std::string describe(const hierarchy_world& w, const hierarchy_tree& tree, unsigned lines,
                     const hierarchy_protocol& protocol) {
  std::string text;
  for (unsigned l = 0; l < lines; ++l) {
    if (lines > 1) text += (l > 0 ? "; line " : "line ") + std::to_string(l) + ":";
    for (unsigned m = 0; m < tree.memories.size(); ++m) {
      const model_memory_line& a = w.memories[m][l];
      text += " a" + std::to_string(m) + "=" + protocol.memory_states[a.state].name + (a.fresh ? "!" : "");
    }
    for (unsigned i = 0; i < tree.groups.size(); ++i) {
      const model_group_line& g = w.groups[i][l];
      text += " d" + std::to_string(i) + "=" + protocol.tree_states[g.line.state].name;
      if (g.line.own.active) {
        text += std::string("[") + mimd::to_string(g.line.own.kind) + (g.own_fresh ? "!" : "") +
                (g.turn_posted ? " turn" : "") + (g.grant_posted ? " grant" : "") + "]";
      }
      if (g.line.above.active) {
        text += std::string("{") + mimd::to_string(g.line.above.kind) + (g.above_fresh ? "!" : "") + "}";
      }
      for (unsigned m = 0; m < tree.groups[i].members.size(); ++m) {
        if (g.answers[m].reply != hierarchy_reply::later) {
          text += " answer " + std::to_string(m) + ":" + std::to_string(static_cast<int>(g.answers[m].reply));
        }
      }
    }
    if (w.slot_fresh[l]) text += " slot!";
  }
  return text;
}

}  // namespace mimd::tb
