// A hierarchical protocol in the form that hierarchy_core and the agents of attraction memories run: every
// (state, event) is one indexed load. Built once a machine. Errors: std::invalid_argument with one line, if a
// state is out of range or a cell has two rows.
#ifndef MIMD_ATTRACTION_MEMORY_COMPILED_HIERARCHY_PROTOCOL_H
#define MIMD_ATTRACTION_MEMORY_COMPILED_HIERARCHY_PROTOCOL_H

#include <array>
#include <cstdint>
#include <vector>

#include "attraction_memory/hierarchy_protocol.h"

namespace mimd {

class compiled_hierarchy_protocol {
 public:
  static constexpr std::uint16_t no_row = 0xffff;
  static constexpr unsigned max_states = 32;

  // What is asked of often, of a state.
  struct state_bits {
    bool copy = false;
    bool shared = false;
    bool reading = false;
    bool awaits = false;
    bool keeps = false;
    bool brings = false;  // the line, to its turn
  };

  explicit compiled_hierarchy_protocol(const hierarchy_protocol& protocol);

  std::uint16_t memory_row_of(hierarchy_state state, memory_event event) const {
    return memory_index_[state][static_cast<unsigned>(event)];
  }
  std::uint16_t tree_row_of(bool top, hierarchy_state state, tree_event event) const {
    return tree_index_[top][state][static_cast<unsigned>(event)];
  }
  const memory_row& memory(std::uint16_t row) const { return memory_[row]; }
  const tree_row& tree(std::uint16_t row) const { return tree_[row]; }
  const state_bits& of_memory(hierarchy_state state) const { return memory_bits_[state]; }
  const state_bits& of_tree(hierarchy_state state) const { return tree_bits_[state]; }

 private:
  template <unsigned Events>
  using index = std::array<std::array<std::uint16_t, Events>, max_states>;

  std::vector<memory_row> memory_;
  std::vector<tree_row> tree_;
  index<memory_event_count> memory_index_;
  std::array<index<tree_event_count>, 2> tree_index_;
  std::array<state_bits, max_states> memory_bits_{};
  std::array<state_bits, max_states> tree_bits_{};
};

}  // namespace mimd

#endif
