#include "infrastructure/trace_scopes.h"

namespace mimd {

std::vector<trace_scope> scopes_of(const std::vector<std::string_view>& dotted_names) {
  std::vector<trace_scope> tree(1);
  for (std::size_t variable = 0; variable < dotted_names.size(); ++variable) {
    std::string_view rest = dotted_names[variable];
    std::size_t at = 0;
    for (std::size_t dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
      const std::string_view name = rest.substr(0, dot);
      const auto known = tree[at].by_name.find(name);
      if (known != tree[at].by_name.end()) {
        at = known->second;
      } else {
        const std::size_t created = tree.size();
        tree[at].by_name.emplace(name, created);
        tree[at].scopes.push_back(created);
        tree.push_back({std::string(name), {}, {}, {}});
        at = created;
      }
      rest.remove_prefix(dot + 1);
    }
    tree[at].variables.push_back(variable);
  }
  return tree;
}

}  // namespace mimd
