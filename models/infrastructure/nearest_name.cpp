#include "infrastructure/nearest_name.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace mimd {

namespace {

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

// Optimal string alignment distance, three rows of the table at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1])) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

std::size_t distance(std::string_view word, std::string_view candidate) {
  const bool section_forgotten = !word.empty() && candidate.size() > word.size() + 1 &&
                                 candidate[candidate.size() - word.size() - 1] == '.' &&
                                 candidate.substr(candidate.size() - word.size()) == word;
  const bool abbreviated = !word.empty() && candidate.substr(0, word.size()) == word;
  const std::size_t least = candidate == word ? 0 : 1;
  return section_forgotten || abbreviated ? least : edit_distance(word, candidate);
}

}  // namespace

std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates) {
  word = word.substr(0, 200);
  std::string best;
  std::size_t best_distance = ~std::size_t{0};
  for (const std::string& candidate : candidates) {
    if (candidate.empty()) continue;
    const std::size_t d = distance(word, candidate);
    if (d < best_distance) {
      best_distance = d;
      best = candidate;
    }
  }
  return best;
}

std::string in_quotes(std::string_view text) {
  static constexpr char hexadecimal[] = "0123456789abcdef";
  std::string result = "'";
  for (const char c : text.substr(0, 80)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      result += c;
    } else {
      result += "\\x";
      result += hexadecimal[byte >> 4];
      result += hexadecimal[byte & 15];
    }
  }
  return result + (text.size() > 80 ? "...'" : "'");
}

}  // namespace mimd
