#include "platforms/support/complaint.h"

#include <algorithm>

namespace mimd {

void complain(const parameter_set& set, const std::string& text, const std::string& otherwise) {
  if (text.empty()) return;
  const std::size_t end = text.find_first_of(" :");
  const std::string first = text.substr(0, end);
  if (end != std::string::npos && set.contains(first)) throw set.error(first, text.substr(end + 1));
  for (const char* part : {".size", ".ways", ".line", ".replacement"}) {
    const std::string whole = first + part;
    if (set.contains(whole) && set.origin(whole) != "default") throw set.error(whole, text);
  }
  throw set.error(set.contains(first + ".size") ? first + ".size" : otherwise, text);
}

bool is_users_choice(const parameter_set& set, const std::string& name) {
  const std::string origin = set.origin(name);
  return origin != "default" && origin.compare(0, 7, "preset ") != 0;
}

void refuse_without_effect(const parameter_set& set, const std::vector<std::string>& names,
                           const std::string& reason) {
  for (std::size_t i = 0; i < set.size(); ++i) {
    const std::string& name = set.at(i).name;
    const bool meant = std::any_of(names.begin(), names.end(), [&name](const std::string& n) {
      return n.back() == '.' ? name.compare(0, n.size(), n) == 0 : name == n;
    });
    if (!meant || set.is_default(name) || !is_users_choice(set, name)) continue;
    throw set.error(name, "has no effect: " + reason);
  }
}

}  // namespace mimd
