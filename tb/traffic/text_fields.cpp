#include "tb/traffic/text_fields.h"

#include <charconv>
#include <cstring>

#include "infrastructure/nearest_name.h"

namespace mimd::tb {

bool text_lines::next() {
  for (;;) {
    if (used_ != nullptr) buffer_.advance(used_, 1);
    used_ = nullptr;
    if (buffer_.begin() == buffer_.end() && !buffer_.refill()) return false;
    start_ = at_ = buffer_.begin();
    const auto left = static_cast<std::size_t>(buffer_.end() - start_);
    const auto* stop = static_cast<const char*>(std::memchr(start_, '\n', left));
    used_ = stop + 1;
    ++line_;
    end_ = stop;
    if (end_ != start_ && end_[-1] == '\r') --end_;
    const auto* comment =
        static_cast<const char*>(std::memchr(start_, '#', static_cast<std::size_t>(end_ - start_)));
    if (comment != nullptr) end_ = comment;
    skip_blanks();
    if (more()) return true;
  }
}

void text_lines::fail_missing(const char* what) const {
  fail(std::string("the ") + what + " is missing");
}

std::uint64_t text_lines::number(const char* what, std::uint64_t low, std::uint64_t high) {
  return parse(word(what), what, low, high);
}

std::uint64_t text_lines::parse(std::string_view text, const char* what, std::uint64_t low,
                                std::uint64_t high) const {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || stop != end || error == std::errc::invalid_argument)
    fail(std::string("the ") + what + " " + in_quotes(text) + " is not a whole number");
  if (error != std::errc() || value < low || value > high) {
    fail(std::string("the ") + what + " " + std::string(text) + " is not from " + std::to_string(low) +
         " to " + std::to_string(high));
  }
  return value;
}

void text_lines::require_end() const {
  if (more()) fail("superfluous " + in_quotes(std::string_view(at_, static_cast<std::size_t>(end_ - at_))));
}

void text_lines::fail(const std::string& what) const {
  buffer_.fail_at(start_, 0, what);
}

}  // namespace mimd::tb
