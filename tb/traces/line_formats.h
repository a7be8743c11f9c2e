// The line formats of traces, as parsers of one line each.
//
//   lackey   "I  HEX,SIZE" " L HEX,SIZE" " S HEX,SIZE" " M HEX,SIZE"; lines of Valgrind itself ("==", "--")
//   are skipped compact  "I HEX SIZE" "L HEX SIZE" "S HEX SIZE" "M HEX SIZE" dinero   "LABEL HEX [HEXSIZE]":
//   label 0 or r read, 1 or w write, 2 or i instruction fetch, m as read;
//            size 4 where it is missing (Dinero III and IV, formats d and D)
//   thread   compact plus synchronisation: docs/trace-format.md
//
// parse() gets a position at the start of a line that ends with '\n' and leaves it behind that '\n'. It
// returns what the line was; for line::wrong, `reason` says why and the position is anywhere in the line.
#ifndef MIMD_TB_TRACES_LINE_FORMATS_H
#define MIMD_TB_TRACES_LINE_FORMATS_H

#include <array>
#include <cstdint>
#include <cstring>

#include "tb/traces/trace_record.h"

namespace mimd::tb {

enum class line : std::uint8_t { record, nothing, end, wrong };

namespace scan {

// Value of a hexadecimal digit, 16 for any other character.
inline constexpr std::array<std::uint8_t, 256> digit_values = [] {
  std::array<std::uint8_t, 256> values{};
  for (auto& value : values) value = 16;
  for (unsigned i = 0; i < 10; ++i) values['0' + i] = static_cast<std::uint8_t>(i);
  for (unsigned i = 0; i < 6; ++i) {
    values['a' + i] = static_cast<std::uint8_t>(10 + i);
    values['A' + i] = static_cast<std::uint8_t>(10 + i);
  }
  return values;
}();

inline unsigned digit(char c) {
  return digit_values[static_cast<unsigned char>(c)];
}

inline bool hexadecimal(const char*& p, std::uint64_t& value) {
  const char* const start = p;
  std::uint64_t v = 0;
  for (unsigned d = digit(*p); d < 16; d = digit(*++p)) v = v << 4 | d;
  value = v;
  return p != start && p - start <= 16;
}

inline bool decimal(const char*& p, std::uint64_t& value) {
  const char* const start = p;
  std::uint64_t v = 0;
  for (unsigned d = digit(*p); d < 10; d = digit(*++p)) v = v * 10 + d;
  value = v;
  return p != start && p - start <= 18;
}

inline bool character(const char*& p, char c) {
  if (*p != c) return false;
  ++p;
  return true;
}

inline void skip_line(const char*& p) {
  p = static_cast<const char*>(rawmemchr(p, '\n')) + 1;
}

}  // namespace scan

class line_format {
 public:
  const char* reason = "";

 protected:
  line wrong(const char* why) {
    reason = why;
    return line::wrong;
  }
  line reference(trace_record& out, trace_record::kind what, address_t address, std::uint64_t size) {
    if (size == 0) return wrong("a reference of 0 bytes");
    if (size > largest_reference) return wrong("a reference of more than 4096 bytes");
    if (address + (size - 1) < address) return wrong("a reference beyond the end of the address space");
    out.what = what;
    out.address = address;
    out.size = static_cast<std::uint32_t>(size);
    out.sequence = 0;
    out.participants = 0;
    return line::record;
  }
  // "HEX<separator>SIZE\n"
  line reference(const char*& p, trace_record& out, trace_record::kind what, char separator) {
    std::uint64_t address = 0;
    std::uint64_t size = 0;
    if (!scan::hexadecimal(p, address)) return wrong("not a hexadecimal address of 1 to 16 digits");
    if (!scan::character(p, separator)) return wrong("no size after the address");
    if (!scan::decimal(p, size)) return wrong("not a size in bytes");
    if (!scan::character(p, '\n')) return wrong("more than an address and a size");
    return reference(out, what, address, size);
  }
};

class lackey_format : public line_format {
 public:
  static bool matches(const char* p) {
    return p[0] == 'I' ? p[1] == ' ' && p[2] == ' '
                       : p[0] == ' ' && (p[1] == 'L' || p[1] == 'S' || p[1] == 'M') && p[2] == ' ';
  }
  static bool foreign(const char* p) { return (p[0] == '=' && p[1] == '=') || (p[0] == '-' && p[1] == '-'); }

  line parse(const char*& p, trace_record& out) {
    if (matches(p)) {
      const trace_record::kind what = p[0] == 'I'   ? trace_record::kind::fetch
                                      : p[1] == 'L' ? trace_record::kind::load
                                      : p[1] == 'S' ? trace_record::kind::store
                                                    : trace_record::kind::modify;
      p += 3;
      return reference(p, out, what, ',');
    }
    if (foreign(p)) {
      scan::skip_line(p);
      return line::nothing;
    }
    return wrong("not a line of valgrind --tool=lackey --trace-mem=yes");
  }
};

class compact_format : public line_format {
 public:
  static bool matches(const char* p) {
    return (p[0] == 'I' || p[0] == 'L' || p[0] == 'S' || p[0] == 'M') && p[1] == ' ' &&
           scan::digit(p[2]) < 16;
  }

  line parse(const char*& p, trace_record& out) {
    if (!matches(p)) return wrong("not a line 'I|L|S|M HEXADDRESS SIZE'");
    const trace_record::kind what = p[0] == 'I'   ? trace_record::kind::fetch
                                    : p[0] == 'L' ? trace_record::kind::load
                                    : p[0] == 'S' ? trace_record::kind::store
                                                  : trace_record::kind::modify;
    p += 2;
    return reference(p, out, what, ' ');
  }
};

class dinero_format : public line_format {
 public:
  static bool matches(const char* p) {
    return std::strchr("012rwim", p[0]) != nullptr && p[0] != '\0' && p[1] == ' ' && scan::digit(p[2]) < 16;
  }
  line parse(const char*& p, trace_record& out);
};

class thread_format : public line_format {
 public:
  line parse(const char*& p, trace_record& out);

 private:
  line address_only(const char*& p, trace_record& out, trace_record::kind what);
  line address_and_sequence(const char*& p, trace_record& out, trace_record::kind what);
  line atomic_reference(const char*& p, trace_record& out, trace_record::kind what);
  line thread_number(const char*& p, trace_record& out, trace_record::kind what);
  line barrier(const char*& p, trace_record& out);
  line last(const char*& p);

  std::uint64_t records_ = 0;
};

}  // namespace mimd::tb

#endif
