#include "infrastructure/parameters.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

namespace {

using namespace mimd;

enum class colour { red, green };

struct example {
  byte_count size{32768};
  unsigned ways = 4;
  std::uint64_t seed = 1;
  double load = 0.5;
  bool split = false;
  std::string title;
  std::string policy = "lru";
  colour paint = colour::green;
  frequency clock{1e9};
  duration access{10000};
  data_rate rate{6.4e9};
  std::vector<std::string> files;
  parameter_set parameters;

  example() {
    parameters.add("l1.size", size, between(byte_count{64}, byte_count{1 << 20}).power_of_two(), "capacity");
    parameters.add("l1.ways", ways, between(1, 64), "associativity");
    parameters.add("run.seed", seed, any, "seed");
    parameters.add("traffic.load", load, between(0, 1.0), "offered load");
    parameters.add("bus.split", split, any, "split transactions");
    parameters.add("run.title", title, any, "title of the run");
    parameters.add_choice("l1.replacement", policy, {"lru", "fifo", "random"}, "who leaves");
    parameters.add_choice("run.paint", paint, {{"red", colour::red}, {"green", colour::green}}, "colour");
    parameters.add("cpu.clock", clock, any, "clock");
    parameters.add("memory.access_time", access, at_least(duration{1}), "access time");
    parameters.add("memory.bandwidth", rate, any, "bandwidth");
    parameters.add("run.files", files, any, "files");
  }

  std::string dump() const {
    std::ostringstream out;
    parameters.dump(out);
    return out.str();
  }
  std::string error_of(const std::string& ini) {
    try {
      parameters.load_ini_text(ini, "m.ini");
    } catch (const parameter_error& e) {
      return e.what();
    }
    return "accepted";
  }
  std::string error_of(const std::string& name, const std::string& text) {
    try {
      parameters.set(name, text, "--set");
    } catch (const parameter_error& e) {
      return e.what();
    }
    return "accepted";
  }
};

TEST(parameters, set_their_variables) {
  example x;
  x.parameters.set("l1.size", "64KiB", "--set");
  x.parameters.set("l1.ways", "8", "--set");
  x.parameters.set("traffic.load", "0.25", "--set");
  x.parameters.set("bus.split", "on", "--set");
  x.parameters.set("l1.replacement", "fifo", "--set");
  x.parameters.set("run.paint", "red", "--set");
  x.parameters.set("cpu.clock", "2.5GHz", "--set");
  x.parameters.set("memory.access_time", "60ns", "--set");
  x.parameters.set("memory.bandwidth", "1GiB/s", "--set");
  x.parameters.set("run.files", "a,b\\,c,d\\\\e", "--set");
  EXPECT_EQ(x.size.value, 65536u);
  EXPECT_EQ(x.ways, 8u);
  EXPECT_EQ(x.load, 0.25);
  EXPECT_TRUE(x.split);
  EXPECT_EQ(x.policy, "fifo");
  EXPECT_EQ(x.paint, colour::red);
  EXPECT_EQ(x.clock.hz, 2.5e9);
  EXPECT_EQ(x.access.ps, 60000u);
  EXPECT_EQ(x.rate.bytes_per_second, 1073741824.0);
  EXPECT_EQ(x.files, (std::vector<std::string>{"a", "b,c", "d\\e"}));
  EXPECT_EQ(x.parameters.text("run.files"), "a,b\\,c,d\\\\e");
  EXPECT_EQ(x.parameters.origin("l1.ways"), "--set");
  EXPECT_EQ(x.parameters.origin("run.seed"), "default");
}

TEST(parameters, a_wrong_value_names_origin_parameter_value_and_range_and_changes_nothing) {
  example x;
  EXPECT_EQ(x.error_of("l1.size", "48KiB"),
            "--set: l1.size: '48KiB' is not allowed (allowed: a power of two, 64B to 1MiB)");
  EXPECT_EQ(x.error_of("l1.ways", "0"), "--set: l1.ways: '0' is not allowed (allowed: 1 to 64)");
  EXPECT_EQ(x.error_of("traffic.load", "1.5"), "--set: traffic.load: '1.5' is not allowed (allowed: 0 to 1)");
  EXPECT_EQ(
      x.error_of("l1.replacement", "lfu"),
      "--set: l1.replacement: 'lfu' is no such word, did you mean 'lru'? (allowed: lru | fifo | random)");
  EXPECT_EQ(x.error_of("run.seed", "-1"), "--set: run.seed: '-1' is negative");
  EXPECT_NE(x.error_of("l1.ways", "4294967297"), "accepted");
  EXPECT_NE(x.error_of("l1.size", "2MiB"), "accepted");
  EXPECT_NE(x.error_of("bus.split", "maybe"), "accepted");
  EXPECT_NE(x.error_of("memory.access_time", "0"), "accepted");
  EXPECT_NE(x.error_of("run.files", "a,,b"), "accepted");
  EXPECT_NE(x.error_of("run.title", std::string("a\0b", 3)), "accepted");
  EXPECT_EQ(x.dump(), example().dump());
}

TEST(parameters, a_wrong_name_is_answered_by_the_nearest) {
  example x;
  EXPECT_EQ(x.error_of("l1.sise", "1"), "--set: no parameter 'l1.sise', did you mean 'l1.size'?");
  EXPECT_EQ(x.error_of("ways", "1"), "--set: no parameter 'ways', did you mean 'l1.ways'?");
  EXPECT_EQ(parameter_set().contains("a.b"), false);
}

TEST(parameters, reads_ini) {
  example x;
  x.parameters.load_ini_text(
      "\xef\xbb\xbf; comment\r\n# another\r\nrun.seed = 7\r\n\r\n[l1]   # section\r\n  size=64KiB ; "
      "inline\r\nways =\t2\r\n"
      "[run]\ntitle = \"a # \\\"b\\\"\\n\\x01\" # end\n[ cpu ]\nclock = 2 GHz",
      "m.ini");
  EXPECT_EQ(x.seed, 7u);
  EXPECT_EQ(x.size.value, 65536u);
  EXPECT_EQ(x.ways, 2u);
  EXPECT_EQ(x.title, "a # \"b\"\n\x01");
  EXPECT_EQ(x.clock.hz, 2e9);
  EXPECT_EQ(x.parameters.origin("l1.size"), "m.ini:6");
}

TEST(parameters, bad_ini_names_file_and_line) {
  example x;
  EXPECT_EQ(x.error_of("\n\nl1.sise = 3\n"), "m.ini:3: no parameter 'l1.sise', did you mean 'l1.size'?");
  EXPECT_EQ(x.error_of("[l1]\nways = x"), "m.ini:2: l1.ways: 'x' is not a whole number (allowed: 1 to 64)");
  EXPECT_EQ(x.error_of("[l1]\nways = 1\n[run]\n[l1]\nways = 2"),
            "m.ini:5: l1.ways: is already set in line 2");
  EXPECT_EQ(x.error_of("[l1\n"), "m.ini:1: '[l1' is not a section, [name]");
  EXPECT_EQ(x.error_of("[]\n"), "m.ini:1: '[]' is not a section, [name]");
  EXPECT_EQ(x.error_of("hello\n"), "m.ini:1: 'hello' is neither 'name = value' nor [section] nor # comment");
  EXPECT_EQ(x.error_of("= 3\n"), "m.ini:1: '= 3' is neither 'name = value' nor [section] nor # comment");
  for (const char* bad :
       {"run.title = \"open", "run.title = \"a\" b", "run.title = \"\\q\"", "run.title = \"\\x1\""}) {
    EXPECT_NE(x.error_of(bad).find("bad quoted value"), std::string::npos) << bad;
  }
  EXPECT_THROW(x.parameters.load_ini("/nonexistent/m.ini"), parameter_error);
  EXPECT_THROW(x.parameters.load_ini("/"), parameter_error);
}

TEST(parameters, garbage_is_an_error_of_one_line_and_never_a_crash) {
  std::mt19937 random(3);
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (auto n = random() % 60; n > 0; --n) {
      text += random() % 3 == 0 ? static_cast<char>(random()) : "[]=\"\\#; l1.size\n"[random() % 16];
    }
    example x;
    const std::string message = x.error_of(text);
    EXPECT_EQ(message.find('\n'), std::string::npos);
  }
}

TEST(parameters, a_dump_read_back_dumps_the_same_bytes) {
  example x;
  x.parameters.set("l1.size", "1MiB", "--set");
  x.parameters.set("traffic.load", "0.1", "--set");
  x.parameters.set("cpu.clock", "133.333333MHz", "--set");
  x.parameters.set("memory.access_time", "1.234567us", "--set");
  const std::string first = x.dump();
  for (const std::string& title :
       {std::string(""), std::string(" spaces "), std::string("a;b"), std::string("\"q\""),
        std::string("line\nline\r\t"), std::string("back\\slash"), std::string("[x]"),
        std::string("\x7f\x01 \xc3\xa4"), std::string("#")}) {
    x.parameters.set("run.title", title, "--set");
    x.parameters.set("run.files", title.empty() ? "" : list_text({title, "b,c"}), "--set");
    example y;
    y.parameters.load_ini_text(x.dump(), "dump.ini");
    EXPECT_EQ(y.title, title);
    EXPECT_EQ(y.files, x.files);
    EXPECT_EQ(y.dump(), x.dump());
  }
  EXPECT_NE(first, example().dump());
  EXPECT_EQ(example().dump().find(" \n"), std::string::npos) << "trailing blanks";
}

TEST(parameters, a_contradictory_declaration_is_an_error_of_the_program) {
  parameter_set p;
  unsigned ways = 0;
  double load = 1;
  std::string word = "x";
  EXPECT_THROW(p.add("l1.ways", ways, at_least(1), ""), std::logic_error);
  EXPECT_THROW(p.add("a.load", load, bounds<double>{{}, {}, true}, ""), std::logic_error);
  EXPECT_THROW(p.add_choice("a.word", word, {"y"}, ""), std::logic_error);
  for (const char* bad : {"", "size", "a..b", ".a", "a.", "A.b", "a b.c"}) {
    EXPECT_THROW(p.add(bad, ways, any, ""), std::logic_error) << bad;
  }
  p.add("l1.ways", ways, any, "");
  EXPECT_THROW(p.add("l1.ways", ways, any, ""), std::logic_error);
}

TEST(parameters, zero_is_a_power_of_two_only_where_the_range_says_zero) {
  parameter_set p;
  unsigned a = 1, b = 1;
  p.add("x.a", a, any_value(), "");
  p.add("x.b", b, at_least(0).power_of_two(), "");
  unsigned c = 1;
  p.add("x.c", c, at_least(1).power_of_two(), "");
  p.set("x.b", "0", "--set");
  EXPECT_THROW(p.set("x.c", "0", "--set"), parameter_error);
  EXPECT_THROW(p.set("x.b", "3", "--set"), parameter_error);
}

TEST(parameters, rules_of_the_machine_can_name_the_origin) {
  example x;
  x.parameters.load_ini_text("\nl1.ways = 3\n", "m.ini");
  EXPECT_STREQ(x.parameters.error("l1.ways", "does not divide the size").what(),
               "m.ini:2: l1.ways: '3' does not divide the size");
}

TEST(parameters, lists_are_complete_and_json_is_json) {
  example x;
  std::ostringstream table, json, markdown, values;
  x.parameters.list(table);
  x.parameters.list_json(json);
  x.parameters.list_markdown(markdown);
  x.parameters.write_json(values, "");
  const auto parsed = nlohmann::json::parse(json.str());
  ASSERT_EQ(parsed.size(), x.parameters.size());
  EXPECT_EQ(parsed[0]["name"], "l1.size");
  EXPECT_EQ(parsed[0]["unit"], "B");
  EXPECT_EQ(parsed[0]["default"], "32KiB");
  const auto flat = nlohmann::json::parse(values.str());
  EXPECT_EQ(flat["l1.ways"], 4);
  EXPECT_EQ(flat["bus.split"], false);
  EXPECT_EQ(flat["l1.size"], "32KiB");
  for (std::size_t i = 0; i < x.parameters.size(); ++i) {
    EXPECT_NE(table.str().find(x.parameters.at(i).name), std::string::npos);
    EXPECT_NE(markdown.str().find("`" + x.parameters.at(i).name + "`"), std::string::npos);
  }
  EXPECT_NE(markdown.str().find("lru \\| fifo"), std::string::npos);
}

}  // namespace
