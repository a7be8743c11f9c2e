#include "attraction_memory/hierarchy_documentation.h"

#include "coherence/row_table.h"

namespace mimd {
namespace {

std::string place_of(const memory_row&) {
  return {};
}
std::string place_of(const tree_row& row) {
  return to_string(row.place);
}

template <class Row>
std::string table(const std::vector<Row>& rows, const std::vector<hierarchy_state_info>& states) {
  return row_table(
      rows, states, "where", [&](const Row& row) { return states[row.next].name; },
      [](const Row& row) { return place_of(row); });
}

std::string states(const std::vector<hierarchy_state_info>& infos) {
  std::string text = "| state | |\n| --- | --- |\n";
  for (const hierarchy_state_info& info : infos) text += "| " + info.name + " | " + info.meaning + " |\n";
  return text;
}

}  // namespace

std::string to_markdown(const hierarchy_protocol& protocol) {
  return "Source: " + protocol.source + ".\n\n### Attraction memory\n\n" + states(protocol.memory_states) +
         "\n" + table(protocol.memory, protocol.memory_states) + "\n### Directory\n\n" +
         states(protocol.tree_states) + "\n" + table(protocol.tree, protocol.tree_states);
}

}  // namespace mimd
