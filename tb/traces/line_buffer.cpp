#include "tb/traces/line_buffer.h"

#include <cstring>
#include <stdexcept>
#include <string_view>

#include "infrastructure/nearest_name.h"

namespace mimd::tb {

line_buffer::line_buffer(const std::string& path)
    : path_(path),
      source_(path),
      data_(new char[block + longest_line + slack]()),
      begin_(data_.get()),
      end_(begin_),
      filled_(begin_) {}

bool line_buffer::refill() {
  const auto rest = static_cast<std::size_t>(filled_ - end_);
  char* const start = data_.get();
  std::memmove(start, end_, rest);
  begin_ = end_ = start;
  filled_ = start + rest;
  for (;;) {
    const std::size_t got = source_.read(start + (filled_ - start), block);
    if (got == 0) {
      if (filled_ == start) return false;
      fail_at(start, 0, "the last line has no end: is the trace truncated?");
    }
    filled_ += got;
    const auto* last =
        static_cast<const char*>(memrchr(start, '\n', static_cast<std::size_t>(filled_ - start)));
    if (last != nullptr) {
      end_ = last + 1;
      if (static_cast<std::size_t>(filled_ - end_) <= longest_line) return true;
      fail_at(end_, 0, "a line of more than " + std::to_string(longest_line) + " characters");
    }
    if (static_cast<std::size_t>(filled_ - start) > longest_line) {
      fail_at(start, 0, "a line of more than " + std::to_string(longest_line) + " characters");
    }
  }
}

void line_buffer::fail_at(const char* line, std::uint64_t ahead, const std::string& what) const {
  const auto available = static_cast<std::size_t>(filled_ - line);
  const auto* stop = static_cast<const char*>(std::memchr(line, '\n', available));
  const std::string_view text(line, stop != nullptr ? static_cast<std::size_t>(stop - line) : available);
  throw std::runtime_error(path_ + ":" + std::to_string(lines_ + ahead + 1) + ": " + what + ": " +
                           in_quotes(text));
}

void line_buffer::fail_here(const std::string& what) const {
  throw std::runtime_error(path_ + ":" + std::to_string(lines_ + 1) + ": " + what);
}

}  // namespace mimd::tb
