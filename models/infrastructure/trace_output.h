// The file behind a wave or a log: one buffer, formatted into directly, written in whole records.
//
// A record is what is put between reserve() and commit(): the file never ends inside one, whenever it is
// flushed. A write that fails (disk full) does not disturb the simulation: later output is dropped and
// close() throws std::runtime_error naming the file.
#ifndef MIMD_INFRASTRUCTURE_TRACE_OUTPUT_H
#define MIMD_INFRASTRUCTURE_TRACE_OUTPUT_H

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace mimd {

class trace_output {
 public:
  // Opens and empties the file; std::runtime_error if that fails.
  explicit trace_output(std::string file);
  trace_output(const trace_output&) = delete;
  trace_output& operator=(const trace_output&) = delete;
  ~trace_output();

  // Room for a record of at most `size` bytes; commit() takes the end of what was written there.
  char* reserve(std::size_t size) {
    if (buffer_.size() - used_ < size) make_room(size);
    return buffer_.data() + used_;
  }
  void commit(const char* end) { used_ = static_cast<std::size_t>(end - buffer_.data()); }

  void write(std::string_view record);
  void flush();
  void close();

 private:
  void make_room(std::size_t size);

  std::string name_;
  std::FILE* file_;
  std::vector<char> buffer_;
  std::size_t used_ = 0;
  int error_ = 0;
};

// Formats a number at `to` and returns the end.
char* format_decimal(char* to, std::uint64_t value);
char* format_hexadecimal(char* to, std::uint64_t value);
// Without leading zeros, as the VCD's vectors are.
char* format_binary(char* to, std::uint64_t value);

}  // namespace mimd

#endif
