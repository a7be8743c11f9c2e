// A Value Change Dump (IEEE 1364-2005, clause 18), written change by change.
//
// Variables are declared with dotted names, which become nested scopes, in the order of declaration; then
// begin(); then times that never go down, each followed by its changes. Timescale 1 ps. There is no $date:
// the bytes depend on the calls alone. The file is a valid VCD after every flush and needs no ending.
//
// Text is an extension of GTKWave's that other viewers and readers share: `$var string` and `s<text> <code>`.
// The text must be printable, without blanks, not empty.
//
// Not written: x and z values, reals, events, arrays. Names are taken as they are (trace.h checks them); a
// variable and a scope may have the same name. Errors: std::runtime_error from the constructor and close().
#ifndef MIMD_INFRASTRUCTURE_VCD_WRITER_H
#define MIMD_INFRASTRUCTURE_VCD_WRITER_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "infrastructure/time.h"
#include "infrastructure/trace_output.h"
#include "infrastructure/trace_scopes.h"

namespace mimd {

class vcd_writer {
 public:
  using variable = std::uint32_t;

  explicit vcd_writer(const std::string& file) : output_(file) {}

  variable add_text(std::string_view dotted_name) { return add(dotted_name, 0); }
  // width 1..64; one bit is a scalar
  variable add_integer(std::string_view dotted_name, unsigned width) { return add(dotted_name, width); }

  // Ends the declarations and writes the header.
  void begin(std::string_view comment);

  void time(time_ps at);
  // Around the first values of all variables.
  void begin_values() { output_.write("$dumpvars\n"); }
  void end_values() { output_.write("$end\n"); }

  void text(variable which, std::string_view value);
  void integer(variable which, std::uint64_t value);

  void flush() { output_.flush(); }
  void close() { output_.close(); }

 private:
  struct declaration {
    std::string name;
    unsigned width;  // 0: text
  };
  // " <code>\n" after vectors and texts; after a scalar without the blank. A code has at most 5 characters.
  struct tail {
    std::array<char, 7> characters;
    std::uint8_t size;
  };

  variable add(std::string_view dotted_name, unsigned width);
  void write_scope(const std::vector<trace_scope>& tree, std::size_t scope);
  char* put_tail(char* to, variable which) const;

  trace_output output_;
  std::vector<declaration> declarations_;
  std::vector<tail> tails_;
};

}  // namespace mimd

#endif
