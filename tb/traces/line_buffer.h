// A text file in blocks of whole lines, for parsers that walk over characters.
//
// Between begin() and end() there are only complete lines, each ended by '\n', so a parser needs no bounds
// check: no digit, letter or blank runs over a '\n'. A few bytes beyond end() may be looked at as well.
// Lines longer than longest_line, and a last line without '\n' (a file cut short), are std::runtime_error.
#ifndef MIMD_TB_TRACES_LINE_BUFFER_H
#define MIMD_TB_TRACES_LINE_BUFFER_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "tb/traces/byte_source.h"

namespace mimd::tb {

class line_buffer {
 public:
  static constexpr std::size_t longest_line = 65536;  // Valgrind prints the program's command line in one

  explicit line_buffer(const std::string& path);

  const char* begin() const { return begin_; }
  const char* end() const { return end_; }
  // Everything before `position` has been used and was `lines` lines.
  void advance(const char* position, std::uint64_t lines) {
    begin_ = position;
    lines_ += lines;
  }
  bool refill();  // when begin() == end(): more lines; false = end of file

  const std::string& path() const { return path_; }
  std::uint64_t lines() const { return lines_; }  // used so far
  const byte_source& source() const { return source_; }

  // Throws "FILE:LINE: what: 'text of the line'" for the line that starts at `line`, `ahead` lines after
  // begin().
  [[noreturn]] void fail_at(const char* line, std::uint64_t ahead, const std::string& what) const;
  // Throws "FILE:LINE: what" for the next line, or the end of the file.
  [[noreturn]] void fail_here(const std::string& what) const;

 private:
  static constexpr std::size_t block = 128 * 1024;
  static constexpr std::size_t slack = 16;  // may be looked at beyond end()

  std::string path_;
  byte_source source_;
  std::unique_ptr<char[]> data_;
  const char* begin_;
  const char* end_;
  const char* filled_;  // end_ ... filled_: the start of a line whose rest is still in the file
  std::uint64_t lines_ = 0;
};

}  // namespace mimd::tb

#endif
