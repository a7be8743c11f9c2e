#include "attraction_memory/hierarchy_protocol.h"

#include <algorithm>

namespace mimd {

namespace {

constexpr const char* memory_event_names[memory_event_count] = {"Read",
                                                                "Write",
                                                                "Evict",
                                                                "turn",
                                                                "asked to read",
                                                                "asked to read-erase",
                                                                "asked to erase",
                                                                "asked to be master",
                                                                "inject",
                                                                "inject, exclusive",
                                                                "inject, no room",
                                                                "data",
                                                                "data, exclusive",
                                                                "exclusive",
                                                                "data seen"};
constexpr const char* memory_action_names[] = {"request", "withdraw", "read",      "read-erase",  "erase",
                                               "leave",   "out",      "inject",    "supply data", "erased",
                                               "accept",  "refuse",   "take over", "take data",   "complete"};
constexpr const char* tree_event_names[tree_event_count] = {"read: found",
                                                            "read: missed",
                                                            "read-erase: found",
                                                            "read-erase: missed",
                                                            "erase: done",
                                                            "leave: others have it",
                                                            "leave: nobody has it",
                                                            "out: a copy is the master",
                                                            "out: no copy",
                                                            "inject: placed",
                                                            "inject: refused",
                                                            "inject, exclusive: refused",
                                                            "turn above",
                                                            "asked to read",
                                                            "asked to read-erase",
                                                            "asked to erase",
                                                            "asked for a master",
                                                            "inject",
                                                            "inject, exclusive",
                                                            "data",
                                                            "data, exclusive",
                                                            "exclusive",
                                                            "data seen",
                                                            "left",
                                                            "found data",
                                                            "found nothing",
                                                            "found and erased",
                                                            "found a place",
                                                            "found no place"};
constexpr const char* tree_action_names[] = {"request above",
                                             "withdraw",
                                             "read",
                                             "read-erase",
                                             "erase",
                                             "leave",
                                             "out",
                                             "inject",
                                             "data to member",
                                             "data, exclusive to member",
                                             "exclusive to member",
                                             "left to member",
                                             "inject to members",
                                             "read in the group",
                                             "read-erase in the group",
                                             "erase in the group",
                                             "seek a master in the group",
                                             "inject in the group",
                                             "inject, exclusive in the group",
                                             "answer data",
                                             "answer data kept",
                                             "answer nothing",
                                             "answer erased",
                                             "answer placed",
                                             "answer refused",
                                             "read slot",
                                             "write slot"};

}  // namespace

const char* to_string(hierarchy_request request) {
  static constexpr const char* names[] = {"none", "read", "read-erase", "erase", "leave", "out", "inject"};
  return names[static_cast<unsigned>(request)];
}
const char* to_string(memory_event event) {
  return memory_event_names[static_cast<unsigned>(event)];
}
const char* to_string(memory_action action) {
  return memory_action_names[static_cast<unsigned>(action)];
}
const char* to_string(tree_event event) {
  return tree_event_names[static_cast<unsigned>(event)];
}
const char* to_string(tree_action action) {
  return tree_action_names[static_cast<unsigned>(action)];
}
const char* to_string(tree_place place) {
  static constexpr const char* names[] = {"", "not topmost", "topmost"};
  return names[static_cast<unsigned>(place)];
}

snooping_protocol cache_view_of(const hierarchy_protocol& protocol) {
  snooping_protocol view;
  view.name = protocol.name;
  view.title = "Data Diffusion Machine";
  view.source = protocol.source;
  for (const hierarchy_state_info& info : protocol.memory_states) {
    if (info.awaits) break;  // the stable ones come first
    view.states.push_back({info.name, info.exclusive, info.owner});
  }
  const auto exclusive = static_cast<coherence_state>(view.states.size() - 1);
  for (coherence_state s = 0; s <= exclusive; ++s) {
    // What a transaction grants is the directories' to say; these next states only have to be valid.
    const bool copy = protocol.memory_states[s].copy;
    const bool writable = protocol.memory_states[s].exclusive;
    const auto read = copy ? bus_operation::none : bus_operation::read;
    const auto write = writable ? bus_operation::none
                       : copy   ? bus_operation::upgrade
                                : bus_operation::read_exclusive;
    const auto after_read = copy ? s : coherence_state{1};
    view.local.push_back({s, processor_event::read, after_read, after_read, read, read});
    view.local.push_back({s, processor_event::write, exclusive, exclusive, write, write});
    if (copy) {
      view.local.push_back({s, processor_event::evict, invalid_state, invalid_state,
                            bus_operation::write_back, bus_operation::write_back});
    }
  }
  for (const memory_row& row : protocol.memory) {
    if (row.state == 0 || row.state > exclusive) continue;
    if (row.event == memory_event::ask_read) {
      view.snoop.push_back({row.state, bus_operation::read, row.next, true});
    } else if (row.event == memory_event::ask_read_erase) {
      view.snoop.push_back({row.state, bus_operation::read_exclusive, invalid_state, true});
    }
  }
  return view;
}

}  // namespace mimd
