#include "coherence/protocol_documentation.h"

namespace mimd {
namespace {

const char* const introduction =
    "# Snooping protocols\n\n"
    "Generated from the tables in `models/coherence/`, the same rows that the simulator runs and the model "
    "checker\n"
    "explores. On a bus that serialises transactions:\n\n"
    "* *Own processor*: what a cache does when its processor reads (PrRd), writes (PrWr) or replaces (Evict) "
    "the\n"
    "  line: the transaction it puts on the bus, if any, then its next state; \"if shared\" is decided by "
    "the wired-OR\n"
    "  of all other caches that hold the line.\n"
    "* *Snooped*: what every other cache with the line does when it observes a transaction: supply the line, "
    "update\n"
    "  memory, take the written word; then its next state. BusWB is not snooped.\n"
    "* An empty cell cannot happen.\n"
    "* *Exclusive*: no other cache has a valid copy. *Owner*: the copy may be newer than memory.\n";

void append(std::string& list, const std::string& item) {
  if (!list.empty()) list += ", ";
  list += item;
}

std::string arrow(const std::string& action, const std::string& next) {
  return action.empty() ? "-> " + next : action + " -> " + next;
}

void end_header(std::string& text, std::size_t columns) {
  text += "\n|";
  for (std::size_t i = 0; i < columns; ++i) text += " --- |";
  text += "\n";
}

std::string properties(const snooping_state& state) {
  std::string text;
  if (state.exclusive) append(text, "exclusive");
  if (state.owner) append(text, "owner");
  return text;
}

std::string local_matrix(const snooping_protocol& protocol) {
  std::string text = "| own processor | |";
  for (unsigned e = 0; e < processor_event_count; ++e) {
    text += std::string(" ") + to_string(static_cast<processor_event>(e)) + " |";
  }
  end_header(text, 2 + processor_event_count);
  for (coherence_state s = 0; s < protocol.states.size(); ++s) {
    text += "| " + protocol.states[s].name + " | " + properties(protocol.states[s]) + " |";
    for (unsigned e = 0; e < processor_event_count; ++e) {
      const local_row* row = protocol.find(s, static_cast<processor_event>(e));
      text += row ? " " + describe(protocol, *row) + " |" : " |";
    }
    text += "\n";
  }
  return text;
}

std::string snoop_matrix(const snooping_protocol& protocol) {
  std::vector<bus_operation> operations;
  for (unsigned o = 0; o < bus_operation_count; ++o) {
    for (const snoop_row& row : protocol.snoop) {
      if (row.operation != static_cast<bus_operation>(o)) continue;
      operations.push_back(row.operation);
      break;
    }
  }
  std::string text = "| snooped |";
  for (bus_operation operation : operations) text += std::string(" ") + to_string(operation) + " |";
  end_header(text, 1 + operations.size());
  for (coherence_state s = 1; s < protocol.states.size(); ++s) {
    text += "| " + protocol.states[s].name + " |";
    for (bus_operation operation : operations) {
      const snoop_row* row = protocol.find(s, operation);
      text += row ? " " + describe(protocol, *row) + " |" : " |";
    }
    text += "\n";
  }
  return text;
}

}  // namespace

std::string describe(const snooping_protocol& protocol, const local_row& row) {
  std::string action;
  if (row.operation != bus_operation::none) append(action, to_string(row.operation));
  std::string memory = row.memory_updated ? "memory updated" : "";
  if (row.operation_if_shared != bus_operation::none) {
    append(action, std::string(to_string(row.operation_if_shared)) + " if shared");
    if (row.memory_updated) memory += " if shared";
  }
  if (!memory.empty()) append(action, memory);
  std::string next = protocol.states[row.next_if_alone].name;
  if (row.next_if_shared != row.next_if_alone) {
    append(next, protocol.states[row.next_if_shared].name + " if shared");
  }
  return arrow(action, next);
}

std::string describe(const snooping_protocol& protocol, const snoop_row& row) {
  std::string action;
  if (row.supply) append(action, "supply");
  if (row.memory_updated) append(action, "memory updated");
  if (row.take) append(action, "take");
  return arrow(action, protocol.states[row.next].name);
}

std::string to_markdown(const snooping_protocol& protocol) {
  return "## " + protocol.title + ": `" + protocol.name + "`\n\nSource: " + protocol.source + ".\n\n" +
         local_matrix(protocol) + "\n" + snoop_matrix(protocol);
}

std::string snooping_protocols_markdown() {
  std::string text = introduction;
  for (const auto& protocol : snooping_protocols()) text += "\n" + to_markdown(protocol);
  return text;
}

}  // namespace mimd
