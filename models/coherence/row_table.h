// The rows of a table of transient states as Markdown: events of one state that do the same share a line.
#ifndef MIMD_COHERENCE_ROW_TABLE_H
#define MIMD_COHERENCE_ROW_TABLE_H

#include <algorithm>
#include <string>
#include <vector>

namespace mimd {

// `next_of` and `where_of` say what stands in a row's last two columns.
template <class Rows, class Infos, class Next, class Where>
std::string row_table(const Rows& rows, const Infos& states, const std::string& where, Next next_of,
                      Where where_of) {
  struct line {
    unsigned state;
    std::string events;
    std::string rest;
  };
  std::vector<line> lines;
  for (const auto& row : rows) {
    std::string rest;
    for (const auto action : row.actions) rest += (rest.empty() ? "" : ", ") + std::string(to_string(action));
    const std::string place = where_of(row);
    rest += " | " + next_of(row) + " | " + place + (place.empty() ? "|\n" : " |\n");
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
  std::string text = "| state | on | does | next | " + where + " |\n| --- | --- | --- | --- | --- |\n";
  for (const line& l : lines) text += "| " + states[l.state].name + " | " + l.events + " | " + l.rest;
  return text;
}

}  // namespace mimd

#endif
