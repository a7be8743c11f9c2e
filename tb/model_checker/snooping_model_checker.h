// Exhaustive check of a snooping protocol table: breadth-first search over one line and N caches on a bus
// that serialises transactions.
//
// Modelled: the table's rows as coherence/snooping_protocol.h defines them, with data abstracted to fresh
// (holds the last write) or stale, for every copy and for memory. A step is one processor event of one cache
// together with all it causes on the bus. A written word makes a line fresh only where the rest of the line
// was fresh already. Several caches that supply at once supply fresh data only if all of them hold it.
// Evicting discards the data. Not modelled: time, split transactions, several lines, capacity. The search
// knows nothing but the table, so it can be run on a table of one's own.
//
// Ranges: 1 to 12 caches, at most 16 states (std::invalid_argument). The search stops at the first violation,
// which is therefore one with a shortest trace.
#ifndef MIMD_TB_MODEL_CHECKER_SNOOPING_MODEL_CHECKER_H
#define MIMD_TB_MODEL_CHECKER_SNOOPING_MODEL_CHECKER_H

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "coherence/snooping_protocol.h"

namespace mimd::tb {

enum class violation_kind {
  undefined_event,  // no row for what happens
  stale_read,       // a processor reads a word that is not the last written
  stale_fill,       // a transaction brings stale data, or a write goes into a line that was never fetched
  not_alone,        // single writer or many readers: a copy is exclusive and another one is valid
  two_owners,
  stale_copy,  // a valid copy misses the last write
  lost_data    // nobody owns the line and memory is stale
};
const char* to_string(violation_kind kind);

struct protocol_violation {
  violation_kind kind;
  std::string message;             // one line
  std::vector<std::string> trace;  // one line a step, from the initial state to the offending step
};

// What statistics would say of a step.
struct transition_label {
  enum class source { none, memory, cache };
  processor_event event = processor_event::read;
  bus_operation operation = bus_operation::none;
  bus_operation second_operation = bus_operation::none;
  source supplier = source::none;
  bool memory_updated = false;
  unsigned invalidations = 0;  // copies that other caches lost
  bool changes_state = false;  // anything at all is different afterwards

  bool operator<(const transition_label& other) const { return key() < other.key(); }
  bool operator==(const transition_label& other) const { return key() == other.key(); }

 private:
  std::tuple<processor_event, bus_operation, bus_operation, source, bool, unsigned, bool> key() const {
    return {event, operation, second_operation, supplier, memory_updated, invalidations, changes_state};
  }
};

struct local_row_use {
  std::size_t alone = 0;   // steps in which next_if_alone was read
  std::size_t shared = 0;  // steps in which next_if_shared was read
};

struct model_check_result {
  unsigned caches = 0;
  std::size_t states = 0;       // reachable, caches distinguished, freshness included
  std::size_t transitions = 0;  // steps out of all of them
  std::map<transition_label, std::size_t> transitions_by_label;
  std::vector<local_row_use> local_use;  // parallel to snooping_protocol::local
  std::vector<std::size_t> snoop_use;    // parallel to snooping_protocol::snoop
  std::optional<protocol_violation> violation;
};

model_check_result check_model(const snooping_protocol& protocol, unsigned caches);

}  // namespace mimd::tb

#endif
