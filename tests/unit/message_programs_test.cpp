// The programs of message-passing machines: skeletons, traces, schedules.
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "support/message_run.h"
#include "support/scratch_files.h"
#include "tb/message_passing/goal_program.h"
#include "tb/message_passing/open_message_trace.h"
#include "tb/message_passing/skeletons.h"
#include "tb/message_passing/ti_trace.h"

namespace {

using namespace mimd;
using message_passing::call;
using message_passing::message_costs;
using test::message_run;
using test::scratch_directory;

constexpr time_ps us = 1'000'000;

// All calls of each rank, without running them.
std::vector<std::vector<call>> calls_of(message_passing::operation_stream& stream, std::uint32_t ranks) {
  std::vector<std::vector<call>> all(ranks);
  call c;
  for (std::uint32_t r = 0; r < ranks; ++r)
    while (stream.next(r, 0, c)) all[r].push_back(c);
  return all;
}

// What is sent to whom equals what is received from whom, tag and size included.
void expect_balanced(message_passing::operation_stream& stream, std::uint32_t ranks) {
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint64_t>, int> open;
  std::vector<int> any(ranks, 0);
  const auto all = calls_of(stream, ranks);
  for (std::uint32_t r = 0; r < ranks; ++r) {
    for (const call& c : all[r]) {
      if (c.what == call::kind::send || c.what == call::kind::isend) {
        ++open[{r, c.peer, c.tag, c.bytes}];
        ++any[c.peer];
      }
      if (c.what != call::kind::receive && c.what != call::kind::ireceive) continue;
      --any[r];
      if (c.peer != message_passing::any_source) --open[{c.peer, r, c.tag, c.bytes}];
    }
  }
  for (const int n : any) EXPECT_EQ(n, 0);
  bool wild = false;
  for (const auto& calls : all)
    for (const call& c : calls)
      wild = wild || (c.what == call::kind::ireceive && c.peer == message_passing::any_source);
  for (const auto& [message, n] : open)
    EXPECT_TRUE(wild || n == 0) << std::get<0>(message) << std::get<1>(message);
}

TEST(message_programs, every_message_of_a_skeleton_is_received) {
  for (const auto& grid : {std::vector<std::uint32_t>{4, 3, 2}, {5}, {2, 2}, {1, 4}, {3, 1, 1}}) {
    std::uint32_t ranks = 1;
    for (const std::uint32_t k : grid) ranks *= k;
    tb::halo_exchange halo(grid, 100, 2, 5);
    expect_balanced(halo, ranks);
  }
  for (const std::uint32_t ranks : {2u, 3u, 7u, 16u}) {
    tb::random_access updates(ranks, 8, 33, 5);
    expect_balanced(updates, ranks);
    tb::bisection_exchange halves(ranks, ranks, 1, 8, 3);
    expect_balanced(halves, ranks);
    tb::ping_pong pingpong(ranks, 0, ranks - 1, 8, 3);
    expect_balanced(pingpong, ranks);
    tb::message_windows windows(ranks, 0, 1, 8, 4, 3);
    expect_balanced(windows, ranks);
  }
  tb::bisection_exchange middle(24, 3, 4, 8, 1);
  expect_balanced(middle, 24);
}

TEST(message_programs, three_factors_are_nearly_a_cube) {
  using v = std::vector<std::uint32_t>;
  EXPECT_EQ(tb::three_factors(1), (v{1, 1, 1}));
  EXPECT_EQ(tb::three_factors(64), (v{4, 4, 4}));
  EXPECT_EQ(tb::three_factors(96), (v{6, 4, 4}));
  EXPECT_EQ(tb::three_factors(13), (v{13, 1, 1}));
  EXPECT_EQ(tb::three_factors(65536), (v{64, 32, 32}));
}

std::string written(const scratch_directory& scratch, const std::string& name, const std::string& text) {
  std::ofstream(scratch.file(name)) << text;
  return scratch.file(name);
}

TEST(message_programs, a_trace_in_one_file_is_that_in_several) {
  const scratch_directory scratch;
  const std::string zero = "0 init\n0 compute 1000\n0 send 1 3 10 0\n0 allreduce 4 500 1\n0 finalize\n";
  const std::string one = "1 init\n1 recv 0 3 10 0\n1 allreduce 4 500 1\n1 sleep 1e-6\n1 finalize\n";
  written(scratch, "r0", zero);
  written(scratch, "r1", one);
  tb::ti_trace several(written(scratch, "several", "r0\nr1\n"), 1e9);
  tb::ti_trace merged(written(scratch, "merged", "0 init\n" + one + zero.substr(7)), 1e9);
  EXPECT_EQ(several.actions(), 10u);
  EXPECT_EQ(merged.actions(), 10u);
  EXPECT_FALSE(tb::is_goal_schedule(scratch.file("merged")));
  const auto time_of = [](tb::ti_trace& t) {
    message_run run(2, {}, us);
    const time_ps end = run.run(t);
    EXPECT_EQ(run.engine.finished(), 2u);
    return end;
  };
  // Rank 1 has the message and rank 0's vector at 2 us, combines and sleeps; rank 0 has the other's at 3 us.
  const time_ps expected = 2 * us + us / 2 + us;
  EXPECT_EQ(time_of(several), expected);
  EXPECT_EQ(time_of(merged), expected);
}

TEST(message_programs, sizes_of_a_trace_count_elements_of_their_type) {
  const scratch_directory scratch;
  written(scratch, "r0",
          "0 init\n0 isend 1 0 10 0\n0 isend 1 0 10 1\n0 isend 1 0 10 2\n0 isend 1 0 10 3\n0 isend 1 0 10\n"
          "0 waitall 5\n");
  written(scratch, "r1", "1 init x\n1 isend 0 0 10\n");
  tb::ti_trace t(written(scratch, "t", "r0\nr1\n"), 1e9);
  const auto all = calls_of(t, 2);
  std::vector<std::uint64_t> bytes;
  for (const call& c : all[0])
    if (c.what == call::kind::isend) bytes.push_back(c.bytes);
  EXPECT_EQ(bytes, (std::vector<std::uint64_t>{80, 40, 10, 20, 10}));
  EXPECT_EQ(all[1].at(0).bytes, 80u);
}

TEST(message_programs, collectives_with_a_size_a_rank_are_messages_that_fit) {
  const scratch_directory scratch;
  const std::string sizes = "1 2 3";
  for (int r = 0; r < 3; ++r) {
    const std::string rank = std::to_string(r) + ' ';
    const std::string mine = std::to_string(r + 1);
    std::string row;
    std::string column;
    for (int o = 0; o < 3; ++o) {
      row += ' ' + std::to_string(10 * r + o + 1);
      column += ' ' + std::to_string(10 * o + r + 1);
    }
    written(scratch, "r" + std::to_string(r),
            rank + "init\n" + rank + "gatherv " + mine + ' ' + sizes + " 1 0 0\n" + rank + "allgatherv " +
                mine + ' ' + sizes + " 1 1\n" + rank + "scatterv " + sizes + ' ' + mine + " 2\n" + rank +
                "alltoallv 99" + row + " 99" + column + "\n" + rank + "reducescatter " + sizes + " 0 2\n" +
                rank + "sendRecv 7 " + std::to_string((r + 1) % 3) + " 7 " + std::to_string((r + 2) % 3) +
                " 0 0\n" + rank + "finalize\n");
  }
  tb::ti_trace balance(written(scratch, "t", "r0\nr1\nr2\n"), 1e9);
  expect_balanced(balance, 3);
  tb::ti_trace t(scratch.file("t"), 1e9);
  message_run run(3, {}, us);
  run.run(t);
  EXPECT_EQ(run.engine.finished(), 3u) << run.engine.waiting(5);
}

TEST(message_programs, requests_of_a_trace_are_waited_for_by_their_names) {
  const scratch_directory scratch;
  written(scratch, "r0",
          "0 init\n0 irecv 1 4 1 6\n0 irecv -333 -444 1 6\n0 test 1 0 4\n0 wait 1 0 4\n0 waitall 1\n");
  written(scratch, "r1",
          "1 init\n1 isend 0 4 1 6\n1 compute 5000\n1 isend 0 5 1 6\n1 wait 1 0 5\n1 wait 1 0 4\n");
  tb::ti_trace t(written(scratch, "t", "r0\nr1\n"), 1e9);
  message_run run(2, {}, us);
  EXPECT_EQ(run.run(t), 6 * us);
  EXPECT_EQ(run.engine.finished(), 2u) << run.engine.waiting(5);
}

time_ps time_of_schedule(const std::string& file, const message_costs& costs) {
  tb::goal_program program(file);
  message_run run(program.ranks(), costs, 10 * us);
  program.run_on(run.engine);
  const time_ps end = run.run_program(program);
  EXPECT_EQ(run.engine.finished(), program.ranks()) << run.engine.waiting(5);
  return end;
}

TEST(message_programs, a_schedule_keeps_its_dependencies) {
  const scratch_directory scratch;
  message_costs costs;
  costs.overhead = us;
  // Without dependencies computing waits for the processor only; `requires` waits for the message,
  // `irequires` for its receive to be posted.
  const std::string head =
      "// a comment\nnum_ranks 2\nrank 0 {\nl1: send 8b to 1 tag 7 // to the other\n}\nrank 1 {\n"
      "m: recv 8b from -1 tag -1\nc: calc 3000\n";
  EXPECT_EQ(time_of_schedule(written(scratch, "a", head + "}\n"), costs), 12 * us);
  EXPECT_EQ(time_of_schedule(written(scratch, "b", head + "c requires m\n}\n"), costs), 15 * us);
  EXPECT_EQ(time_of_schedule(written(scratch, "c", head + "c irequires m\n}\n"), costs), 12 * us);
  EXPECT_TRUE(tb::is_goal_schedule(scratch.file("a")));
}

// Numbered or not, dense or not, the same number behind several letters: one after the other.
TEST(message_programs, labels_of_a_schedule_are_told_apart_whatever_they_look_like) {
  const scratch_directory scratch;
  const char* labels[] = {"l1",  "m1", "l2",     "l01",      "l",   "l999999999", "l99999999",
                          "x_1", "1",  "l1x",    "l1000000", "ll1", "l10",        "n1",
                          "-7",  "l3", "l20000", "2",        "02",  "l0"};
  std::string text = "num_ranks 3\n";
  for (const char* rank : {"0", "2", "1"}) {
    text += std::string("rank ") + rank + " {\n";
    for (const char* label : labels) text += std::string(label) + ": calc 1000\n";
    for (std::size_t i = 1; i < std::size(labels); ++i)
      text += std::string(labels[i]) + " requires " + labels[i - 1] + '\n';
    text += "}\n";
  }
  EXPECT_EQ(time_of_schedule(written(scratch, "a", text), {}), std::size(labels) * us);
  for (const char* label : labels) {
    const std::string again = std::string(label) + ": calc 1\n";
    const auto at = text.rfind('}');
    EXPECT_THROW(tb::goal_program(written(scratch, "b", text.substr(0, at) + again + "}\n")),
                 std::runtime_error)
        << label;
  }
  // Labels of the rank before are unknown.
  EXPECT_THROW(tb::goal_program(written(scratch, "c",
                                        "num_ranks 2\nrank 0 {\nl1: calc 1\n}\nrank 1 {\n"
                                        "l2: calc 1\nl2 requires l1\n}\n")),
               std::runtime_error);
}

TEST(message_programs, ranks_that_a_schedule_does_not_mention_have_nothing_to_do) {
  const scratch_directory scratch;
  EXPECT_EQ(
      time_of_schedule(written(scratch, "a", "num_ranks 5\nrank 3 {\nl: calc 100 cpu 0 nic 0\n}\n"), {}),
      us / 10);
}

}  // namespace
