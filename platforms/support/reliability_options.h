// mpi.reliable, mpi.retransmit_timeout, mpi.ack_bytes, and what is counted: reliable delivery over links that
// damage, the same for every machine with messages.
#ifndef MIMD_PLATFORMS_SUPPORT_RELIABILITY_OPTIONS_H
#define MIMD_PLATFORMS_SUPPORT_RELIABILITY_OPTIONS_H

#include <functional>
#include <string>

#include "infrastructure/parameters.h"
#include "infrastructure/statistics.h"
#include "message_passing/reliable_network.h"

namespace mimd {

struct reliability_options {
  bool reliable = false;
  message_passing::reliability_parameters model;

  // what: that the interfaces acknowledge, "messages"
  void declare(parameter_set& set, const std::string& what);
  // ps_per_byte: of a link. Throws set.error(...).
  void resolve(const parameter_set& set, double ps_per_byte);

 private:
  duration timeout_{100'000'000};
  byte_count ack_bytes_{32};
};

void register_reliability(statistics& all,
                          const std::function<message_passing::reliability_counts()>& counts);

}  // namespace mimd

#endif
