// Exhaustive check of a directory protocol: breadth-first search over up to three lines and four caches,
// their requester agents, one home, and networks that hold any number of messages and deliver them in any
// order (in order from one sender to one receiver where the protocol says so).
//
// Modelled: the protocol's tables, run by the very cores that the simulator runs (requester_core, home_core).
// Data is abstracted to whether it is the last write, for every copy, message and memory; data for a read
// whose agent has acknowledged an invalidation may also be what was last when the write overtook it. One
// line: any cache may read, write or replace at any time; the directory may recall the line at any time
// (`recalls`). Several lines share, in every cache, `ways`, one MSHR and one write-back entry (a cache
// requests a line only when it has a way that holds no other, except in its write-back entry); two, with
// `recalls`, at the home one directory entry, so that a request for one line recalls the other (but for
// `pool`, where they share the pointers only). A cache has room for an injected line if it has a way, or a
// shared copy to drop; of one line alone, sometimes. Whom the home offers a line is any node that it may.
// An agent may have forgotten, when an access begins, that it has answered a forward; a refusal finds a
// forward on its way held, or not yet there. Not modelled: time, queue lengths.
//
// Checked: every event has a row; single writer or many readers, one owner; every read and write finds the
// last write; the last write is somewhere; no deadlock (a state that is not quiet and in which nothing can be
// delivered); with `progress`, that a quiet state stays reachable from every state, which also finds endless
// retries. The search stops at the first violation, which is one with a shortest trace (but for `progress`,
// which needs all states).
//
// `symmetry`: states that differ in the numbering of the caches and lines only are one. Ranges: 1 to 4
// caches, 1 to 3 lines (2 with `recalls`); std::invalid_argument otherwise.
#ifndef MIMD_TB_MODEL_CHECKER_DIRECTORY_MODEL_CHECKER_H
#define MIMD_TB_MODEL_CHECKER_DIRECTORY_MODEL_CHECKER_H

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "directory/directory_protocol.h"

namespace mimd::tb {

struct directory_model {
  // How the home remembers sharers: exactly; exactly up to `pointers` and then as "all" (Dir_iB); at most
  // `pointers` of them (Dir_iNB), giving up any one for the next; or by pointers from a pool of `pointers`
  // for all lines, from which a line without sharers of its own gets one by recalling the other line, and
  // which remembers "all" if the pool ran out between a request and its end.
  enum class sharer_format : std::uint8_t { full_map, broadcast, no_broadcast, pool };
  sharer_format format = sharer_format::full_map;
  unsigned caches = 2;
  unsigned lines = 1;
  unsigned ways = 1;  // of a cache, for all lines
  unsigned pointers = 1;
  bool recalls = true;
  bool symmetry = false;
  bool progress = false;
  std::size_t max_states = 50'000'000;  // then the search stops: result.complete is false
};

enum class directory_violation_kind : std::uint8_t {
  undefined_event,
  stale_data,  // a read or write finds other data than the last write, or a copy misses it
  not_alone,   // a copy is exclusive and another one is valid
  two_owners,
  copy_unknown,  // the agent takes the cache to have another copy, and the cache was not told
  deadlock,
  no_progress,
  lost_line
};
const char* to_string(directory_violation_kind kind);

struct directory_violation {
  directory_violation_kind kind;
  std::string message;             // one line
  std::vector<std::string> trace;  // one line a step, from the initial state
};

struct directory_check_result {
  std::size_t states = 0;
  std::size_t unreduced_states = 0;  // caches distinguished; 0 unless `complete`
  std::size_t transitions = 0;
  std::map<std::uint64_t, std::size_t> transitions_by_label;  // event, messages sent, access completed
  std::vector<std::size_t> agent_use;                         // parallel to directory_protocol::agent
  std::vector<std::size_t> home_use;                          // parallel to directory_protocol::home
  std::vector<std::size_t> home_use_if_empty;                 // those that took next_if_empty
  bool complete = false;                                      // all states were visited
  std::optional<directory_violation> violation;
};

directory_check_result check_directory(const directory_protocol& protocol, const directory_model& model);

}  // namespace mimd::tb

#endif
