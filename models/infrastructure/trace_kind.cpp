#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <utility>

#include "infrastructure/nearest_name.h"
#include "infrastructure/trace.h"

namespace mimd {

namespace {

constexpr std::size_t longest_word = 256;

bool is_word(const std::string& text) {
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
  return printable && !text.empty() && text.size() <= longest_word;
}

unsigned bits_for(std::uint64_t value) {
  unsigned bits = 1;
  while ((value >>= 1) != 0) ++bits;
  return bits;
}

}  // namespace

trace_kind trace_kind::flag() {
  return trace_kind(1, radix::hexadecimal);
}

trace_kind trace_kind::integer(unsigned width, radix shown_as) {
  if (width < 1 || width > 64) {
    throw std::invalid_argument("a traced integer has 1 to 64 bits, not " + std::to_string(width));
  }
  return trace_kind(width, shown_as);
}

trace_kind trace_kind::words(std::vector<std::string> table) {
  if (table.empty()) throw std::invalid_argument("a traced signal of words needs at least one word");
  for (const std::string& word : table) {
    if (!is_word(word)) {
      throw std::invalid_argument("not a word for a traced signal: " + in_quotes(word));
    }
  }
  trace_kind kind(bits_for(table.size()), radix::hexadecimal);
  kind.words_ = std::make_shared<const std::vector<std::string>>(std::move(table));
  return kind;
}

bool trace_kind::same_table(const trace_kind& other) const {
  if (words_ == other.words_) return true;
  return words_ != nullptr && other.words_ != nullptr && *words_ == *other.words_;
}

}  // namespace mimd
