// The lines and fields of a small text file (traces of packets, permutations), compressed or not: blanks
// separate fields, '#' starts a comment, empty lines do not count. Errors are std::runtime_error
// "FILE:LINE: what: 'the line'".
#ifndef MIMD_TB_TRAFFIC_TEXT_FIELDS_H
#define MIMD_TB_TRAFFIC_TEXT_FIELDS_H

#include <cstdint>
#include <string>
#include <string_view>

#include "tb/traces/line_buffer.h"

namespace mimd::tb {

class text_lines {
 public:
  explicit text_lines(const std::string& path) : buffer_(path) {}

  bool next();  // moves to the next line that has fields; false at the end of the file
  bool more() const { return at_ != end_; }  // another field in this line
  std::uint64_t line() const { return line_; }
  const std::string& path() const { return buffer_.path(); }

  std::string_view word(const char* what) {  // the next field
    if (!more()) fail_missing(what);
    const char* const from = at_;
    while (at_ != end_ && *at_ != ' ' && *at_ != '\t') ++at_;
    const std::string_view result(from, static_cast<std::size_t>(at_ - from));
    skip_blanks();
    return result;
  }
  std::uint64_t number(const char* what, std::uint64_t low, std::uint64_t high);
  // A number written in `text`, which is part of this line.
  std::uint64_t parse(std::string_view text, const char* what, std::uint64_t low, std::uint64_t high) const;
  void require_end() const;

  [[noreturn]] void fail(const std::string& what) const;

 private:
  [[noreturn]] void fail_missing(const char* what) const;
  void skip_blanks() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t')) ++at_;
  }

  line_buffer buffer_;
  const char* start_ = nullptr;  // of the line
  const char* at_ = nullptr;
  const char* end_ = nullptr;  // of its fields
  const char* used_ = nullptr;
  std::uint64_t line_ = 0;
};

}  // namespace mimd::tb

#endif
