// Dotted names as a tree of scopes, in the order of first mention: what the VCD's header and the groups of
// the .gtkw are made of.
#ifndef MIMD_INFRASTRUCTURE_TRACE_SCOPES_H
#define MIMD_INFRASTRUCTURE_TRACE_SCOPES_H

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mimd {

struct trace_scope {
  std::string name;                                         // the last component; "" for the root
  std::vector<std::size_t> variables;                       // indices into the names
  std::vector<std::size_t> scopes;                          // indices into the tree
  std::map<std::string, std::size_t, std::less<>> by_name;  // the same scopes
};

// The first scope is the root.
std::vector<trace_scope> scopes_of(const std::vector<std::string_view>& dotted_names);

// "state" of "uma.cpu_0.l1.state"
inline std::string_view last_component(std::string_view dotted_name) {
  return dotted_name.substr(dotted_name.rfind('.') + 1);  // npos + 1 is 0
}

}  // namespace mimd

#endif
