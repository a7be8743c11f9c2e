#include "platforms/support/complaint.h"

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

}  // namespace mimd
