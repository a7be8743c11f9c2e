// A signal at a random moment of a run without end: status 130, and statistics, waves and log that are valid.
#ifndef MIMD_TESTS_SUPPORT_INTERRUPTED_RUN_H
#define MIMD_TESTS_SUPPORT_INTERRUPTED_RUN_H

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "infrastructure/random.h"
#include "tests/support/program_run.h"
#include "tests/support/vcd_reader.h"

namespace mimd::test {

struct outputs_of_a_run {
  explicit outputs_of_a_run(std::string scope = "uma.cpu_0.*,uma.bus.*") : trace_scope(std::move(scope)) {}

  const std::string trace_scope;
  const scratch_directory scratch;
  std::string stats = scratch.file("stats.json");
  std::string waves = scratch.file("waves.vcd");
  std::string log = scratch.file("transactions.json");

  std::vector<std::string> options() const {
    return {"--stats", stats, "--vcd", waves, "--transactions", log, "--trace-scope", trace_scope};
  }
  bool none() const {
    namespace fs = std::filesystem;
    return !fs::exists(stats) && !fs::exists(waves) && !fs::exists(log);
  }
  void expect_valid() const {
    ASSERT_TRUE(std::filesystem::exists(stats));
    const auto document = nlohmann::json::parse(text_of(stats));
    for (const char* part : {"mimd", "parameters", "statistics", "host"})
      EXPECT_TRUE(document.contains(part)) << part;
    const auto time = document.at("statistics").at("time_ps").get<std::uint64_t>();

    EXPECT_EQ(text_of(waves).back(), '\n');
    EXPECT_GE(read_vcd(waves).last_time, time) << "the waves go on to the end";
    EXPECT_TRUE(std::filesystem::exists(scratch.file("waves.gtkw")));

    // Each line begins and ends as one; parsing them all would take longer than the runs.
    std::istringstream lines(text_of(log));
    std::uint64_t number = 0;
    for (std::string line; std::getline(lines, line); ++number) {
      ASSERT_TRUE(line.front() == '{' && line.back() == '}') << line;
      if (number % 97 != 0) continue;
      const auto transaction = nlohmann::json::parse(line);
      EXPECT_LE(transaction.at("begin_ps").get<std::uint64_t>(),
                transaction.at("end_ps").get<std::uint64_t>());
    }
    if (number != 0) {
      EXPECT_EQ(text_of(log).back(), '\n');
    }
    for (const auto& file : std::filesystem::directory_iterator(scratch.file("")))
      EXPECT_NE(file.path().extension(), ".tmp") << "a temporary file is left behind";
  }
};

inline std::vector<std::string> endless_run(const std::string& timing) {
  return {"--no-progress",
          "--timing",
          timing,
          "--workload",
          "stream",
          "--set",
          "l1.size=2KiB",
          "--set",
          "workload.size=8192",
          "--set",
          "workload.iterations=1000000000"};
}

// Before the machine has taken over the signals, a signal ends the process as any other, and nothing is
// there.
inline void expect_sound_interruption(int signal, std::uint64_t number, unsigned longest_ms,
                                      const std::string& machine = "mimd-uma",
                                      const std::string& trace_scope = "uma.cpu_0.*,uma.bus.*") {
  random_generator random(number, 31);
  const outputs_of_a_run outputs(trace_scope);
  std::vector<std::string> words = endless_run(number % 2 == 0 ? "lt" : "at");
  for (const std::string& word : outputs.options()) words.push_back(word);
  const interruption_plan plan{signal, std::chrono::microseconds(random.below(1000 * longest_ms))};
  const program_run run = run_program(std::string(MIMD_BINARY_DIR) + "/" + machine, words, plan);
  SCOPED_TRACE("signal " + std::to_string(signal) + " after " + std::to_string(plan.after.count()) + " us");
  if (run.signal == signal) {
    EXPECT_TRUE(outputs.none()) << run;
    return;
  }
  ASSERT_EQ(run.status, 130) << run;
  EXPECT_EQ(run.error_lines(), 1u) << run;
  EXPECT_NE(run.errors.find("interrupted"), std::string::npos) << run;
  outputs.expect_valid();
}

}  // namespace mimd::test

#endif
