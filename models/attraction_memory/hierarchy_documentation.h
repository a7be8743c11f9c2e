// Markdown of the hierarchical protocol, for docs/coma.md: made from the very tables that run.
#ifndef MIMD_ATTRACTION_MEMORY_HIERARCHY_DOCUMENTATION_H
#define MIMD_ATTRACTION_MEMORY_HIERARCHY_DOCUMENTATION_H

#include <string>

#include "attraction_memory/hierarchy_protocol.h"

namespace mimd {

std::string to_markdown(const hierarchy_protocol& protocol);

}  // namespace mimd

#endif
