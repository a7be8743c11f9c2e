#include "directory/compiled_directory_protocol.h"

#include <stdexcept>
#include <string>

namespace mimd {
namespace {

void require(bool holds, const directory_protocol& protocol, const std::string& what) {
  if (!holds) throw std::invalid_argument("directory protocol '" + protocol.name + "': " + what);
}

template <class Infos>
std::string name(const Infos& infos, directory_state state) {
  return state < infos.size() ? infos[state].name : "state " + std::to_string(state);
}

template <class Rows, class Infos, class Index>
void fill(const directory_protocol& protocol, const char* side, const Rows& rows, const Infos& infos,
          Index& index) {
  require(!infos.empty() && infos.size() <= max_directory_states, protocol,
          std::string(side) + " has " + std::to_string(infos.size()) + " states, but 1 to " +
              std::to_string(max_directory_states) + " are possible");
  for (auto& events : index) events.fill(no_row);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = rows[i];
    const std::string where =
        std::string(side) + ", " + name(infos, row.state) + " on " + to_string(row.event);
    require(row.state < infos.size() && row.next < infos.size(), protocol,
            where + ": a state is out of range");
    auto& cell = index[row.state][static_cast<unsigned>(row.event)];
    require(cell == no_row, protocol, where + ": two rows");
    cell = static_cast<std::uint16_t>(i);
  }
}

}  // namespace

compiled_directory_protocol::compiled_directory_protocol(const directory_protocol& protocol)
    : agent_(protocol.agent), home_(protocol.home), network_of_(protocol.network_of) {
  fill(protocol, "agent", agent_, protocol.agent_states, agent_index_);
  fill(protocol, "home", home_, protocol.home_states, home_index_);
  for (const home_row& row : home_) {
    require(row.next_if_empty < protocol.home_states.size(), protocol, "home: a state is out of range");
    if (row.state != 0 || row.event != home_event::get_s) continue;
    for (const home_action action : row.actions) {
      idle_read_adds_sharer_ |= action == home_action::add_requester;
    }
  }
  for (std::size_t i = 0; i < protocol.agent_states.size(); ++i) {
    const agent_state_info& info = protocol.agent_states[i];
    require(info.held < protocol.agent_states.size() &&
                protocol.agent_states[info.held].pending == agent_state_info::pending_access::none,
            protocol, "agent, " + info.name + ": what the cache holds is not a stable state");
    held_[i] = info.held;
    pending_[i] = info.pending;
  }
  for (const agent_row& row : agent_) {
    if (row.event != agent_event::evict || row.next != 0) continue;
    silent_replacement_[row.state] = true;
    owner_replaces_silently_ |= protocol.agent_states[row.state].exclusive;
  }
  for (std::size_t i = 0; i < protocol.home_states.size(); ++i) busy_[i] = protocol.home_states[i].busy;
}

}  // namespace mimd
