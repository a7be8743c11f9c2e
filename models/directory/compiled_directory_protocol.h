// A directory protocol in the form that requester_core and home_core run: every (state, event) is one indexed
// load. Built once a machine; look-ups never allocate, search or throw.
//
// Ranges: at most 32 agent and 32 home states. Errors: std::invalid_argument with one line that names the
// protocol and the row, if a state is out of range or a cell has two rows. Whether the tables are *coherent*
// is the question of tb/model_checker.
#ifndef MIMD_DIRECTORY_COMPILED_DIRECTORY_PROTOCOL_H
#define MIMD_DIRECTORY_COMPILED_DIRECTORY_PROTOCOL_H

#include <array>
#include <cstdint>
#include <vector>

#include "directory/directory_protocol.h"

namespace mimd {

inline constexpr unsigned max_directory_states = 32;
inline constexpr std::uint16_t no_row = 0xffff;

// What a core did with an event.
struct directory_step {
  enum class result : std::uint8_t {
    done,
    waits,     // the message is kept by the caller and offered again when the line's state has changed
    undefined  // no row: a fault of the protocol
  } outcome = result::undefined;
  std::uint16_t row = no_row;   // index into the protocol's agent or home rows
  std::uint16_t then = no_row;  // home: the last_ack row taken at once, because nothing was to be awaited
  bool empty = false;           // home: no sharer was left, so `next_if_empty` was taken
};

class compiled_directory_protocol {
 public:
  explicit compiled_directory_protocol(const directory_protocol& protocol);

  std::uint16_t agent_row_of(directory_state state, unsigned event) const {
    return agent_index_[state][event];
  }
  std::uint16_t home_row_of(directory_state state, unsigned event) const { return home_index_[state][event]; }
  const agent_row& agent(std::uint16_t row) const { return agent_[row]; }
  const home_row& home(std::uint16_t row) const { return home_[row]; }

  directory_state held(directory_state state) const { return held_[state]; }
  agent_state_info::pending_access pending(directory_state state) const { return pending_[state]; }
  // Whether a copy in this stable state is dropped without telling the home.
  bool silent_replacement(directory_state state) const { return silent_replacement_[state]; }
  // Whether an agent that the home knows as the only owner may have no copy any more.
  bool owner_replaces_silently() const { return owner_replaces_silently_; }
  bool busy(directory_state home_state) const { return busy_[home_state]; }
  // Whether a read of a line that nobody has makes the reader a sharer (and not the owner).
  bool idle_read_adds_sharer() const { return idle_read_adds_sharer_; }
  directory_network network_of(directory_message_type type) const {
    return network_of_[static_cast<unsigned>(type)];
  }

 private:
  template <unsigned Events>
  using index = std::array<std::array<std::uint16_t, Events>, max_directory_states>;

  std::vector<agent_row> agent_;
  std::vector<home_row> home_;
  index<agent_event_count> agent_index_;
  index<home_event_count> home_index_;
  std::array<directory_state, max_directory_states> held_{};
  std::array<agent_state_info::pending_access, max_directory_states> pending_{};
  std::array<bool, max_directory_states> silent_replacement_{};
  std::array<bool, max_directory_states> busy_{};
  std::array<directory_network, directory_message_count> network_of_{};
  bool idle_read_adds_sharer_ = false;
  bool owner_replaces_silently_ = false;
};

}  // namespace mimd

#endif
