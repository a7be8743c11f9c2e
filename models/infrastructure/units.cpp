#include "infrastructure/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "infrastructure/nearest_name.h"

namespace mimd {

namespace {

// A unit is 10^decimal * 2^binary of the base unit.
struct unit {
  std::string_view name;
  int decimal;
  int binary;
};

constexpr std::array byte_units{
    unit{"TiB", 0, 40}, unit{"GiB", 0, 30}, unit{"MiB", 0, 20}, unit{"KiB", 0, 10}, unit{"TB", 12, 0},
    unit{"GB", 9, 0},   unit{"MB", 6, 0},   unit{"KB", 3, 0},   unit{"kB", 3, 0},   unit{"B", 0, 0}};
constexpr std::array frequency_units{unit{"THz", 12, 0}, unit{"GHz", 9, 0}, unit{"MHz", 6, 0},
                                     unit{"kHz", 3, 0}, unit{"Hz", 0, 0}};
constexpr std::array duration_units{unit{"s", 12, 0}, unit{"ms", 9, 0}, unit{"us", 6, 0}, unit{"ns", 3, 0},
                                    unit{"ps", 0, 0}};
// Decimal units first: rates are published in them.
constexpr std::array rate_units{unit{"TB/s", 12, 0},  unit{"GB/s", 9, 0},   unit{"MB/s", 6, 0},
                                unit{"KB/s", 3, 0},   unit{"kB/s", 3, 0},   unit{"B/s", 0, 0},
                                unit{"TiB/s", 0, 40}, unit{"GiB/s", 0, 30}, unit{"MiB/s", 0, 20},
                                unit{"KiB/s", 0, 10}};

// digits * 10^exponent, without leading or trailing zeros; zero has no digits.
struct decimal {
  std::string digits;
  int exponent = 0;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

[[noreturn]] void fail(std::string_view text, const std::string& why) {
  throw unit_error(in_quotes(text) + why);
}

void normalise(decimal& d) {
  const std::size_t last = d.digits.find_last_not_of('0');
  const std::size_t kept = last == std::string::npos ? 0 : last + 1;
  d.exponent += static_cast<int>(d.digits.size() - kept);
  d.digits.resize(kept);
  d.digits.erase(0,
                 d.digits.find_first_not_of('0') == std::string::npos ? 0 : d.digits.find_first_not_of('0'));
  if (d.digits.empty()) d.exponent = 0;
}

// Reads the number at the front of text and leaves the unit behind.
decimal take_number(std::string_view whole, std::string_view& text) {
  decimal d;
  std::size_t i = 0;
  bool any_digit = false;
  for (; i < text.size() && is_digit(text[i]); ++i, any_digit = true) d.digits += text[i];
  if (i < text.size() && text[i] == '.') {
    for (++i; i < text.size() && is_digit(text[i]); ++i, any_digit = true) {
      d.digits += text[i];
      --d.exponent;
    }
  }
  if (!any_digit) {
    fail(whole, !text.empty() && text.front() == '-' ? " is negative" : " does not start with a number");
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    std::size_t j = i + 1;
    if (j < text.size() && text[j] == '+') ++j;
    int exponent = 0;
    const auto [end, error] = std::from_chars(text.data() + j, text.data() + text.size(), exponent);
    if (error == std::errc() && std::abs(exponent) <= 1000) {
      d.exponent += exponent;
      i = static_cast<std::size_t>(end - text.data());
    } else if (error != std::errc::invalid_argument) {
      fail(whole, " has an exponent beyond 1000");
    }
  }
  if (d.digits.size() > 1000) fail(whole, " has more than 1000 digits");
  text.remove_prefix(i);
  normalise(d);
  return d;
}

template <std::size_t N>
const unit* find_unit(const std::array<unit, N>& units, std::string_view name) {
  const auto found = std::find_if(units.begin(), units.end(), [&](const unit& u) { return u.name == name; });
  return found == units.end() ? nullptr : &*found;
}

template <std::size_t N>
const unit& require_unit(const std::array<unit, N>& units, std::string_view whole, std::string_view name) {
  if (const unit* found = find_unit(units, name)) return *found;
  std::string list;
  std::vector<std::string> names;
  for (auto u = units.rbegin(); u != units.rend(); ++u) {
    list += (list.empty() ? "" : " ") + std::string(u->name);
    names.emplace_back(u->name);
  }
  if (name.empty()) fail(whole, " has no unit (one of " + list + ")");
  fail(whole, " has the unknown unit " + in_quotes(name) + " (one of " + list + "; did you mean " +
                  nearest_name(name, names) + "?)");
}

// The whole number digits * 10^(exponent + u.decimal) * 2^u.binary; an error if it is not whole or too large.
std::uint64_t to_integer(std::string_view whole, decimal d, const unit& u, const char* smallest) {
  d.exponent += u.decimal;
  // Each factor of two that the unit brings removes at most one decimal place: x.5 * 2 is whole.
  int twos = u.binary;
  while (d.exponent < 0 && twos > 0) {
    std::string doubled;
    int carry = 0;
    for (auto c = d.digits.rbegin(); c != d.digits.rend(); ++c) {
      const int twice = 2 * (*c - '0') + carry;
      doubled += static_cast<char>('0' + twice % 10);
      carry = twice / 10;
    }
    if (carry != 0) doubled += '1';
    std::reverse(doubled.begin(), doubled.end());
    d.digits = doubled;
    normalise(d);
    --twos;
  }
  if (d.exponent < 0) fail(whole, std::string(" is not a whole number of ") + smallest);
  constexpr std::uint64_t top = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t value = 0;
  const auto times = [&](std::uint64_t factor) {
    if (value > top / factor) fail(whole, std::string(" is more than 64 bits of ") + smallest);
    value *= factor;
  };
  for (const char c : d.digits) {
    times(10);
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > top - digit) fail(whole, std::string(" is more than 64 bits of ") + smallest);
    value += digit;
  }
  for (int i = 0; i < d.exponent && value != 0; ++i) times(10);
  for (int i = 0; i < twos; ++i) times(2);
  return value;
}

double to_real(std::string_view whole, const decimal& d, const unit& u) {
  if (d.digits.empty()) return 0.0;
  const std::string text = d.digits + "e" + std::to_string(d.exponent + u.decimal);
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc()) value = std::ldexp(value, u.binary);
  if (result.ec != std::errc() || !std::isfinite(value)) fail(whole, " is out of range");
  return value;
}

// The decimal point moved to where the exponent says: 25, -1 -> "2.5".
std::string plain(const decimal& d) {
  if (d.digits.empty()) return "0";
  if (d.exponent >= 0) return d.digits + std::string(static_cast<std::size_t>(d.exponent), '0');
  const auto places = static_cast<std::size_t>(-d.exponent);
  if (places < d.digits.size()) {
    return d.digits.substr(0, d.digits.size() - places) + "." + d.digits.substr(d.digits.size() - places);
  }
  return "0." + std::string(places - d.digits.size(), '0') + d.digits;
}

decimal shortest(double x) {
  std::array<char, 64> buffer{};
  const auto result =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), x, std::chars_format::scientific);
  const std::string text(buffer.data(), result.ptr);
  std::string_view rest = text;
  return take_number(text, rest);
}

int order_of(const decimal& d) {
  return static_cast<int>(d.digits.size()) - 1 + d.exponent;
}

// In the largest decimal unit of which there is at least one.
template <std::size_t N>
std::string in_decimal_unit(decimal d, const std::array<unit, N>& units) {
  const unit* chosen = nullptr;
  for (const unit& u : units) {
    if (u.binary != 0) continue;
    if (chosen == nullptr || u.decimal < chosen->decimal) {
      chosen = &u;
      if (!d.digits.empty() && order_of(d) >= u.decimal) break;
    }
  }
  d.exponent -= chosen->decimal;
  return plain(d) + std::string(chosen->name);
}

}  // namespace

time_ps frequency::period_ps() const {
  const double period = std::round(1e12 / hz);
  return period < 1 ? 1 : static_cast<time_ps>(period);
}

byte_count parse_byte_count(std::string_view text) {
  std::string_view rest = trimmed(text);
  const decimal d = take_number(text, rest);
  rest = trimmed(rest);
  const unit bytes{"B", 0, 0};
  return {to_integer(text, d, rest.empty() ? bytes : require_unit(byte_units, text, rest), "bytes")};
}

frequency parse_frequency(std::string_view text) {
  std::string_view rest = trimmed(text);
  const decimal d = take_number(text, rest);
  const double hz = to_real(text, d, require_unit(frequency_units, text, trimmed(rest)));
  if (hz < 1e-6 || hz > 1e12) fail(text, " is not between 0.000001Hz and 1THz");
  return {hz};
}

duration parse_duration(std::string_view text) {
  std::string_view rest = trimmed(text);
  if (rest == "never") return {never};
  const decimal d = take_number(text, rest);
  rest = trimmed(rest);
  if (rest.empty() && d.digits.empty()) return {0};
  return {to_integer(text, d, require_unit(duration_units, text, rest), "picoseconds")};
}

data_rate parse_data_rate(std::string_view text) {
  std::string_view rest = trimmed(text);
  const decimal d = take_number(text, rest);
  return {to_real(text, d, require_unit(rate_units, text, trimmed(rest)))};
}

std::string to_string(byte_count x) {
  std::string best = std::to_string(x.value) + "B";
  if (x.value == 0) return best;
  for (const unit& u : byte_units) {
    std::uint64_t size = std::uint64_t{1} << u.binary;
    for (int i = 0; i < u.decimal; ++i) size *= 10;
    if (x.value % size != 0) continue;
    const std::string text = std::to_string(x.value / size) + std::string(u.name);
    // "1000B" and "1KB": the unit that needs fewer digits; of equals, the first (binary) one.
    const auto digits = [](const std::string& s) { return s.find_first_not_of("0123456789"); };
    if (digits(text) < digits(best)) best = text;
  }
  return best;
}

std::string to_string(frequency x) {
  return in_decimal_unit(shortest(x.hz), frequency_units);
}

std::string to_string(duration x) {
  if (x.ps == never) return "never";
  decimal d{std::to_string(x.ps), 0};
  normalise(d);
  return in_decimal_unit(d, duration_units);
}

std::string to_string(data_rate x) {
  std::string best = in_decimal_unit(shortest(x.bytes_per_second), rate_units);
  for (const unit& u : rate_units) {
    const double scaled = std::ldexp(x.bytes_per_second, -u.binary);
    if (u.binary == 0 || scaled < 1 || scaled != std::floor(scaled) || scaled >= 1e15) continue;
    const std::string text = std::to_string(static_cast<std::uint64_t>(scaled)) + std::string(u.name);
    if (text.size() < best.size()) best = text;
  }
  return best;
}

std::uint64_t parse_integer(std::string_view text) {
  std::string_view rest = trimmed(text);
  const bool hexadecimal = rest.size() > 2 && rest[0] == '0' && (rest[1] == 'x' || rest[1] == 'X');
  if (hexadecimal) rest.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(rest.data(), rest.data() + rest.size(), value, hexadecimal ? 16 : 10);
  if (error == std::errc::result_out_of_range) fail(text, " does not fit in 64 bits");
  if (error != std::errc() || end != rest.data() + rest.size()) {
    fail(text, !rest.empty() && rest.front() == '-' ? " is negative" : " is not a whole number");
  }
  return value;
}

double parse_real(std::string_view text) {
  const std::string_view rest = trimmed(text);
  double value = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (error != std::errc() || end != rest.data() + rest.size() || !std::isfinite(value)) {
    fail(text, error == std::errc::result_out_of_range ? " is out of range" : " is not a number");
  }
  return value;
}

std::string to_string(double x) {
  std::array<char, 64> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), x);
  return {buffer.data(), result.ptr};
}

}  // namespace mimd
