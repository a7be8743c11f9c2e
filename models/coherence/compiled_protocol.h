// A snooping protocol in the form the simulator uses: every (state, event) and (state, operation) is one
// indexed load. Built once a machine from a snooping_protocol; a lookup never allocates, searches or throws.
//
// Units and ranges: at most 16 states. Errors: std::invalid_argument with one line that names the protocol
// and the row if the table is malformed (no invalid state first, too many states, a state out of range, a
// second row for the same cell, a row for an event that state I cannot see). Whether the table is *coherent*
// is the question of tb/model_checker, not of this file.
#ifndef MIMD_COHERENCE_COMPILED_PROTOCOL_H
#define MIMD_COHERENCE_COMPILED_PROTOCOL_H

#include <array>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "coherence/snooping_protocol.h"

namespace mimd {

struct compiled_protocol {
  static constexpr unsigned max_states = 16;
  template <class T>
  using per_state = std::array<T, max_states>;

  explicit compiled_protocol(const snooping_protocol& protocol);

  const local_row& on(coherence_state state, processor_event event) const {
    return local[state][static_cast<unsigned>(event)];
  }
  const snoop_row& on(coherence_state state, bus_operation operation) const {
    return snoop[state][static_cast<unsigned>(operation)];
  }
  bool defined(coherence_state state, processor_event event) const {
    return has_local[state][static_cast<unsigned>(event)];
  }
  bool defined(coherence_state state, bus_operation operation) const {
    return has_snoop[state][static_cast<unsigned>(operation)];
  }

  unsigned state_count = 0;
  bool write_through = false;
  per_state<std::array<local_row, processor_event_count>> local{};  // meaningful where has_local
  per_state<std::array<snoop_row, bus_operation_count>> snoop{};    // meaningful where has_snoop
  per_state<std::array<bool, processor_event_count>> has_local{};
  per_state<std::array<bool, bus_operation_count>> has_snoop{};
  per_state<bool> exclusive{};
  per_state<bool> owner{};
  per_state<bool> silent_read{};   // a read hit needs no bus and leaves the state alone
  per_state<bool> silent_write{};  // a write hit needs no bus; the state becomes after_silent_write
  per_state<coherence_state> after_silent_write{};

 private:
  template <class Row>
  static std::string name(const snooping_protocol& protocol, const Row& row) {
    const std::string state = row.state < protocol.states.size() ? protocol.states[row.state].name
                                                                 : "state " + std::to_string(row.state);
    if constexpr (std::is_same_v<Row, local_row>) {
      return state + " on " + to_string(row.event);
    } else {
      return state + " snooping " + to_string(row.operation);
    }
  }
  static void require(bool holds, const snooping_protocol& protocol, const std::string& what) {
    if (!holds) throw std::invalid_argument("protocol '" + protocol.name + "': " + what);
  }
};

inline compiled_protocol::compiled_protocol(const snooping_protocol& protocol)
    : state_count(static_cast<unsigned>(protocol.states.size())), write_through(protocol.write_through) {
  require(
      state_count <= max_states, protocol,
      std::to_string(state_count) + " states, but at most " + std::to_string(max_states) + " are possible");
  require(state_count >= 2, protocol, "needs the invalid state and at least one valid state");
  require(!protocol.states[0].exclusive && !protocol.states[0].owner, protocol,
          "state 0 is the invalid state and can be neither exclusive nor owner");
  for (unsigned s = 0; s < state_count; ++s) {
    exclusive[s] = protocol.states[s].exclusive;
    owner[s] = protocol.states[s].owner;
  }
  for (const local_row& row : protocol.local) {
    require(row.state < state_count && row.next_if_alone < state_count && row.next_if_shared < state_count,
            protocol, name(protocol, row) + ": a state is out of range");
    require(row.state != invalid_state || row.event != processor_event::evict, protocol,
            "an invalid line cannot be evicted");
    bool& present = has_local[row.state][static_cast<unsigned>(row.event)];
    require(!present, protocol, name(protocol, row) + ": two rows");
    present = true;
    local[row.state][static_cast<unsigned>(row.event)] = row;
  }
  for (const snoop_row& row : protocol.snoop) {
    require(row.state < state_count && row.next < state_count, protocol,
            name(protocol, row) + ": a state is out of range");
    require(row.state != invalid_state, protocol, "an invalid line does not snoop");
    require(row.operation != bus_operation::none && row.operation != bus_operation::write_back, protocol,
            name(protocol, row) + ": that is not snooped");
    bool& present = has_snoop[row.state][static_cast<unsigned>(row.operation)];
    require(!present, protocol, name(protocol, row) + ": two rows");
    present = true;
    snoop[row.state][static_cast<unsigned>(row.operation)] = row;
  }
  for (coherence_state s = 1; s < state_count; ++s) {
    const local_row& read = on(s, processor_event::read);
    silent_read[s] =
        defined(s, processor_event::read) && read.operation == bus_operation::none && read.next_if_alone == s;
    const local_row& write = on(s, processor_event::write);
    silent_write[s] = defined(s, processor_event::write) && write.operation == bus_operation::none;
    if (silent_write[s]) after_silent_write[s] = write.next_if_alone;
  }
}

}  // namespace mimd

#endif
