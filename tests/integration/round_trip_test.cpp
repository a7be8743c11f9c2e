// What is bit-reproducible: a dumped configuration, the statistics, the waves and the log of a seed.
#include <atomic>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "infrastructure/random.h"
#include "tests/support/program_run.h"

namespace mimd {
namespace {

using words = std::vector<std::string>;

words joined(words front, const words& back) {
  front.insert(front.end(), back.begin(), back.end());
  return front;
}

test::program_run good_run(const words& given) {
  test::program_run run = test::run_mimd_uma(given);
  EXPECT_EQ(run.status, 0) << test::in_one_line(given) << '\n' << run;
  return run;
}

// The statistics section as text: equal texts are equal bits.
std::string statistics_of(const words& given) {
  const test::scratch_directory scratch;
  const std::string file = scratch.file("s.json");
  good_run(joined(given, {"--quiet", "--no-progress", "--stats", file}));
  return nlohmann::json::parse(test::text_of(file)).at("statistics").dump(1);
}

struct everything {
  std::string statistics, waves, log;
  friend bool operator==(const everything& a, const everything& b) {
    return a.statistics == b.statistics && a.waves == b.waves && a.log == b.log;
  }
};

everything all_of(const words& given) {
  const test::scratch_directory scratch;
  everything result;
  result.statistics = statistics_of(
      joined(given, {"--vcd", scratch.file("w.vcd"), "--transactions", scratch.file("t.json")}));
  result.waves = test::text_of(scratch.file("w.vcd"));
  result.log = test::text_of(scratch.file("t.json"));
  return result;
}

// Settings that are all valid together.
words random_settings(std::uint64_t number) {
  random_generator random(number, 5);
  const std::vector<words> choices{
      {"cpu.count=1", "cpu.count=2", "cpu.count=7"},
      {"cpu.clock=1GHz", "cpu.clock=3GHz", "cpu.clock=123.456789MHz"},
      {"cpu.consistency=sc", "cpu.consistency=tso"},
      {"cpu.outstanding=1", "cpu.outstanding=4"},
      {"coherence.protocol=msi", "coherence.protocol=moesi", "coherence.protocol=mesif",
       "coherence.protocol=dragon"},
      {"l1.size=1KiB", "l1.size=8KiB", "l1.size=0.25KiB"},
      {"l1.ways=1", "l1.ways=4"},
      {"l1.line=16", "l1.line=64"},
      {"l1.replacement=tree-plru", "l1.replacement=random", "l1.replacement=srrip", "l1.replacement=fifo"},
      {"l2.size=0", "l2.size=64KiB l2.ways=4"},
      {"l1.classify_misses=true", "l1.classify_misses=false"},
      {"bus.clock=100MHz", "bus.clock=33.333MHz"},
      {"bus.split=true", "bus.split=false"},
      {"bus.arbitration=fcfs", "bus.arbitration=fixed-priority"},
      {"memory.access_time=60ns memory.cycle_time=0.1us",
       "memory.access_time=1.5ns memory.cycle_time=123456ps", "memory.access_time=333ps",
       "memory.page_mode=true memory.precharge=12.5ns"},
      {"memory.bandwidth=0B/s", "memory.bandwidth=6.4GB/s", "memory.bandwidth=1.1MB/s"},
      {"run.workload=random-test", "run.workload=radix-sort", "run.workload=histogram"},
      {"run.timing=lt", "run.timing=at"},
      {"run.seed=1", "run.seed=18446744073709551615"},
  };
  words settings{"--set", "workload.size=200"};
  for (const words& of_one : choices) {
    std::istringstream one(of_one[random.below(of_one.size())]);  // one setting, or some that need each other
    for (std::string setting; one >> setting;) {
      settings.push_back("--set");
      settings.push_back(setting);
    }
  }
  return settings;
}

TEST(round_trip, a_dump_read_back_gives_the_same_bytes_and_the_same_run) {
  const test::scratch_directory scratch;
  const std::string first = scratch.file("first.ini");
  const std::string second = scratch.file("second.ini");
  for (std::uint64_t i = 0; i < 16; ++i) {
    const words settings = i == 0 ? words{"--set", "workload.size=200"} : random_settings(i);
    SCOPED_TRACE(test::in_one_line(settings));
    good_run(joined(settings, {"--dump-config", first}));
    good_run({"--config", first, "--dump-config", second});
    EXPECT_EQ(test::text_of(first), test::text_of(second));
    EXPECT_EQ(good_run({"--config", second, "--dump-config", "-"}).output, test::text_of(first));
    EXPECT_EQ(statistics_of(settings), statistics_of({"--config", first}));
  }
}

// Names that need quoting, and files whose names do.
TEST(round_trip, a_dump_keeps_every_text) {
  const test::scratch_directory scratch;
  const std::string file = scratch.file("d.ini");
  const words odd{"a b",        "with,comma", "quote\"s", "back\\slash", "#hash",
                  "semi;colon", " blanks ",   "t\tab",    "\xc3\xa9"};
  words given{"--dump-config", file, "--trace"};
  for (const std::string& name : odd) {
    std::ofstream(scratch.file(name)) << "0 1000\n";
    given.push_back(scratch.file(name));
  }
  given.insert(given.end(), {"--set", "cpu.count=16"});
  good_run(given);
  EXPECT_EQ(good_run({"--config", file, "--dump-config", "-"}).output, test::text_of(file));
  const auto statistics = nlohmann::json::parse(statistics_of({"--config", file}));
  for (std::size_t i = 0; i < odd.size(); ++i)
    EXPECT_EQ(statistics.at("cpu_" + std::to_string(i) + ".loads").get<int>(), 1) << odd[i];
}

TEST(reproducible, the_same_seed_gives_the_same_bits) {
  for (const char* workload : {"random-test", "lock-contention", "stream"}) {
    for (const char* timing : {"lt", "at"}) {
      const words given{"--workload", workload, "--timing", timing,
                        "--seed",     "7",      "--set",    "workload.size=300"};
      SCOPED_TRACE(test::in_one_line(given));
      const everything one = all_of(given);
      EXPECT_NE(one.waves, "");
      EXPECT_NE(one.log, "");
      EXPECT_TRUE(one == all_of(given));
      EXPECT_EQ(one.statistics, statistics_of(given)) << "tracing changes no statistic";
    }
  }
}

TEST(reproducible, another_seed_gives_another_run) {
  const auto run = [](const char* seed) {
    return statistics_of({"--workload", "random-test", "--set", "workload.size=300", "--seed", seed});
  };
  EXPECT_NE(run("1"), run("2"));
}

// Progress pauses the kernel at moments of the host's time; a loaded host moves them.
TEST(reproducible, neither_progress_nor_the_load_of_the_host_changes_a_bit) {
  for (const char* timing : {"lt", "at"}) {
    const words given{"--workload",    "stream",       "--timing", timing,
                      "--set",         "l1.size=2KiB", "--set",    "workload.size=16384",
                      "--trace-scope", "uma.bus.*"};
    const test::scratch_directory scratch;
    const auto run = [&](const char* progress) {
      const std::string waves = scratch.file("w.vcd");
      const std::string log = scratch.file("t");
      const std::string stats = scratch.file("s.json");
      good_run(joined(given, {progress, "--quiet", "--vcd", waves, "--transactions", log, "--stats", stats}));
      return everything{nlohmann::json::parse(test::text_of(stats)).at("statistics").dump(1),
                        test::text_of(waves), test::text_of(log)};
    };
    const everything calm = run("--no-progress");
    std::atomic<bool> over{false};
    std::vector<std::thread> load;
    for (int i = 0; i < 3; ++i) {
      load.emplace_back([&over] {
        while (!over) {
        }
      });
    }
    EXPECT_TRUE(calm == run("--progress")) << timing;
    over = true;
    for (std::thread& t : load) t.join();
  }
}

}  // namespace
}  // namespace mimd
