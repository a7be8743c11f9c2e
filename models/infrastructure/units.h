// Quantities with units, as the configuration spells them: sizes, frequencies, times, transfer rates.
//
// Each quantity is a strong type over one plain number. Text is a decimal number ("32", "2.5", "1e3")
// followed by a unit, with or without a space: "32KiB", "2GHz", "2.5 ns", "6.4GB/s". Units are
// case-sensitive.
//   byte_count   B KiB MiB GiB TiB, KB kB MB GB TB (powers of ten); a plain integer counts bytes
//   frequency    Hz kHz MHz GHz THz; 1e-6 Hz to 1 THz (simulated time counts picoseconds)
//   duration     ps ns us ms s, exact to the picosecond; "0" needs no unit; "never" is mimd::never
//   data_rate    the units of byte_count with /s; finite, not negative
// Parsing is exact (a result that the type cannot hold exactly, such as 0.3 bytes or 0.5ps, is an error) or,
// for the two real types, correctly rounded. parse(to_string(x)) == x for every x in range. Errors:
// unit_error, one line that quotes the text and says what is allowed.
#ifndef MIMD_INFRASTRUCTURE_UNITS_H
#define MIMD_INFRASTRUCTURE_UNITS_H

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "infrastructure/time.h"

namespace mimd {

struct unit_error : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

struct byte_count {
  std::uint64_t value = 0;
};

struct frequency {
  double hz = 1e9;
  time_ps period_ps() const;  // to the nearest picosecond, at least 1
};

struct duration {
  time_ps ps = 0;
};

struct data_rate {
  double bytes_per_second = 0;
};

constexpr std::uint64_t magnitude(byte_count x) {
  return x.value;
}
constexpr double magnitude(frequency x) {
  return x.hz;
}
constexpr time_ps magnitude(duration x) {
  return x.ps;
}
constexpr double magnitude(data_rate x) {
  return x.bytes_per_second;
}

template <class Quantity, class = decltype(magnitude(Quantity{}))>
constexpr bool operator==(Quantity a, Quantity b) {
  return magnitude(a) == magnitude(b);
}
template <class Quantity, class = decltype(magnitude(Quantity{}))>
constexpr bool operator!=(Quantity a, Quantity b) {
  return magnitude(a) != magnitude(b);
}
template <class Quantity, class = decltype(magnitude(Quantity{}))>
constexpr bool operator<(Quantity a, Quantity b) {
  return magnitude(a) < magnitude(b);
}

byte_count parse_byte_count(std::string_view text);
frequency parse_frequency(std::string_view text);
duration parse_duration(std::string_view text);
data_rate parse_data_rate(std::string_view text);

std::string to_string(byte_count x);
std::string to_string(frequency x);
std::string to_string(duration x);
std::string to_string(data_rate x);

// Plain numbers by the same rules: whole text, no sign for integers, finite; integers also as 0x1f.
std::uint64_t parse_integer(std::string_view text);
double parse_real(std::string_view text);
std::string to_string(double x);  // the shortest decimal that reads back as x

}  // namespace mimd

#endif
