#include "attraction_memory/compiled_hierarchy_protocol.h"

#include <stdexcept>

namespace mimd {

namespace {

template <class Index>
void clear(Index& index) {
  for (auto& row : index) row.fill(compiled_hierarchy_protocol::no_row);
}

void require(bool holds, const hierarchy_protocol& p, const std::string& row, const char* what) {
  if (!holds) throw std::invalid_argument("protocol '" + p.name + "': " + row + ": " + what);
}

compiled_hierarchy_protocol::state_bits bits_of(const hierarchy_state_info& info) {
  return {info.copy, info.shared, info.reading, info.awaits, info.keeps, info.awaits && info.owner};
}

}  // namespace

compiled_hierarchy_protocol::compiled_hierarchy_protocol(const hierarchy_protocol& protocol)
    : memory_(protocol.memory), tree_(protocol.tree) {
  clear(memory_index_);
  for (auto& of_place : tree_index_) clear(of_place);
  const auto memory_states = protocol.memory_states.size();
  const auto tree_states = protocol.tree_states.size();
  require(memory_states <= max_states && tree_states <= max_states, protocol, "states", "too many");
  for (std::size_t i = 0; i < memory_.size(); ++i) {
    const memory_row& row = memory_[i];
    const std::string name = "memory row " + std::to_string(i);
    require(row.state < memory_states && row.next < memory_states, protocol, name, "a state out of range");
    std::uint16_t& cell = memory_index_[row.state][static_cast<unsigned>(row.event)];
    require(cell == no_row, protocol, name, "two rows");
    cell = static_cast<std::uint16_t>(i);
  }
  for (std::size_t i = 0; i < tree_.size(); ++i) {
    const tree_row& row = tree_[i];
    const std::string name = "directory row " + std::to_string(i);
    require(row.state < tree_states && row.next < tree_states, protocol, name, "a state out of range");
    for (unsigned top = 0; top < 2; ++top) {
      if (row.place == (top ? tree_place::below : tree_place::top)) continue;
      std::uint16_t& cell = tree_index_[top][row.state][static_cast<unsigned>(row.event)];
      require(cell == no_row, protocol, name, "two rows");
      cell = static_cast<std::uint16_t>(i);
    }
  }
  for (std::size_t i = 0; i < memory_states; ++i) memory_bits_[i] = bits_of(protocol.memory_states[i]);
  for (std::size_t i = 0; i < tree_states; ++i) tree_bits_[i] = bits_of(protocol.tree_states[i]);
}

}  // namespace mimd
