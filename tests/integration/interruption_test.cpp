// How runs end before their program does: Ctrl-C, SIGTERM, --max-time, deadlock. What they leave is valid.
#include "tests/support/interrupted_run.h"
#include "tests/support/uma_run.h"

namespace mimd {
namespace {

using words = std::vector<std::string>;

constexpr std::uint64_t moments = 20;
constexpr unsigned longest_ms = 150;

TEST(interruption, at_any_moment_leaves_valid_outputs) {
  for (std::uint64_t i = 0; i < moments; ++i) test::expect_sound_interruption(SIGINT, i, longest_ms);
}

TEST(interruption, by_sigterm_leaves_valid_outputs) {
  for (std::uint64_t i = 100; i < 104; ++i) test::expect_sound_interruption(SIGTERM, i, longest_ms);
}

// The moments above may all fall before or after the start: this one is in the middle for sure.
TEST(interruption, in_the_middle_of_a_run_keeps_what_was_simulated) {
  for (const char* timing : {"lt", "at"}) {
    const test::outputs_of_a_run outputs;
    words given = test::endless_run(timing);
    for (const std::string& word : outputs.options()) given.push_back(word);
    const test::program_run run =
        test::run_program(std::string(MIMD_BINARY_DIR) + "/mimd-uma", given,
                          test::interruption_plan{SIGINT, std::chrono::milliseconds(400)});
    ASSERT_EQ(run.status, 130) << run;
    EXPECT_NE(run.output.find("cpu_0"), std::string::npos) << "the summary of what was simulated";
    outputs.expect_valid();
    const auto statistics = nlohmann::json::parse(test::text_of(outputs.stats)).at("statistics");
    EXPECT_GT(statistics.at("time_ps").get<std::uint64_t>(), 0u);
    EXPECT_GT(statistics.at("cpu_0.loads").get<std::uint64_t>(), 0u);
    EXPECT_FALSE(test::read_vcd(outputs.waves).changes.empty());
    EXPECT_NE(test::text_of(outputs.log), "");
  }
}

TEST(interruption, max_time_stops_with_status_3_and_valid_outputs) {
  for (const char* timing : {"lt", "at"}) {
    const test::outputs_of_a_run outputs;
    words given = test::endless_run(timing);
    for (const std::string& word : outputs.options()) given.push_back(word);
    given.insert(given.end(), {"--max-time", "50us"});
    const test::program_run run = test::run_mimd_uma(given);
    EXPECT_EQ(run.status, 3) << run;
    EXPECT_EQ(run.error_lines(), 1u) << run;
    EXPECT_NE(run.errors.find("--max-time 50us"), std::string::npos) << run;
    outputs.expect_valid();
  }
}

TEST(interruption, while_processors_poll_counts_their_polls_where_the_cache_counts_them) {
  for (const char* end : {"47us", "71us"}) {
    const test::uma_run run =
        test::run_uma(std::string("--workload lu --max-time ") + end, {"cpu.count=8", "workload.size=32"});
    ASSERT_EQ(run.status, 3) << run.errors;
    std::uint64_t polled = 0;
    for (unsigned i = 0; i < 8; ++i) {
      const std::string cpu = "cpu_" + std::to_string(i);
      const std::uint64_t made = run.count(cpu + ".synchronisation");
      EXPECT_LE(run.count(cpu + ".l1.synchronisation.accesses") - made, 1u) << cpu;  // one may be on its way
      polled += made;
    }
    EXPECT_GT(polled, 500u);
  }
}

struct stuck_trace {
  words threads;
  words named;  // in the line that says who waits for what
};

TEST(interruption, a_deadlock_says_who_waits_for_what) {
  const std::vector<stuck_trace> all{
      {{"K 4000 1\n", "L 5000 4\nK 4000 2\n"}, {"thread 1", "lock 0x4000", "number 2"}},
      {{"K 4000 1\nK 8000 2\n", "K 8000 1\nK 4000 2\n"},
       {"thread 0", "lock 0x8000", "thread 1", "lock 0x4000"}},
      {{"B 4000 1 2\n", "L 5000 4\n"}, {"thread 0", "barrier 0x4000"}},
      {{"V 4000 1\n"}, {"thread 0", "posts at 0x4000"}},
      {{"A 4000 4 3\n"}, {"thread 0", "updates", "0x4000"}},
      {{"L 4000 4\n", "G\n"}, {"thread 1", "creation"}},
      {{"J 1\n", "V 4000 1\n"}, {"thread 0", "end of thread 1", "thread 1", "posts"}},
  };
  for (const stuck_trace& stuck : all) {
    for (const char* timing : {"lt", "at"}) {
      const test::outputs_of_a_run outputs;
      std::string index = "mimd-threads 1\n";
      for (std::size_t i = 0; i < stuck.threads.size(); ++i) {
        const std::string& lines = stuck.threads[i];
        const std::string name = "thread-" + std::to_string(i);
        std::ofstream(outputs.scratch.file(name))
            << "mimd-thread 1 " << i << '\n'
            << lines << "E " << std::count(lines.begin(), lines.end(), '\n') << '\n';
        index += "thread " + std::to_string(i) + ' ' + name + '\n';
      }
      std::ofstream(outputs.scratch.file("index")) << index;
      words given{"--no-progress", "--timing", timing, "--trace", outputs.scratch.file("index")};
      for (const std::string& word : outputs.options()) given.push_back(word);
      const test::program_run run = test::run_mimd_uma(given);
      EXPECT_EQ(run.status, 3) << run;
      EXPECT_EQ(run.error_lines(), 1u) << run;
      for (const std::string& part : stuck.named)
        EXPECT_NE(run.errors.find(part), std::string::npos) << part << run;
      outputs.expect_valid();
    }
  }
}

}  // namespace
}  // namespace mimd
