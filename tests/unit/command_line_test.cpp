#include "platforms/support/command_line.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "infrastructure/atomic_file.h"

namespace {

using namespace mimd;
namespace fs = std::filesystem;

// One run of a machine with two parameters; throws what the machine would print.
struct machine {
  unsigned count = 4;
  byte_count size{32768};
  parameter_set parameters;
  command_line line;
  std::optional<int> status;
  std::string said;
  std::string default_workload = "stream";

  machine() {
    parameters.add("cpu.count", count, between(1, 64), "CPUs");
    parameters.add("l1.size", size, at_least(byte_count{64}), "capacity");
  }
  machine& run(std::vector<std::string> words) {
    platform_description platform{"mimd-test",
                                  "a test",
                                  parameters,
                                  {{"stream", "bandwidth"}, {"fft", "transform"}},
                                  default_workload,
                                  {{"big", "many CPUs", "a book", "[cpu]\ncount = 32\n[l1]\nsize = 1MiB\n"},
                                   {"broken", "wrong", "nowhere", "[cpu]\ncuont = 1\n"}},
                                  true,
                                  false,
                                  nullptr,
                                  nullptr};
    platform.check = [&](const command_line&) {
      if (count == 13) throw parameters.error("cpu.count", "brings bad luck");
    };
    platform.with_statistics = [](const command_line&, const std::function<void(const statistics&)>& show) {
      const std::uint64_t hits = 0;
      statistics s;
      s.add("cpu_0.hits", hits, "hits");
      show(s);
    };
    words.insert(words.begin(), "mimd-test");
    std::vector<const char*> argv;
    for (const std::string& word : words) argv.push_back(word.c_str());
    std::ostringstream out;
    status = parse_command_line(static_cast<int>(argv.size()), argv.data(), platform, line, out);
    said = out.str();
    return *this;
  }
};

std::string error_of(const std::vector<std::string>& words) {
  machine m;
  try {
    m.run(words);
  } catch (const std::runtime_error& e) {
    EXPECT_EQ(std::string(e.what()).find('\n'), std::string::npos);
    return e.what();
  }
  return "accepted";
}

struct scratch {
  const fs::path path = fs::temp_directory_path() / ("mimd_command_line_test_" + std::to_string(getpid()));
  scratch() { fs::create_directory(path); }
  ~scratch() { fs::remove_all(path); }
  std::string operator/(const std::string& name) const { return (path / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path / name) << text;
    return *this / name;
  }
};

TEST(command_line, defaults) {
  machine m;
  m.run({});
  EXPECT_FALSE(m.status);
  EXPECT_EQ(m.line.workload, "stream");
  EXPECT_EQ(m.line.timing, timing_mode::approximate);
  EXPECT_EQ(m.line.seed, 1u);
  EXPECT_EQ(m.line.max_time.ps, never);
  EXPECT_EQ(m.line.trace_scope, "*");
  EXPECT_FALSE(m.line.progress.has_value());
}

TEST(command_line, every_option_reaches_its_value) {
  const scratch folder;
  machine m;
  m.run({"--workload",     "fft",     "--timing=lt",    "--seed",          "9",
         "--max-time",     "2us",     "--stats",        folder / "a.json", "--stats",
         folder / "b.csv", "--vcd",   folder / "w.vcd", "--trace-scope",   "cpu_*",
         "--trace-window", "1us:2us", "--transactions", folder / "t.log",  "--check-coherence",
         "--no-progress",  "--quiet"});
  EXPECT_FALSE(m.status);
  EXPECT_EQ(m.line.workload, "fft");
  EXPECT_EQ(m.line.timing, timing_mode::loose);
  EXPECT_EQ(m.line.seed, 9u);
  EXPECT_EQ(m.line.max_time.ps, 2000000u);
  EXPECT_EQ(m.line.stats.size(), 2u);
  EXPECT_EQ(m.line.vcd, folder / "w.vcd");
  EXPECT_EQ(m.line.trace_scope, "cpu_*");
  EXPECT_EQ(m.line.trace_from, 1000000u);
  EXPECT_EQ(m.line.trace_to, 2000000u);
  EXPECT_EQ(m.line.transactions, folder / "t.log");
  EXPECT_TRUE(m.line.check_coherence);
  EXPECT_EQ(m.line.progress, false);
  EXPECT_TRUE(m.line.quiet);
  EXPECT_TRUE(fs::is_empty(folder.path)) << "checking an output must not create it";
}

TEST(command_line, traces_are_many) {
  const scratch folder;
  const std::string a = folder.write("a,b.din", "x"), b = folder.write("c.din", "x");
  machine m;
  m.run({"--trace", a, b, "--seed", "3"});
  EXPECT_EQ(m.line.traces, (std::vector<std::string>{a, b}));
  EXPECT_EQ(m.line.workload, "");
  EXPECT_EQ(m.line.seed, 3u);
}

TEST(command_line, precedence_does_not_depend_on_position) {
  const scratch folder;
  const std::string first = folder.write("1.ini", "[cpu]\ncount = 2\n[l1]\nsize = 1KiB\n");
  const std::string second = folder.write("2.ini", "[l1]\nsize = 2KiB\n[run]\nseed = 5\ntiming = lt\n");
  machine m;
  m.run({"--set", "cpu.count=8", "--config", first, "--timing", "at", "--set", "cpu.count=9", "--config",
         second, "--preset", "big"});
  EXPECT_EQ(m.count, 9u);
  EXPECT_EQ(m.size.value, 2048u);
  EXPECT_EQ(m.line.seed, 5u);
  EXPECT_EQ(m.line.timing, timing_mode::approximate);
  machine preset;
  preset.run({"--preset", "big", "--config", first});
  EXPECT_EQ(preset.count, 2u);
}

TEST(command_line, a_dump_gives_the_identical_run_and_the_identical_dump) {
  const scratch folder;
  const std::string trace = folder.write("t x;#.din", "x");
  machine a;
  a.run({"--preset", "big", "--set", "l1.size=96B", "--trace", trace, "--seed", "7", "--timing", "lt",
         "--check-coherence", "--dump-config", folder / "d.ini"});
  EXPECT_EQ(a.status, 0);
  machine b;
  b.run({"--config", folder / "d.ini"});
  EXPECT_FALSE(b.status);
  EXPECT_EQ(b.line.traces, std::vector<std::string>{trace});
  EXPECT_EQ(b.line.seed, 7u);
  EXPECT_TRUE(b.line.check_coherence);
  EXPECT_EQ(b.size.value, 96u);
  machine c;
  c.run({"--config", folder / "d.ini", "--dump-config", "-"});
  std::ifstream file(folder / "d.ini");
  EXPECT_EQ(c.said, (std::string(std::istreambuf_iterator<char>(file), {})));
}

TEST(command_line, answers_and_exits) {
  for (const char* option :
       {"--help", "--version", "--list-parameters", "--list-parameters=json", "--list-workloads",
        "--list-parameters=markdown", "--list-statistics", "--list-statistics=json", "--list-presets"}) {
    machine m;
    m.run({option, "--quiet"});
    EXPECT_EQ(m.status, 0) << option;
    EXPECT_FALSE(m.said.empty()) << option;
    if (std::string(option).find("=json") != std::string::npos) {
      EXPECT_TRUE(nlohmann::json::accept(m.said));
    }
  }
  machine m;
  m.run({"--version"});
  EXPECT_EQ(m.said, std::string("mimd-test ") + version() + "\n");
}

TEST(command_line, help_names_every_option_of_the_design) {
  machine m;
  m.run({"--help"});
  for (const char* option : {"config",
                             "set",
                             "preset",
                             "dump-config",
                             "list-parameters",
                             "list-workloads",
                             "list-statistics",
                             "list-presets",
                             "help",
                             "version",
                             "workload",
                             "trace",
                             "program",
                             "timing",
                             "seed",
                             "max-time",
                             "stats",
                             "vcd",
                             "trace-scope",
                             "trace-window",
                             "transactions",
                             "check-coherence",
                             "progress",
                             "no-progress",
                             "quiet"}) {
    EXPECT_NE(m.said.find(std::string("  --") + option), std::string::npos) << option;
  }
}

TEST(command_line, wrong_words_are_errors_that_help) {
  EXPECT_EQ(error_of({"--sede", "3"}), "unknown option '--sede', did you mean '--seed'?");
  EXPECT_EQ(error_of({"--max-tim=3ns"}), "unknown option '--max-tim', did you mean '--max-time'?");
  EXPECT_EQ(error_of({"--work", "fft"}), "unknown option '--work', did you mean '--workload'?");
  EXPECT_EQ(error_of({"-h=1"}), "unknown option '-h', did you mean '--help'?");
  EXPECT_EQ(error_of({"fft"}), "stray word 'fft' (options begin with --, see --help)");
  EXPECT_EQ(error_of({"--", "fft"}), "stray word '--' (see --help)");
  EXPECT_EQ(error_of({""}), "stray word '' (see --help)");
  EXPECT_EQ(error_of({"--quiet", "fft"}), "stray word 'fft' (options begin with --, see --help)");
  EXPECT_EQ(error_of({"--list-parameters", "json"}), "stray word 'json' (options begin with --, see --help)");
  EXPECT_EQ(error_of({"--list-parameters=jsn"}), "--list-parameters: no format 'jsn', did you mean 'json'?");
  EXPECT_EQ(error_of({"--seed", "--quiet"}), "--seed needs a value: N");
  EXPECT_EQ(error_of({"--seed", "1", "--seed", "2"}), "--seed is given twice");
  EXPECT_EQ(
      error_of({"--workload", "ftf"}),
      "--workload: run.workload: 'ftf' is no such word, did you mean 'fft'? (allowed: \"\" | stream | fft)");
  EXPECT_EQ(error_of({"--preset", "bgi"}), "--preset: no preset 'bgi', did you mean 'big'?");
  EXPECT_EQ(error_of({"--preset", "broken"}),
            "preset broken:2: no parameter 'cpu.cuont', did you mean 'cpu.count'?");
  EXPECT_EQ(error_of({"--set", "cpu.count"}), "--set: 'cpu.count' is not NAME=VALUE");
  EXPECT_EQ(error_of({"--set", "cpu.count=13"}), "--set: cpu.count: '13' brings bad luck");
  EXPECT_EQ(error_of({"--program", "/dev/null"}),
            "--program: run.program: '/dev/null' but mimd-test runs no programs");
  EXPECT_EQ(error_of({"--workload", "fft", "--trace", "/dev/null"}),
            "--trace: run.trace: '/dev/null' cannot be combined with run.workload");
}

TEST(command_line, wrong_values_and_files_are_errors) {
  const scratch folder;
  const std::string trace = folder.write("t.din", "x"), config = folder.write("c.ini", "");
  const std::vector<std::vector<std::string>> wrong{
      {"--seed"},
      {"--seed="},
      {"--seed", "-1"},
      {"--quiet=1"},
      {"--timing", "fast"},
      {"--max-time", "3"},
      {"--max-time", "0"},
      {"--trace"},
      {"--trace", "--quiet"},
      {"--trace", folder / "absent"},
      {"--trace", folder.path.string()},
      {"--config", folder / "absent"},
      {"--config", folder.path.string()},
      {"--stats", folder / "a.xml"},
      {"--stats", folder / "no/a.json"},
      {"--stats", folder / "a.json", "--stats", folder / "./a.json"},
      {"--vcd", folder / "a.gtkw"},
      {"--vcd", folder.path.string()},
      {"--vcd", trace, "--trace", trace},
      {"--transactions", config, "--config", config},
      {"--dump-config", folder / "no/a.ini"},
      {"--trace-scope", "x"},
      {"--vcd", folder / "w.vcd", "--trace-window", "3us"},
      {"--vcd", folder / "w.vcd", "--trace-window", "3us:2us"},
      {"--vcd", folder / "w.vcd", "--trace-window", "a:2us"},
      {"--progress", "--no-progress"},
  };
  for (const auto& words : wrong) EXPECT_NE(error_of(words), "accepted") << testing::PrintToString(words);
}

TEST(command_line, something_must_run) {
  machine m;
  m.default_workload = "";
  EXPECT_THROW(m.run({}), usage_error);
}

}  // namespace
