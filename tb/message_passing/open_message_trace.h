// What kind of program a trace file holds: a GOAL schedule or a time-independent MPI trace.
#ifndef MIMD_TB_MESSAGE_PASSING_OPEN_MESSAGE_TRACE_H
#define MIMD_TB_MESSAGE_PASSING_OPEN_MESSAGE_TRACE_H

#include <string>

#include "tb/traffic/text_fields.h"

namespace mimd::tb {

// By its first word that is no comment.
inline bool is_goal_schedule(const std::string& path) {
  text_lines lines(path);
  while (lines.next()) {
    const std::string_view word = lines.word("word");
    if (word.substr(0, 2) != "//") return word == "num_ranks" || word == "rank";
  }
  return false;
}

}  // namespace mimd::tb

#endif
