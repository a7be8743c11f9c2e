// The rows of a directory protocol that can happen at all: by exhaustive search of small machines with every
// format of the directory. Not those that are the cache's alone (hits, and what it replaces silently), which
// its agent does not see.
#ifndef MIMD_TB_MODEL_CHECKER_REACHABLE_DIRECTORY_ROWS_H
#define MIMD_TB_MODEL_CHECKER_REACHABLE_DIRECTORY_ROWS_H

#include <string>
#include <vector>

#include "directory/directory_protocol.h"

namespace mimd::tb {

// How often each row was used, parallel to the rows of directory_protocol_of(form).
struct directory_row_use {
  std::vector<std::uint64_t> agent;
  std::vector<std::uint64_t> home;

  void add(const std::vector<std::uint64_t>& agent_use, const std::vector<std::uint64_t>& home_use);
  unsigned agent_rows() const;  // used at least once
  unsigned home_rows() const;
  // Used here and not in `other`, as words: "SM_AD on Inv", "home: M on GetS".
  std::vector<std::string> missing_in(const directory_row_use& other,
                                      const directory_protocol& protocol) const;
};

// Machines of 2 caches on 2 lines and of 3 or 4 on one, recalls included. Throws std::logic_error if the
// protocol is wrong.
directory_row_use reachable_directory_rows(const directory_form& form);

}  // namespace mimd::tb

#endif
