// A node of mimd-mpp that is zoomed to a full node takes the time of the abstract one whose LogGP parameters
// were extracted from it (scripts/extract-loggp), for a program and sizes that were not used for that.
#include <gtest/gtest.h>

#include "tests/support/named_program.h"
#include "tests/support/program_run.h"

namespace mimd {
namespace {

void expect_within_one_per_cent(std::vector<std::string> options) {
  options.insert(options.begin(),
                 {MIMD_SOURCE_DIR "/scripts/extract-loggp", "--check", "--machines", MIMD_BINARY_DIR});
  const test::program_run run = test::run_program("/usr/bin/python3", options);
  EXPECT_EQ(run.status, 0) << run;
  EXPECT_NE(run.output.find("through rank 1: difference"), std::string::npos) << run;
}

TEST(zoomed_node, takes_the_time_of_the_abstract_node_extracted_from_it) {
  expect_within_one_per_cent({"--ranks", "8", "--size", "5120"});
}

TEST(zoomed_node, takes_its_time_with_interrupts_too) {
  expect_within_one_per_cent({"--ranks", "8", "--size", "3072", "--set", "ni.notice=interrupt"});
}

TEST(zoomed_node, takes_its_time_when_the_processor_moves_every_word) {
  expect_within_one_per_cent({"--ranks", "8", "--size", "3072", "--set", "ni.transfer=programmed"});
}

const std::vector<std::string> extracted{
    "--set", "network.model=loggops", "--set", "loggops.overhead=560ns",    "--set", "loggops.latency=3.6us",
    "--set", "loggops.gap=6.2us",     "--set", "loggops.gap_per_byte=4.925"};
const std::vector<std::string> node{"--set", "zoom.latency_out=715ns",  "--set", "zoom.latency_in=3.98us",
                                    "--set", "zoom.packet_time=2.78us", "--set", "mpp.zoom=1"};

std::vector<std::string> with(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// A barrier among 4,096 ranks, the second of them real: its messages, matching and waiting are as the
// others'.
TEST(zoomed_node, takes_part_in_collective_operations_of_thousands) {
  const std::vector<std::string> program{"--workload",      "barrier", "--set",
                                         "node.count=4096", "--set",   "workload.iterations=5"};
  const auto abstract = test::statistics_of_run("mimd-mpp", with(extracted, program));
  const auto zoomed = test::statistics_of_run("mimd-mpp", with(with(extracted, node), program));
  const double a = abstract.at("time_ps").get<double>();
  EXPECT_NEAR(zoomed.at("time_ps").get<double>(), a, 0.01 * a);
  EXPECT_EQ(zoomed.at("mpi.messages"), abstract.at("mpi.messages"));
  EXPECT_GT(zoomed.at("zoom.mpi.packets_sent").get<int>(), 0);
}

// Every collective by every algorithm, among abstract ranks: as many messages of as many bytes as without it.
TEST(zoomed_node, takes_part_in_every_collective_operation) {
  const std::pair<const char*, std::vector<std::string>> collectives[] = {
      {"gather", {"binomial", "linear"}},         {"scatter", {"binomial", "linear"}},
      {"allgather", {"ring", "bruck", "linear"}}, {"all-to-all", {"pairwise", "bruck", "linear"}},
      {"scan", {"recursive-doubling", "chain"}},  {"allreduce", {"rabenseifner", "ring"}}};
  for (const auto& [workload, algorithms] : collectives) {
    const std::string parameter = std::string(workload) == "all-to-all" ? "alltoall" : workload;
    for (const std::string& algorithm : algorithms) {
      const std::vector<std::string> program{"--workload", workload,
                                             "--set",      "node.count=24",
                                             "--set",      "workload.size=500",
                                             "--set",      "mpi." + parameter + "=" + algorithm,
                                             "--set",      "workload.iterations=2"};
      const auto abstract = test::statistics_of_run("mimd-mpp", with(extracted, program));
      // An inner node of the trees.
      const auto zoomed = test::statistics_of_run(
          "mimd-mpp", with(with(with(extracted, node), program), {"--set", "mpp.zoom=4"}));
      EXPECT_EQ(zoomed.at("mpi.messages"), abstract.at("mpi.messages")) << workload << ' ' << algorithm;
      EXPECT_EQ(zoomed.at("mpi.bytes"), abstract.at("mpi.bytes")) << workload << ' ' << algorithm;
      EXPECT_GT(
          zoomed.at("zoom.ni.packets_received").get<int>() + zoomed.at("zoom.ni.packets_sent").get<int>(), 0)
          << workload << ' ' << algorithm;
    }
  }
}

TEST(zoomed_node, stands_on_a_network_with_contention_too) {
  const auto s = test::statistics_of_run(
      "mimd-mpp", {"--workload", "halo", "--set", "noc.dims=4x4x4", "--set", "workload.size=5000", "--set",
                   "mpp.zoom=5", "--set", "loggops.overhead=500ns", "--set", "workload.iterations=3"});
  EXPECT_EQ(s.at("mpi.messages").get<int>(), 3 * 6 * 64);
  EXPECT_EQ(s.at("zoom.ni.bytes_received").get<int>(), 3 * 6 * 5000);
  EXPECT_GT(s.at("noc.hops").get<int>(), 3 * 6 * 64 - 1);
}

TEST(zoomed_node, has_waves_and_its_accounts_close) {
  const test::scratch_directory scratch;
  const auto s = test::statistics_of_run(
      "mimd-mpp", with(with(extracted, node), {"--workload", "ring", "--set", "node.count=64", "--set",
                                               "workload.size=3000", "--vcd", scratch.file("w.vcd")}));
  std::uint64_t sum = 0;
  for (const char* part :
       {"program", "send", "send_copy", "receive", "receive_copy", "interrupt", "system_call", "wait"})
    sum += s.at("zoom.time." + std::string(part) + "_ps").get<std::uint64_t>();
  EXPECT_EQ(sum, s.at("zoom.time.total_ps").get<std::uint64_t>());
  EXPECT_EQ(s.at("rank_1.total_ps").get<std::uint64_t>(), sum);
  const std::string waves = test::text_of(scratch.file("w.vcd"));
  for (const char* signal : {"receive_copy", "descriptor", "activity"})
    EXPECT_NE(waves.find(signal), std::string::npos) << signal;
}

TEST(zoomed_node, is_refused_where_it_cannot_be) {
  const auto refused = [](std::vector<std::string> words, const std::vector<std::string>& culprits) {
    test::expect_refuses("mimd-mpp", words, culprits);
  };
  refused({"--workload", "ring", "--set", "mpp.zoom=1", "--set", "zoom.latency_in=1us"},
          {"zoom.latency_in", "packet"});
  refused({"--workload", "survey", "--set", "network.model=loggops", "--set", "mpp.zoom=1"},
          {"mpp.zoom", "survey"});
  refused({"--workload", "ring", "--set", "network.model=loggops", "--set", "mpp.zoom=64"},
          {"mpp.zoom", "63"});
  refused({"--set", "network.model=loggops", "--set", "ni.notice=interrupt"}, {"ni.notice", "mpp.zoom"});
  refused({"--set", "network.model=loggops", "--set", "zoom.latency_in=1us"},
          {"zoom.latency_in", "mpp.zoom"});
}

}  // namespace
}  // namespace mimd
