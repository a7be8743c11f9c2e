#include "directory/directory_cache_view.h"

#include <algorithm>

namespace mimd {
namespace {

template <class Action>
bool does(const action_list<Action>& actions, Action action) {
  return std::find(actions.begin(), actions.end(), action) != actions.end();
}

bool sends_line(const agent_row& row) {
  return does(row.actions, agent_action::data_to_requester) ||
         does(row.actions, agent_action::copy_back_to_home) ||
         does(row.actions, agent_action::owner_data_to_home);
}

void add_local(const agent_row& row, processor_event event, snooping_protocol& view) {
  local_row local{row.state, event, row.next, row.next};
  if (does(row.actions, agent_action::complete)) {
    view.local.push_back(local);
    return;
  }
  // What the transaction will have granted is the agent's to say; these next states only have to be valid.
  if (event == processor_event::read) {
    local.operation = bus_operation::read;
    local.next_if_alone = local.next_if_shared = 1;
  } else if (event == processor_event::write) {
    local.operation = row.state == invalid_state ? bus_operation::read_exclusive : bus_operation::upgrade;
    local.next_if_alone = local.next_if_shared = static_cast<coherence_state>(view.states.size() - 1);
  } else {
    local.operation = bus_operation::write_back;
    local.next_if_alone = local.next_if_shared = invalid_state;
    local.memory_updated = does(row.actions, agent_action::send_put_m);
  }
  view.local.push_back(local);
}

// Several forwards may mean the same to a cache.
void add_snoop(const agent_row& row, snooping_protocol& view) {
  const bus_operation operation =
      row.next == invalid_state ? bus_operation::read_exclusive : bus_operation::read;
  for (snoop_row& known : view.snoop) {
    if (known.state == row.state && known.operation == operation) {
      known.supply |= sends_line(row);
      return;
    }
  }
  view.snoop.push_back({row.state, operation, row.next, sends_line(row)});
}

}  // namespace

snooping_protocol cache_view_of(const directory_protocol& protocol) {
  using pending = agent_state_info::pending_access;
  snooping_protocol view;
  view.name = protocol.name;
  view.title = protocol.title;
  view.source = protocol.source;
  for (const agent_state_info& info : protocol.agent_states) {
    if (info.pending == pending::none) view.states.push_back({info.name, info.exclusive, info.owner});
  }
  for (const agent_row& row : protocol.agent) {
    if (row.state >= view.states.size()) continue;
    if (row.event <= agent_event::evict) {
      add_local(row, static_cast<processor_event>(row.event), view);
    } else if (row.state != invalid_state && row.event != agent_event::inject_owned) {
      add_snoop(row, view);
    }
  }
  return view;
}

}  // namespace mimd
