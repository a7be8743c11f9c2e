// How the shipped tables write their rows: short, and without naked booleans. Private to
// snooping_protocols*.cpp.
#ifndef MIMD_COHERENCE_SNOOPING_PROTOCOL_ROWS_H
#define MIMD_COHERENCE_SNOOPING_PROTOCOL_ROWS_H

#include "coherence/snooping_protocol.h"

namespace mimd::protocol_rows {

using event = processor_event;
using bus = bus_operation;

inline constexpr bool to_memory = true;

// A hit that needs no bus.
constexpr local_row silent(coherence_state state, processor_event on, coherence_state next) {
  return {state, on, next, next};
}

// A transaction after which the next state is the same whoever else has the line.
constexpr local_row transact(coherence_state state, processor_event on, bus_operation operation,
                             coherence_state next, bool memory_updated = false) {
  return {state, on, next, next, operation, bus_operation::none, memory_updated};
}

struct alone_or_shared {
  coherence_state alone;
  coherence_state shared;
};

// A transaction whose next state depends on the shared line, and which may be followed by a second one if the
// line is shared.
constexpr local_row transact(coherence_state state, processor_event on, bus_operation operation,
                             alone_or_shared next, bus_operation operation_if_shared = bus_operation::none,
                             bool memory_updated = false) {
  return {state, on, next.alone, next.shared, operation, operation_if_shared, memory_updated};
}

enum class reply { nothing, supply, memory, supply_and_memory, take };

constexpr snoop_row observe(coherence_state state, bus_operation operation, coherence_state next,
                            reply action = reply::nothing) {
  return {state,
          operation,
          next,
          action == reply::supply || action == reply::supply_and_memory,
          action == reply::memory || action == reply::supply_and_memory,
          action == reply::take};
}

// The shipped tables, one function each.
snooping_protocol msi();
snooping_protocol mesi();
snooping_protocol moesi();
snooping_protocol mesif();
snooping_protocol berkeley();
snooping_protocol synapse();
snooping_protocol write_once();
snooping_protocol firefly();
snooping_protocol dragon();
snooping_protocol vi();

}  // namespace mimd::protocol_rows

#endif
