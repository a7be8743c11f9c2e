#include "infrastructure/gtkw_writer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "support/scratch_files.h"

namespace {

using mimd::gtkw_signal;
using mimd::trace_kind;
using mimd::write_gtkw;
using mimd::test::scratch_directory;
using mimd::test::text_of;

const trace_kind states = trace_kind::words({"I", "S", "E", "M"});

TEST(gtkw_writer, writes_exactly_these_files) {
  const scratch_directory scratch;
  write_gtkw(scratch.file("x.vcd"),
             {{"m.cpu_0.operation", trace_kind::words({"idle", "load"})},
              {"m.cpu_0.l1.state", states},
              {"m.cpu_0.l1.address", trace_kind::integer(32)},
              {"m.bus.waiting", trace_kind::integer(4, trace_kind::radix::decimal)},
              {"m.bus.busy", trace_kind::flag()}},
             {1000, 5 * 1024});
  EXPECT_EQ(
      text_of(scratch.file("x.gtkw")),
      "[*]\n[*] mimd\n[*]\n[dumpfile] \"x.vcd\"\n[savefile] \"x.gtkw\"\n[timestart] 1000\n*-10.000000 -1\n"
      "[size] 1400 900\n[pos] -1 -1\n[sst_expanded] 0\n[signals_width] 200\n"
      "@800200\n-m.cpu_0\n"
      "@2022\n^1 x.operation.filter\n[color] 0\n+{operation} m.cpu_0.operation_code[1:0]\n"
      "@2022\n^2 x.state.filter\n[color] 0\n+{l1 state} m.cpu_0.l1.state_code[2:0]\n"
      "@22\n[color] 4\n+{l1 address} m.cpu_0.l1.address[31:0]\n"
      "@1000200\n-m.cpu_0\n"
      "@800200\n-m.bus\n"
      "@24\n[color] 4\n+{waiting} m.bus.waiting[3:0]\n"
      "@28\n[color] 2\n+{busy} m.bus.busy\n"
      "@1000200\n-m.bus\n"
      "[pattern_trace] 1\n[pattern_trace] 0\n");
  EXPECT_EQ(text_of(scratch.file("x.state.filter")),
            "0 ?gray25?I\n1 ?DarkGreen?S\n2 ?DodgerBlue4?E\n3 ?firebrick4?M\n4 ?red?undefined\n");
}

TEST(gtkw_writer, the_same_table_has_one_filter_and_different_tables_of_one_name_two) {
  const scratch_directory scratch;
  write_gtkw(scratch.file("x.vcd"),
             {{"m.a.state", states},
              {"m.b.state", trace_kind::words({"I", "S", "E", "M"})},
              {"m.c.state", trace_kind::words({"V", "I"})}},
             {});
  EXPECT_TRUE(std::filesystem::exists(scratch.file("x.state.filter")));
  EXPECT_TRUE(std::filesystem::exists(scratch.file("x.state_2.filter")));
  EXPECT_FALSE(std::filesystem::exists(scratch.file("x.state_3.filter")));
  const std::string text = text_of(scratch.file("x.gtkw"));
  EXPECT_NE(text.find("^1 x.state.filter\n[color] 0\n+{state} m.b.state_code"), std::string::npos) << text;
  EXPECT_NE(text.find("^2 x.state_2.filter\n[color] 0\n+{state} m.c.state_code"), std::string::npos) << text;
  EXPECT_EQ(text.find("[timestart]"), std::string::npos) << "no view was asked for";
}

TEST(gtkw_writer, codes_of_a_large_table_are_as_wide_as_gtkwave_prints_them) {
  const scratch_directory scratch;
  std::vector<std::string> words;
  for (int i = 0; i < 20; ++i) words.push_back("w" + std::to_string(i));
  write_gtkw(scratch.file("x.vcd"), {{"m.a.w", trace_kind::words(words)}}, {});
  const std::string text = text_of(scratch.file("x.w.filter"));
  EXPECT_EQ(text.rfind("00 ?", 0), 0U);
  EXPECT_NE(text.find("\n13 ?"), std::string::npos);
  EXPECT_NE(text.find("\n14 ?red?undefined\n"), std::string::npos);
}

TEST(gtkw_writer, more_tables_than_gtkwave_has_filters_are_shown_as_strings) {
  const scratch_directory scratch;
  std::vector<gtkw_signal> signals;
  for (int i = 0; i < 200; ++i) {
    signals.push_back({"m.a.s" + std::to_string(i), trace_kind::words({"w" + std::to_string(i)})});
  }
  write_gtkw(scratch.file("x.vcd"), signals, {});
  const std::string text = text_of(scratch.file("x.gtkw"));
  EXPECT_NE(text.find("^127 "), std::string::npos);
  EXPECT_EQ(text.find("^128 "), std::string::npos);
  EXPECT_NE(text.find("@820\n[color] 0\n+{s199} m.a.s199\n"), std::string::npos);
}

TEST(gtkw_writer, groups_after_the_first_screenful_are_folded) {
  const scratch_directory scratch;
  std::vector<gtkw_signal> signals;
  for (int i = 0; i < 100; ++i)
    signals.push_back({"m.cpu_" + std::to_string(i) + ".busy", trace_kind::flag()});
  write_gtkw(scratch.file("x.vcd"), signals, {});
  const std::string text = text_of(scratch.file("x.gtkw"));
  EXPECT_NE(text.find("@800200\n-m.cpu_47\n@28\n"), std::string::npos);
  EXPECT_NE(text.find("@c00200\n-m.cpu_48\n@1028\n"), std::string::npos);
  EXPECT_NE(text.find("@1401200\n-m.cpu_48\n"), std::string::npos);
}

TEST(gtkw_writer, every_state_of_a_protocol_has_a_colour_of_its_own_kind) {
  std::set<std::string> colours;
  for (const char* state : {"I", "S", "E", "M", "O", "F"}) colours.insert(mimd::colour_of_word(state, 0));
  EXPECT_EQ(colours.size(), 6U);
  EXPECT_STREQ(mimd::colour_of_word("idle", 5), mimd::colour_of_word("I", 0));
}

}  // namespace
