// Exhaustive check of a hierarchical cache-only memory protocol: breadth-first search over a small tree of
// attraction memories and directories and up to three lines.
//
// Modelled: the protocol's tables, run by the very core that the simulator runs (hierarchy_core.h). What the
// core posts on a medium happens at any later time, in any order between lines and groups; whose turn it is
// of those that wait is anybody's, or (`in_order`) goes round as in the machine. Data is abstracted to
// whether it is the last write, for every copy, operation, answer and slot. One line: any attraction memory
// may read, write or replace at any time, and has room for an injected line, or not. Several lines share
// `ways` in each: a line is fetched only where it finds a way, and an injected one takes a free way, or drops
// a copy. Not modelled: time.
//
// Checked: every event has a row, every question the answer that it needs; a directory knows which of its
// members have copies; an exclusive copy is alone, one master; every read and write finds the last write; the
// last write is somewhere; no deadlock (a state that is not quiet and in which nothing can happen); with
// `progress`, that a quiet state stays reachable. The search stops at the first violation, with a shortest
// trace.
#ifndef MIMD_TB_MODEL_CHECKER_HIERARCHY_MODEL_CHECKER_H
#define MIMD_TB_MODEL_CHECKER_HIERARCHY_MODEL_CHECKER_H

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "attraction_memory/hierarchy_protocol.h"

namespace mimd::tb {

// A tree in words: "(aa)" two attraction memories on the topmost medium, "((aa)(aa))" two groups of two. An
// `a` does everything; an `r` only reads and replaces, an `o` only reads, a `w` only writes.
struct hierarchy_model {
  std::string tree = "(aa)";
  unsigned lines = 1;
  unsigned ways = 1;  // of several lines
  bool in_order =
      false;  // a medium's turns go round, as in the machine; else any member that waits may be next
  bool recalls = false;  // a line on which nothing is under way may be recalled to its slot
  bool progress = false;
  std::size_t max_states = 50'000'000;  // then the search stops: result.complete is false
};

struct hierarchy_violation {
  std::string message;             // one line
  std::vector<std::string> trace;  // one line a step, from the initial state
};

struct hierarchy_check_result {
  std::size_t states = 0;
  std::size_t transitions = 0;
  std::map<std::uint64_t, std::size_t> transitions_by_label;  // by what happened, and what it caused
  std::vector<std::size_t> memory_use;                        // parallel to hierarchy_protocol::memory
  std::vector<std::size_t> tree_use;                          // parallel to hierarchy_protocol::tree
  bool complete = false;
  std::optional<hierarchy_violation> violation;
};

// std::invalid_argument: no tree of 1 to 6 attraction memories and at most 6 groups, or over three lines.
hierarchy_check_result check_hierarchy(const hierarchy_protocol& protocol, const hierarchy_model& model);

}  // namespace mimd::tb

#endif
