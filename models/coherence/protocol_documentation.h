// A protocol table as Markdown: the documentation is generated from the rows that the simulator runs.
#ifndef MIMD_COHERENCE_PROTOCOL_DOCUMENTATION_H
#define MIMD_COHERENCE_PROTOCOL_DOCUMENTATION_H

#include <string>

#include "coherence/snooping_protocol.h"

namespace mimd {

// One row in words: "BusRd -> E, S if shared"; "supply, memory updated -> S".
std::string describe(const snooping_protocol& protocol, const local_row& row);
std::string describe(const snooping_protocol& protocol, const snoop_row& row);

// One protocol: heading, source, states, and two matrices (state by processor event, state by snooped
// transaction).
std::string to_markdown(const snooping_protocol& protocol);

// The whole page: how to read the tables, then every shipped protocol.
std::string snooping_protocols_markdown();

}  // namespace mimd

#endif
