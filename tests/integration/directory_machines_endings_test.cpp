// How runs of mimd-numa and mimd-coma end before their program does - Ctrl-C, --max-time, deadlock - and what
// they leave.
#include "tests/support/interrupted_run.h"

namespace mimd {
namespace {

using words = std::vector<std::string>;

class directory_machines_endings : public testing::TestWithParam<std::string> {
 protected:
  std::string program() const { return "mimd-" + GetParam(); }
  std::string scope() const { return GetParam() + ".cpu_0.*," + GetParam() + ".node_*"; }
  test::program_run run(const words& given) const {
    return test::run_program(std::string(MIMD_BINARY_DIR) + '/' + program(), given);
  }
};

TEST_P(directory_machines_endings, an_interruption_at_any_moment_leaves_valid_outputs) {
  for (std::uint64_t i = 200; i < 216; ++i)
    test::expect_sound_interruption(SIGINT, i, 150, program(), scope());
}

TEST_P(directory_machines_endings, max_time_stops_with_status_3_and_valid_outputs) {
  for (const char* timing : {"lt", "at"}) {
    const test::outputs_of_a_run outputs(scope());
    words given = test::endless_run(timing);
    for (const std::string& word : outputs.options()) given.push_back(word);
    given.insert(given.end(), {"--max-time", "50us"});
    const test::program_run ended = run(given);
    EXPECT_EQ(ended.status, 3) << ended;
    EXPECT_EQ(ended.error_lines(), 1u) << ended;
    EXPECT_NE(ended.errors.find("--max-time 50us"), std::string::npos) << ended;
    outputs.expect_valid();
  }
}

TEST_P(directory_machines_endings, a_deadlock_of_the_program_says_who_waits_for_what) {
  for (const char* timing : {"lt", "at"}) {
    const test::outputs_of_a_run outputs(scope());
    std::ofstream(outputs.scratch.file("t0")) << "mimd-thread 1 0\nL 9000 8\nB 4000 1 2\nE 2\n";
    std::ofstream(outputs.scratch.file("t1")) << "mimd-thread 1 1\nL 5000 4\nE 1\n";
    std::ofstream(outputs.scratch.file("index")) << "mimd-threads 1\nthread 0 t0\nthread 1 t1\n";
    words given{"--no-progress", "--timing", timing, "--trace", outputs.scratch.file("index")};
    for (const std::string& word : outputs.options()) given.push_back(word);
    const test::program_run ended = run(given);
    EXPECT_EQ(ended.status, 3) << ended;
    EXPECT_EQ(ended.error_lines(), 1u) << ended;
    for (const char* part : {"deadlock", "thread 0", "barrier 0x4000"}) {
      EXPECT_NE(ended.errors.find(part), std::string::npos) << part << ended;
    }
    outputs.expect_valid();
  }
}

INSTANTIATE_TEST_SUITE_P(all, directory_machines_endings, testing::Values("numa", "coma"),
                         [](const auto& tested) { return tested.param; });

}  // namespace
}  // namespace mimd
