#include "infrastructure/vcd_writer.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/vcd_reader.h"

namespace {

using mimd::vcd_writer;
using mimd::test::read_vcd;
using mimd::test::scratch_directory;
using mimd::test::text_of;

TEST(vcd_writer, writes_exactly_this_file) {
  const scratch_directory scratch;
  vcd_writer writer(scratch.file("x.vcd"));
  const auto state = writer.add_text("m.cpu.state");
  const auto address = writer.add_integer("m.cpu.address", 8);
  const auto busy = writer.add_integer("m.busy", 1);
  writer.begin("a comment");
  writer.time(0);
  writer.begin_values();
  writer.text(state, "I");
  writer.integer(address, 0);
  writer.integer(busy, 0);
  writer.end_values();
  writer.time(1250);
  writer.text(state, "MODIFIED");
  writer.integer(address, 0x8a);
  writer.integer(busy, 1);
  writer.close();
  EXPECT_EQ(
      text_of(scratch.file("x.vcd")),
      "$version mimd $end\n$comment a comment $end\n$timescale 1ps $end\n"
      "$scope module m $end\n$var wire 1 # busy $end\n"
      "$scope module cpu $end\n$var string 1 ! state $end\n$var wire 8 \" address [7:0] $end\n$upscope $end\n"
      "$upscope $end\n$enddefinitions $end\n"
      "#0\n$dumpvars\nsI !\nb0 \"\n0#\n$end\n"
      "#1250\nsMODIFIED !\nb10001010 \"\n1#\n");
}

TEST(vcd_writer, codes_of_20000_variables_are_different_and_short) {
  const scratch_directory scratch;
  vcd_writer writer(scratch.file("x.vcd"));
  std::vector<vcd_writer::variable> variables;
  for (int i = 0; i < 20000; ++i) {
    variables.push_back(writer.add_integer("m.s" + std::to_string(i % 100) + ".v" + std::to_string(i), 16));
  }
  writer.begin("");
  writer.time(7);
  for (unsigned i = 0; i < 20000; ++i) writer.integer(variables[i], i);
  writer.close();
  const auto vcd = read_vcd(scratch.file("x.vcd"));  // refuses a code used twice
  ASSERT_EQ(vcd.changes.size(), 20000U);
  for (unsigned i = 0; i < 20000; ++i) {
    EXPECT_EQ(vcd.changes[i].name, "m.s" + std::to_string(i % 100) + ".v" + std::to_string(i));
    EXPECT_EQ(std::stoull(vcd.changes[i].value, nullptr, 2), i);
  }
  EXPECT_NE(text_of(scratch.file("x.vcd")).find(" !!\"\n"), std::string::npos);  // three characters suffice
}

TEST(vcd_writer, every_number_of_64_bits_comes_back) {
  const scratch_directory scratch;
  vcd_writer writer(scratch.file("x.vcd"));
  const auto number = writer.add_integer("m.n", 64);
  writer.begin("");
  std::vector<std::uint64_t> values = {0, 1, ~std::uint64_t{0}};
  for (unsigned bit = 1; bit < 64; ++bit) {
    values.push_back(std::uint64_t{1} << bit);
    values.push_back((std::uint64_t{1} << bit) - 1);
    values.push_back(0x9e3779b97f4a7c15U >> bit);
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    writer.time(i);
    writer.integer(number, values[i]);
  }
  writer.close();
  const auto vcd = read_vcd(scratch.file("x.vcd"));
  ASSERT_EQ(vcd.changes.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(std::stoull(vcd.changes[i].value, nullptr, 2), values[i]);
    EXPECT_TRUE(vcd.changes[i].value == "0" || vcd.changes[i].value[0] == '1') << "leading zero";
  }
}

TEST(vcd_writer, is_valid_after_every_flush) {
  const scratch_directory scratch;
  vcd_writer writer(scratch.file("x.vcd"));
  const auto word = writer.add_text("m.w");
  writer.begin("");
  for (unsigned i = 0; i < 20000; ++i) {  // several buffers
    writer.time(i);
    writer.text(word, "word_" + std::to_string(i));
    if (i % 4999 == 0) {
      writer.flush();
      EXPECT_EQ(read_vcd(scratch.file("x.vcd")).changes.size(), i + 1);
    } else if (i % 1000 == 0) {
      const std::string written = text_of(scratch.file("x.vcd"));
      EXPECT_EQ(written.back(), '\n');
    }
  }
}

TEST(vcd_writer, a_file_that_cannot_be_written_is_named) {
  try {
    vcd_writer writer("/nonexistent/x.vcd");
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("/nonexistent/x.vcd"), std::string::npos) << error.what();
  }
}

TEST(vcd_writer, a_full_disk_is_reported_by_close_and_never_before) {
  vcd_writer writer("/dev/full");
  const auto word = writer.add_text("m.w");
  writer.begin("");
  for (unsigned i = 0; i < 30000; ++i) writer.text(word, "something");
  EXPECT_THROW(writer.close(), std::runtime_error);
}

}  // namespace
