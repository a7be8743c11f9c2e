// mimd-mpp as a user runs it: accounts close, runs repeat bit by bit, programs that cannot go on say why.
#include "tests/support/mpp_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <tuple>

#include "tests/support/vcd_reader.h"

namespace mimd {
namespace {

using words = std::vector<std::string>;
using test::mpp_statistics;
using test::run_mimd_mpp;
using test::scratch_directory;
using test::text_of;

words operator+(words a, const words& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

const std::string data = MIMD_TEST_DATA;
const words loggops{"--set", "network.model=loggops", "--set", "loggops.overhead=400ns",
                    "--set", "loggops.gap=200ns"};

void write(const std::string& file, const std::string& text) {
  std::ofstream(file) << text;
}

class machines : public testing::TestWithParam<words> {};
INSTANTIATE_TEST_SUITE_P(
    mpp, machines,
    testing::Values(
        words{"--set", "noc.dims=4x3x2"}, words{"--set", "noc.topology=mesh", "--set", "noc.dims=5x4"},
        words{"--set", "noc.topology=crossbar", "--set", "noc.dims=24"},
        words{"--set", "noc.topology=fat-tree", "--set", "noc.dims=3x3", "--set", "node.count=25", "--set",
              "noc.train_bytes=512"},
        words{"--set", "noc.topology=hypercube", "--set", "noc.dims=5", "--set", "mpi.rendezvous=instant"},
        words{"--set", "network.model=fluid", "--set", "noc.dims=4x3x2", "--set", "noc.half_way=simgrid"},
        words{"--set", "network.model=fluid", "--set", "noc.topology=crossbar", "--set", "noc.dims=24",
              "--set", "noc.planes=2"},
        loggops + words{"--set", "node.count=17"}));

TEST_P(machines, run_every_workload_and_the_time_of_ranks_adds_up) {
  std::istringstream list(run_mimd_mpp({"--list-workloads"}).output);
  int count = 0;
  for (std::string line; std::getline(list, line); ++count) {
    const std::string name = line.substr(0, line.find(' '));
    const auto s =
        mpp_statistics(GetParam() + words{"--workload", name, "--set", "loggops.overhead=1us", "--set",
                                          "workload.size=3000", "--set", "workload.jitter=5us"});
    const auto value = [&s](const std::string& n) { return s.at(n).get<std::uint64_t>(); };
    std::uint64_t sum = 0;
    for (int r = 0; s.contains("rank_" + std::to_string(r) + ".total_ps"); ++r) {
      const std::string rank = "rank_" + std::to_string(r) + ".";
      EXPECT_EQ(value(rank + "compute_ps") + value(rank + "send_overhead_ps") +
                    value(rank + "receive_overhead_ps") + value(rank + "wait_ps"),
                value(rank + "total_ps"))
          << name;
      EXPECT_LE(value(rank + "total_ps"), value("mpi.finish_ps"));
      sum += value(rank + "total_ps");
    }
    EXPECT_GT(sum, 0u) << name;
    EXPECT_EQ(sum, value("ranks.total_ps"));
    EXPECT_EQ(value("ranks.compute_ps") + value("ranks.send_overhead_ps") +
                  value("ranks.receive_overhead_ps") + value("ranks.wait_ps"),
              sum);
  }
  EXPECT_EQ(count, 18);
}

TEST(mpp_run, lossy_links_lose_nothing_if_messages_are_acknowledged) {
  for (const char* model : {"packet", "fluid"}) {
    const words links{"--set", std::string("network.model=") + model,
                      "--set", "noc.dims=4x4x4",
                      "--set", "noc.damage_rate=0.001",
                      "--set", "workload.size=70000"};
    for (const char* workload : {"all-to-all", "allreduce", "halo", "gups"}) {
      const auto s =
          mpp_statistics(links + words{"--set", "mpi.reliable=true", "--workload", workload, "--set",
                                       "workload.iterations=4", "--set", "workload.updates=25"});
      EXPECT_GT(s.at("mpi.frames.damaged"), 0) << workload;
      EXPECT_GE(s.at("mpi.frames.resent"), s.at("mpi.frames.damaged")) << workload;
      EXPECT_EQ(s.at("mpi.lost"), 0) << workload;
    }
    const auto lost = run_mimd_mpp(links + words{"--workload", "all-to-all"});
    EXPECT_EQ(lost.status, 3) << lost;
    EXPECT_NE(lost.errors.find("waits for"), std::string::npos) << lost;
  }
}

TEST(mpp_run, what_takes_longer_than_can_be_simulated_is_no_result) {
  for (const char* model : {"packet", "fluid"}) {
    const auto run =
        run_mimd_mpp({"--set", std::string("network.model=") + model, "--set", "noc.dims=4x4", "--set",
                      "noc.link_bandwidth=1B/s", "--set", "workload.size=1GiB", "--workload", "ping-pong"});
    EXPECT_EQ(run.status, 3) << run;
    EXPECT_NE(run.errors.find("can be simulated"), std::string::npos) << run;
  }
}

TEST(mpp_run, the_same_seed_gives_the_same_bits) {
  const words run{"--set", "noc.dims=4x4x4", "--workload", "gups", "--set", "workload.jitter=1us", "--seed"};
  EXPECT_EQ(mpp_statistics(run + words{"3"}), mpp_statistics(run + words{"3"}));
  EXPECT_NE(mpp_statistics(run + words{"3"}), mpp_statistics(run + words{"4"}));
}

TEST(mpp_run, every_algorithm_of_every_collective_ends) {
  const std::pair<const char*, const char*> cases[] = {
      {"barrier", "mpi.barrier"},     {"broadcast", "mpi.bcast"},     {"reduce", "mpi.reduce"},
      {"allreduce", "mpi.allreduce"}, {"gather", "mpi.gather"},       {"scatter", "mpi.scatter"},
      {"allgather", "mpi.allgather"}, {"all-to-all", "mpi.alltoall"}, {"scan", "mpi.scan"}};
  const auto parameters = nlohmann::json::parse(run_mimd_mpp({"--list-parameters=json"}).output);
  for (const auto& [workload, parameter] : cases) {
    std::string allowed;
    for (const auto& p : parameters)
      if (p.at("name") == parameter) allowed = p.at("allowed").get<std::string>();
    std::istringstream choices(allowed);
    int count = 0;
    for (std::string choice; choices >> choice;) {
      if (choice.back() == ',' || choice.back() == '|') choice.pop_back();
      if (choice.empty() || choice == "or") continue;
      ++count;
      const auto s =
          mpp_statistics({"--set", "noc.dims=3x3x3", "--workload", workload, "--set", "workload.size=100000",
                          "--set", "mpi.control_bytes=16", "--set", std::string(parameter) + '=' + choice});
      EXPECT_GE(s.at("ranks.total_ps").get<std::uint64_t>(), 0u);
    }
    EXPECT_GE(count, 2) << parameter << ": " << allowed;
  }
}

TEST(mpp_run, presets_measure_what_their_specification_promises) {
  const auto line_of = [](const std::string& preset, const std::string& what) {
    std::istringstream lines(run_mimd_mpp({"--preset", preset}).output);
    for (std::string line; std::getline(lines, line);)
      if (line.rfind(what, 0) == 0) return line;
    return std::string();
  };
  // The last number of a line: a bandwidth in its unit, or a time in microseconds.
  const auto value_of = [&](const std::string& preset, const std::string& what) {
    std::istringstream fields(line_of(preset, what));
    double value = 0;
    for (std::string field; fields >> field;)
      if (field.find_first_not_of("0123456789.") == std::string::npos) value = std::stod(field);
    return value;
  };
  const std::tuple<const char*, const char*, double> cases[] = {
      {"blue-gene-l", "link", 175},      {"blue-gene-l", "bisection", 358},
      {"blue-gene-l", "barrier", 1.5},   {"blue-gene-l", "allreduce", 5.02},
      {"earth-simulator", "link", 12.3}, {"earth-simulator", "bisection", 3940},
      {"asci-red", "link", 400},         {"asci-red", "bisection", 25.6},
      {"asci-white", "link", 500},       {"asci-purple", "link", 2000},
      {"red-storm", "link", 2000},       {"red-storm", "interface", 1500},
      {"red-storm", "nearest", 2},       {"red-storm", "farthest", 5}};
  for (const auto& [preset, what, value] : cases)
    EXPECT_NEAR(value_of(preset, what), value, 0.01 * value) << preset << ' ' << line_of(preset, what);
  EXPECT_NE(line_of("blue-gene-l", "farthest").find(" 64 "), std::string::npos);
  EXPECT_NE(line_of("asci-red", "farthest").find(" 69 "), std::string::npos);
  EXPECT_NE(line_of("red-storm", "farthest").find(" 53 "), std::string::npos);
}

TEST(mpp_run, a_dump_read_back_gives_the_identical_run) {
  const scratch_directory scratch;
  const words run{"--preset", "red-storm",          "--workload", "halo",
                  "--set",    "workload.size=5000", "--set",      "workload.jitter=3us"};
  EXPECT_EQ(run_mimd_mpp(run + words{"--dump-config", scratch.file("all.ini")}).status, 0);
  EXPECT_EQ(mpp_statistics({"--config", scratch.file("all.ini")}), mpp_statistics(run));
}

// How long each rank is in each state, and how many messages it has, is what the statistics say.
TEST(mpp_run, waves_of_chosen_ranks_agree_with_their_accounts) {
  const scratch_directory scratch;
  for (const char* workload : {"halo", "allreduce", "gups"}) {
    words run{"--workload", workload,
              "--set",      "noc.dims=4x3x2",
              "--set",      "loggops.overhead=300ns",
              "--set",      "loggops.overhead_per_byte=0.1",
              "--set",      "workload.size=700",
              "--set",      "workload.compute=2us",
              "--set",      "workload.jitter=1us",
              "--set",      "workload.iterations=3"};
    const auto plain = mpp_statistics(run);
    run.insert(run.end(), {"--vcd", scratch.file("w.vcd"), "--set", "report.waves=0,17"});
    const auto s = mpp_statistics(run);
    EXPECT_EQ(s, plain) << "waves change nothing";
    const test::vcd_contents waves = test::read_vcd(scratch.file("w.vcd"));
    EXPECT_EQ(waves.types.count("mpp.rank_1.state"), 0u);
    for (const std::string rank : {"rank_0", "rank_17"}) {
      std::map<std::string, std::uint64_t> times;
      std::string state = "wait";
      std::uint64_t since = 0;
      for (const test::vcd_change& c : waves.changes_of("mpp." + rank + ".state")) {
        times[state] += c.time - since;
        state = c.value;
        since = c.time;
      }
      for (const auto& [word, account] :
           {std::pair("compute", "compute_ps"), std::pair("send", "send_overhead_ps"),
            std::pair("receive", "receive_overhead_ps"), std::pair("wait", "wait_ps")})
        EXPECT_EQ(times[word], s.at(rank + "." + account).get<std::uint64_t>()) << workload << ' ' << word;
      EXPECT_EQ(state, "finished");
      EXPECT_EQ(since, s.at(rank + ".total_ps").get<std::uint64_t>());
      EXPECT_FALSE(waves.changes_of("mpp." + rank + ".sent").empty());
      EXPECT_FALSE(waves.changes_of("mpp." + rank + ".from").empty());
    }
    EXPECT_NE(test::text_of(scratch.file("w.gtkw")).find("mpp.rank_17.state"), std::string::npos);
  }
}

TEST(mpp_run, every_message_is_in_the_transaction_log_once) {
  const scratch_directory scratch;
  const auto s = mpp_statistics(
      {"--set", "noc.dims=3x3", "--workload", "all-to-all", "--transactions", scratch.file("log")});
  std::istringstream lines(text_of(scratch.file("log")));
  std::uint64_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto record = nlohmann::json::parse(line);
    EXPECT_EQ(record.at("type"), "collective");
    EXPECT_LT(record.at("begin_ps"), record.at("end_ps"));
    EXPECT_EQ(record.at("size"), 8);
  }
  EXPECT_EQ(count, 72u);
  EXPECT_EQ(s.at("mpi.messages"), 72);
}

TEST(mpp_run, schedules_and_traces_run_as_documented) {
  const auto goal =
      mpp_statistics(loggops + words{"--set", "loggops.latency=2us", "--set", "mpi.rendezvous=synchronous",
                                     "--trace", data + "/goal/allreduce_ring.8.65536.goal"});
  EXPECT_EQ(goal.at("mpi.finish_ps"), 153'874'000);
  const auto trace =
      mpp_statistics({"--preset", "smpi-crossbar", "--trace", data + "/mpi-traces/ft_like.4.txt"});
  EXPECT_NEAR(trace.at("mpi.finish_ps").get<double>(), 0.00733782e12, 1e-5 * 0.00733782e12);
}

TEST(mpp_run, programs_that_cannot_go_on_end_with_a_report_and_status_3) {
  const scratch_directory scratch;
  const auto two = [&](const std::string& zero, const std::string& one, const words& culprits) {
    write(scratch.file("r0"), "0 init\n" + zero + "0 finalize\n");
    write(scratch.file("r1"), "1 init\n" + one + "1 finalize\n");
    write(scratch.file("trace"), "r0\nr1\n");
    const auto run = run_mimd_mpp({"--set", "noc.dims=2x2", "--trace", scratch.file("trace")});
    EXPECT_EQ(run.status, 3) << run;
    EXPECT_EQ(std::count(run.errors.begin(), run.errors.end(), '\n'), 1) << run;
    for (const std::string& culprit : culprits) EXPECT_NE(run.errors.find(culprit), std::string::npos) << run;
  };
  two("0 recv 1 3 8\n", "1 recv 0 3 8\n",
      {"deadlock", "rank 0 waits for a message from rank 1, tag 3",
       "rank 1 waits for a message from rank 0"});
  two("0 send 1 4 8\n", "1 recv 0 3 8\n",
      {"rank 1 waits for a message from rank 0, tag 3", "of 8 bytes, tag 4"});
  two("0 send 1 4 80000\n", "", {"rank 0 waits for rank 1 to receive its message of 80000 bytes, tag 4"});
  two("0 send 1 4 8\n", "1 recv 0 4 7\n", {"8 bytes from rank 0", "receive of 7 bytes of rank 1"});
  two("0 send 1 4 8\n", "", {"rank 1 never receives the message from rank 0"});
  two("0 wait 1 0 3\n", "", {"rank 0", "request"});
  const auto stopped =
      run_mimd_mpp({"--set", "noc.dims=2x2", "--workload", "barrier", "--max-time", "150ns"});
  EXPECT_EQ(stopped.status, 3) << stopped;
  EXPECT_NE(stopped.errors.find("--max-time"), std::string::npos);
}

}  // namespace
}  // namespace mimd
