#include "infrastructure/glob.h"

#include <stdexcept>

#include "infrastructure/nearest_name.h"

namespace mimd {

bool glob_match(std::string_view glob, std::string_view text) {
  // After a mismatch only the last star needs another try, so the cost is at most glob times text.
  std::size_t g = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      star_text = t;
    } else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

glob_list::glob_list(std::string_view list) {
  std::size_t begin = 0;
  while (begin <= list.size()) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    const std::string_view text = list.substr(begin, end - begin);
    if (text.empty()) throw std::invalid_argument("empty name in the list " + in_quotes(list));
    globs_.push_back({std::string(text), false});
    begin = end + 1;
  }
}

bool glob_list::selects(std::string_view dotted_name) {
  bool selected = false;
  for (glob& candidate : globs_) {
    bool hit = glob_match(candidate.text, dotted_name);
    for (std::size_t dot = dotted_name.find('.'); !hit && dot != std::string_view::npos;
         dot = dotted_name.find('.', dot + 1)) {
      hit = glob_match(candidate.text, dotted_name.substr(0, dot));
    }
    candidate.used = candidate.used || hit;
    selected = selected || hit;
  }
  return selected;
}

std::optional<std::string> glob_list::unused() const {
  for (const glob& candidate : globs_) {
    if (!candidate.used) return candidate.text;
  }
  return std::nullopt;
}

}  // namespace mimd
