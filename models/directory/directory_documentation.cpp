#include "directory/directory_documentation.h"

#include "coherence/row_table.h"

namespace mimd {
namespace {

void append(std::string& list, const std::string& item) {
  if (!list.empty()) list += ", ";
  list += item;
}

std::string next_of(const directory_protocol& protocol, const agent_row& row) {
  return protocol.agent_states[row.next].name;
}
std::string next_of(const directory_protocol& protocol, const home_row& row) {
  std::string next = protocol.home_states[row.next].name;
  if (row.next_if_empty != row.next) {
    next += ", " + protocol.home_states[row.next_if_empty].name + " if no sharer is left";
  }
  return next;
}

template <class Rows, class Infos>
std::string table(const directory_protocol& protocol, const Rows& rows, const Infos& infos) {
  return row_table(
      rows, infos, "in", [&](const auto& row) { return next_of(protocol, row); },
      [](const auto& row) { return describe_groups(row.when); });
}

std::string states(const directory_protocol& protocol) {
  static constexpr const char* accesses[] = {"", "read", "write", "replacement"};
  std::string text = "| agent's state | the cache has | awaits the end of a |\n| --- | --- | --- |\n";
  for (const agent_state_info& info : protocol.agent_states) {
    text += "| " + info.name + " | " + protocol.agent_states[info.held].name + " | " +
            accesses[static_cast<unsigned>(info.pending)];
    if (info.invalidated) text += ", whose data serves it alone";
    text += " |\n";
  }
  std::string busy;
  for (const home_state_info& info : protocol.home_states) {
    if (info.busy) append(busy, info.name);
  }
  return text + "\nThe home is busy in " + busy +
         ". An empty last column below: in all forms; *recalls*: in MSI, MESI and MOESI, and in COMA where "
         "pages are swapped.\n";
}

std::string messages(const directory_protocol& protocol) {
  std::string text = "| network | messages |\n| --- | --- |\n";
  for (unsigned n = 0; n < directory_network_count; ++n) {
    const auto network = static_cast<directory_network>(n);
    std::string names;
    for (unsigned m = 0; m < directory_message_count; ++m) {
      if (protocol.network_of[m] == network) append(names, to_string(static_cast<directory_message_type>(m)));
    }
    text += std::string("| ") + to_string(network) + (protocol.ordered[n] ? ", ordered" : "") + " | " +
            names + " |\n";
  }
  return text +
         "\nIn three hops, all answers share the response network. But where owners replace clean copies "
         "silently, ReplacedAck has it for itself, and the others share the reply network.\n";
}

}  // namespace

std::string to_markdown(const directory_protocol& protocol) {
  return states(protocol) + "\n### Requester agent\n\n" +
         table(protocol, protocol.agent, protocol.agent_states) + "\n### Home\n\n" +
         table(protocol, protocol.home, protocol.home_states);
}

std::string directory_protocols_markdown() {
  const directory_protocol& master = directory_master_table();
  return "Source: " + master.source + ".\n\n" + to_markdown(master) + "\n### Messages and networks\n\n" +
         messages(master);
}

}  // namespace mimd
