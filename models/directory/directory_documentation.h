// The directory protocols as Markdown: the documentation is generated from the rows that the simulator runs.
#ifndef MIMD_DIRECTORY_DIRECTORY_DOCUMENTATION_H
#define MIMD_DIRECTORY_DIRECTORY_DOCUMENTATION_H

#include <string>

#include "directory/directory_protocol.h"

namespace mimd {

// States, both tables (events of a state that do the same share a line), and the messages with their
// networks.
std::string to_markdown(const directory_protocol& protocol);

// The section of docs/directory.md: the master table, all forms together, and the networks of the messages.
std::string directory_protocols_markdown();

}  // namespace mimd

#endif
