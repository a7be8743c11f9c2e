// A random walk through a machine of many nodes and lines, with a real directory format and, if wanted, a
// sparse directory: what is too large to be explored. Pure: the cores that the simulator runs, one home, and
// a bag of messages from which any one is delivered next. Data are version numbers: every read must return
// the last write, or, if an invalidation was acknowledged while it waited, a write not older than when it
// began.
//
// Each cache holds so many lines and replaces a random one. Errors: std::runtime_error with one line that
// says what went wrong, at which step: an event without a row, stale data, or a machine that does not come to
// rest when no access is begun any more.
#ifndef MIMD_TB_MODEL_CHECKER_DIRECTORY_RANDOM_WALK_H
#define MIMD_TB_MODEL_CHECKER_DIRECTORY_RANDOM_WALK_H

#include <cstdint>
#include <optional>
#include <vector>

#include "directory/directory_protocol.h"
#include "directory/sharer_format.h"
#include "directory/sparse_directory.h"

namespace mimd::tb {

struct directory_random_walk_parameters {
  directory_form form;
  sharer_format_parameters format;  // its `nodes` are the nodes
  std::optional<sparse_directory_parameters> sparse;
  unsigned lines = 12;
  unsigned cache_lines = 5;
  std::uint64_t steps = 100'000;  // accesses and deliveries
  std::uint64_t seed = 1;
};

struct directory_random_walk_result {
  std::uint64_t reads = 0;  // hits too
  std::uint64_t writes = 0;
  std::uint64_t messages = 0;
  std::uint64_t recalls = 0;
  std::uint64_t injections = 0;      // lines offered
  std::uint64_t most_overtaken = 0;  // transactions of a line completed while another one of it was pending
  std::vector<std::uint64_t> agent_use;  // parallel to the rows of directory_protocol_of(form)
  std::vector<std::uint64_t> home_use;
};

directory_random_walk_result walk_directory(const directory_random_walk_parameters& parameters);

}  // namespace mimd::tb

#endif
