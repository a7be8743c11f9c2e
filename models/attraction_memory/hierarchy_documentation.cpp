#include "attraction_memory/hierarchy_documentation.h"

#include <algorithm>

namespace mimd {
namespace {

std::string place_of(const memory_row&) {
  return {};
}
std::string place_of(const tree_row& row) {
  return to_string(row.place);
}

template <class Row>
std::string actions_of(const Row& row) {
  std::string text;
  for (const auto action : row.actions) text += (text.empty() ? "" : ", ") + std::string(to_string(action));
  return text;
}

// Events of one state that do the same share a line.
template <class Row>
std::string table(const std::vector<Row>& rows, const std::vector<hierarchy_state_info>& states) {
  struct line {
    hierarchy_state state;
    std::string events;
    std::string rest;
  };
  std::vector<line> lines;
  for (const Row& row : rows) {
    const std::string place = place_of(row);
    const std::string rest =
        actions_of(row) + " | " + states[row.next].name + " | " + (place.empty() ? "" : place + " ") + "|\n";
    const auto same = std::find_if(lines.begin(), lines.end(),
                                   [&](const line& l) { return l.state == row.state && l.rest == rest; });
    if (same != lines.end()) {
      same->events += "; " + std::string(to_string(row.event));
    } else {
      lines.push_back({row.state, to_string(row.event), rest});
    }
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const line& a, const line& b) { return a.state < b.state; });
  std::string text = "| state | on | does | next | where |\n| --- | --- | --- | --- | --- |\n";
  for (const line& l : lines) text += "| " + states[l.state].name + " | " + l.events + " | " + l.rest;
  return text;
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
