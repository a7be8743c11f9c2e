#include "infrastructure/units.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "infrastructure/nearest_name.h"

namespace {

using namespace mimd;

template <class Parse>
std::string message_of(Parse parse, const std::string& text) {
  try {
    parse(text);
  } catch (const unit_error& e) {
    EXPECT_EQ(std::string(e.what()).find('\n'), std::string::npos);
    return e.what();
  }
  return "accepted";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(units, reads_every_unit_of_bytes) {
  EXPECT_EQ(parse_byte_count("32KiB").value, 32768u);
  EXPECT_EQ(parse_byte_count("1 MiB").value, 1048576u);
  EXPECT_EQ(parse_byte_count("3GiB").value, 3221225472u);
  EXPECT_EQ(parse_byte_count("1TiB").value, std::uint64_t{1} << 40);
  EXPECT_EQ(parse_byte_count("5KB").value, 5000u);
  EXPECT_EQ(parse_byte_count("5kB").value, 5000u);
  EXPECT_EQ(parse_byte_count("2MB").value, 2000000u);
  EXPECT_EQ(parse_byte_count("2GB").value, 2000000000u);
  EXPECT_EQ(parse_byte_count("64").value, 64u);
  EXPECT_EQ(parse_byte_count("64B").value, 64u);
  EXPECT_EQ(parse_byte_count("1.5KiB").value, 1536u);
  EXPECT_EQ(parse_byte_count("0.0009765625KiB").value, 1u);
  EXPECT_EQ(parse_byte_count("18446744073709551615").value, ~std::uint64_t{0});
}

TEST(units, refuses_bytes_that_are_not_exact_or_do_not_fit) {
  for (const char* text : {"", "KiB", "-1B", "0.5B", "1.1KiB", "18446744073709551616", "16777216TiB",
                           "1e400B", "nan", "1b", "1kib", "1KiBs", "1 2", "1..2B", "0x10B"}) {
    EXPECT_THROW(parse_byte_count(text), unit_error) << text;
  }
}

TEST(units, names_the_nearest_unit) {
  EXPECT_TRUE(has(message_of(parse_byte_count, "32kib"), "did you mean KiB?"));
  EXPECT_TRUE(has(message_of(parse_frequency, "2Ghz"), "did you mean GHz?"));
  EXPECT_TRUE(has(message_of(parse_duration, "10"), "no unit (one of ps ns us ms s)"));
  EXPECT_TRUE(has(message_of(parse_duration, "-3ns"), "negative"));
  EXPECT_TRUE(has(message_of(parse_duration, "10\nns"), "'10\\x0ans'"));
}

TEST(units, durations_are_exact) {
  EXPECT_EQ(parse_duration("2.5ns").ps, 2500u);
  EXPECT_EQ(parse_duration("0.001ns").ps, 1u);
  EXPECT_EQ(parse_duration("1s").ps, 1000000000000u);
  EXPECT_EQ(parse_duration("0.1us").ps, 100000u);
  EXPECT_EQ(parse_duration("18446744.073709551614s").ps, never - 1);
  EXPECT_EQ(parse_duration("1e-3us").ps, 1000u);
  EXPECT_EQ(parse_duration("0").ps, 0u);
  EXPECT_EQ(parse_duration("never").ps, never);
  for (const char* text : {"0.5ps", "1.0001ns", "10m", "10sec", "5", "18446745s"}) {
    EXPECT_THROW(parse_duration(text), unit_error) << text;
  }
}

TEST(units, frequencies_have_a_period) {
  EXPECT_EQ(parse_frequency("2GHz").period_ps(), 500u);
  EXPECT_EQ(parse_frequency("3GHz").period_ps(), 333u);
  EXPECT_EQ(parse_frequency("150 MHz").period_ps(), 6667u);
  EXPECT_EQ(parse_frequency("1THz").period_ps(), 1u);
  EXPECT_EQ(frequency{3e12}.period_ps(), 1u);
  for (const char* text : {"0Hz", "2", "1.1THz", "1e-7Hz", "-1Hz"})
    EXPECT_THROW(parse_frequency(text), unit_error) << text;
}

TEST(units, reads_rates) {
  EXPECT_EQ(parse_data_rate("6.4GB/s").bytes_per_second, 6.4e9);
  EXPECT_EQ(parse_data_rate("1KiB/s").bytes_per_second, 1024.0);
  EXPECT_EQ(parse_data_rate("0B/s").bytes_per_second, 0.0);
  EXPECT_THROW(parse_data_rate("6.4GB"), unit_error);
  EXPECT_THROW(parse_data_rate("1e999B/s"), unit_error);
}

TEST(units, prints_as_people_write) {
  EXPECT_EQ(to_string(byte_count{32768}), "32KiB");
  EXPECT_EQ(to_string(byte_count{64}), "64B");
  EXPECT_EQ(to_string(byte_count{0}), "0B");
  EXPECT_EQ(to_string(byte_count{1000}), "1KB");
  EXPECT_EQ(to_string(byte_count{1536}), "1536B");
  EXPECT_EQ(to_string(byte_count{1024u * 1024u}), "1MiB");
  EXPECT_EQ(to_string(frequency{2e9}), "2GHz");
  EXPECT_EQ(to_string(frequency{133.25e6}), "133.25MHz");
  EXPECT_EQ(to_string(frequency{0.5}), "0.5Hz");
  EXPECT_EQ(to_string(duration{10000}), "10ns");
  EXPECT_EQ(to_string(duration{2500}), "2.5ns");
  EXPECT_EQ(to_string(duration{0}), "0ps");
  EXPECT_EQ(to_string(duration{never}), "never");
  EXPECT_EQ(to_string(data_rate{6.4e9}), "6.4GB/s");
  EXPECT_EQ(to_string(data_rate{1048576.0}), "1MiB/s");
  EXPECT_EQ(to_string(data_rate{0}), "0B/s");
}

TEST(units, what_is_printed_reads_back_as_the_same_value) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t whole = random() >> (random() % 64);
    EXPECT_EQ(parse_byte_count(to_string(byte_count{whole})).value, whole);
    EXPECT_EQ(parse_duration(to_string(duration{whole})).ps, whole);
    const double hz =
        std::generate_canonical<double, 53>(random) * std::pow(10.0, static_cast<int>(random() % 12));
    if (hz >= 1e-6) {
      EXPECT_EQ(parse_frequency(to_string(frequency{hz})).hz, hz);
    }
    const double rate =
        std::generate_canonical<double, 53>(random) * std::pow(10.0, static_cast<int>(random() % 600) - 300);
    EXPECT_EQ(parse_data_rate(to_string(data_rate{rate})).bytes_per_second, rate);
    EXPECT_EQ(parse_real(to_string(rate)), rate);
    const double binary = static_cast<double>(whole >> 12) * 1024;
    EXPECT_EQ(parse_data_rate(to_string(data_rate{binary})).bytes_per_second, binary);
  }
  const double largest = std::numeric_limits<double>::max();
  EXPECT_EQ(parse_data_rate(to_string(data_rate{largest})).bytes_per_second, largest);
}

TEST(units, plain_numbers_are_strict) {
  EXPECT_EQ(parse_integer("42"), 42u);
  EXPECT_EQ(parse_integer("0x1F"), 31u);
  for (const char* text : {"", "-1", "+1", "4.0", "1e3", "0x", "18446744073709551616", "1 2", "4k"}) {
    EXPECT_THROW(parse_integer(text), unit_error) << text;
  }
  EXPECT_EQ(parse_real("-2.5e-3"), -0.0025);
  for (const char* text : {"", "nan", "inf", "1e999", "1,5", "0.5x"})
    EXPECT_THROW(parse_real(text), unit_error) << text;
}

TEST(nearest_name, forgives_typing_errors_and_forgotten_sections) {
  const std::vector<std::string> names{"l1.ways", "l1.size", "bus.clock", "", "bus.arbitration"};
  EXPECT_EQ(nearest_name("l1.sise", names), "l1.size");
  EXPECT_EQ(nearest_name("l1.szie", names), "l1.size");
  EXPECT_EQ(nearest_name("clock", names), "bus.clock");
  EXPECT_EQ(nearest_name("bus.arb", names), "bus.arbitration");
  EXPECT_EQ(nearest_name("BUS.CLOCK", names), "bus.clock");
  EXPECT_EQ(nearest_name("x", {}), "");
}

}  // namespace
