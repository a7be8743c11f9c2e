// directory.*, node.*: how the caches of machines of nodes are kept coherent, and what it costs.
#ifndef MIMD_PLATFORMS_DIRECTORY_DIRECTORY_PARAMETERS_H
#define MIMD_PLATFORMS_DIRECTORY_DIRECTORY_PARAMETERS_H

#include "directory/directory_fabric.h"
#include "infrastructure/parameters.h"

namespace mimd {

struct directory_parameters {
  directory_form form;
  sharer_format_parameters format;
  std::uint64_t sparse_entries = 0;  // of a home; 0: an entry for every line of memory
  sparse_directory_parameters sparse;

  bool cache_remote = true;
  bool atomics_at_home = false;
  bool multicast = false;
  duration access_time{20'000};
  duration occupancy{5'000};
  duration snoop_time{15'000};
  duration retry_time{100'000};
  duration local_time{5'000};
  duration request_time{0};
  duration entry_time{5'000};
  duration exit_time{5'000};
  duration reply_exit_time{5'000};
  duration fill_time{0};

  void declare_protocol(parameter_set& set);  // coherence.protocol, directory.replies
  // directory.*; recalls: also what may have to recall a line for want of pointers or entries.
  void declare_home(parameter_set& set, bool recalls);
  void declare_at_home(parameter_set& set);  // accesses that homes do in their memory
  void declare_node(parameter_set& set);     // node.*
  // Of a machine with so many coherent ports and blocks of memory a home; throws set.error(...).
  void resolve(const parameter_set& set, unsigned ports, directory_fabric_parameters& fabric) const;

 private:
  void declare_limited(parameter_set& set);
  void refuse_unused(const parameter_set& set) const;
};

}  // namespace mimd

#endif
