// mimd-mpp refuses what cannot be with status 2 and one line that names the place.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/mpp_run.h"

namespace mimd {
namespace {

using test::expect_mpp_refuses;
using test::scratch_directory;

TEST(mpp_bad_input, parameters) {
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"noc.topolgy=mesh", {"noc.topology"}},
      {"noc.topology=toruss", {"'torus'"}},
      {"noc.topology=fat-tree", {"noc.topology", "k and n"}},
      {"noc.topology=ring", {"noc.topology", "one number"}},
      {"noc.dims=0", {"noc.dims"}},
      {"noc.dims=70000x70000", {"noc.dims"}},
      {"noc.lines=3", {"noc.lines"}},
      {"noc.link_bandwidth=0", {"noc.link_bandwidth"}},
      {"node.count=513", {"node.count", "512 nodes"}},
      {"mpi.barrier=dissemnation", {"'dissemination'"}},
      {"loggops.latency=1us", {"loggops.latency", "no effect"}},
      {"loggops.gap_per_byte=2", {"loggops.gap_per_byte", "no effect"}},
      {"loggops.gap_per_byte=-1", {"loggops.gap_per_byte"}},
      {"workload.peer=512", {"workload.peer", "512"}},
      {"workload.grid=4x4", {"workload.grid", "512 ranks"}},
      {"workload.iterations=0", {"workload.iterations"}},
  };
  for (const auto& [setting, culprits] : cases) {
    std::vector<std::string> all = culprits;
    all.push_back("--set");
    expect_mpp_refuses({"--set", setting}, all);
  }
  expect_mpp_refuses({"--set", "network.model=loggops", "--set", "noc.dims=4x4"}, {"noc.dims", "no effect"});
  for (const char* const workload : {"survey", "ping-pong", "bandwidth"}) {
    expect_mpp_refuses({"--workload", workload, "--set", "node.count=1"},
                       {workload, "two ranks", "node.count"});
  }
  expect_mpp_refuses({"--set", "mpi.rendezvous=instant", "--set", "mpi.control_bytes=4"},
                     {"mpi.control_bytes", "no effect"});
  expect_mpp_refuses({"--set", "noc.topology=mesh", "--set", "noc.lines=0"}, {"noc.lines"});
  expect_mpp_refuses({"--preset", "blue-gene"}, {"blue-gene-l"});
  expect_mpp_refuses({"--vcd", "x.vcd"}, {"--vcd", "report.waves"});
  expect_mpp_refuses({"--set", "report.waves=0"}, {"report.waves", "--vcd"});
  expect_mpp_refuses({"--vcd", "x.vcd", "--set", "report.waves=512"}, {"report.waves", "511"});
  expect_mpp_refuses({"--vcd", "x.vcd", "--set", "report.waves=3,3"}, {"report.waves", "twice"});
  expect_mpp_refuses(
      {"--set", "noc.topology=fat-tree", "--set", "noc.dims=2x3", "--set", "noc.injection_bandwidth=1GB/s"},
      {"noc.injection_bandwidth", "fat-tree"});
  expect_mpp_refuses({"--set", "network.model=loggops", "--set", "noc.injection_bandwidth=1GB/s"},
                     {"noc.injection_bandwidth"});
  const std::vector<std::string> fluid{"--set", "network.model=fluid", "--set"};
  const auto with_fluid = [&fluid](const std::string& setting) {
    std::vector<std::string> all = fluid;
    all.push_back(setting);
    return all;
  };
  expect_mpp_refuses(with_fluid("noc.train_bytes=1500"), {"noc.train_bytes", "fluid"});
  expect_mpp_refuses(with_fluid("mpi.rendezvous=messages"), {"mpi.rendezvous", "instant"});
  expect_mpp_refuses(with_fluid("loggops.latency=1us"), {"loggops.latency", "no effect"});
  expect_mpp_refuses(with_fluid("mpp.zoom=1"), {"mpp.zoom", "fluid"});
  expect_mpp_refuses({"--set", "noc.topology=mesh", "--set", "noc.half_way=simgrid"},
                     {"noc.half_way", "no rings"});
  expect_mpp_refuses({"--timing", "lt"}, {"run.timing"});
}

TEST(mpp_bad_input, traces_of_mpi_programs) {
  const scratch_directory scratch;
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"send 1 0 x\n", {"r0:2", "size"}},          {"send 2 0 1\n", {"r0:2", "destination"}},
      {"send 1 0\n", {"r0:2", "size", "missing"}}, {"send 1 0 1 7\n", {"r0:2", "type"}},
      {"sned 1 0 1\n", {"r0:2", "sned"}},          {"compute -1\n", {"r0:2"}},
      {"compute 1 2\n", {"r0:2", "superfluous"}},  {"wait 1 1 0\n", {"r0:2", "request"}},
      {"alltoallv 4 1\n", {"r0:2", "missing"}},    {"bcast 1 2\n", {"r0:2", "root"}},
  };
  std::ofstream(scratch.file("r1")) << "1 init\n1 finalize\n";
  std::ofstream(scratch.file("trace")) << "r0\nr1\n";
  for (const auto& [action, culprits] : cases) {
    std::ofstream(scratch.file("r0")) << "0 init\n0 " << action << "0 finalize\n";
    expect_mpp_refuses({"--trace", scratch.file("trace")}, culprits);
  }
  std::ofstream(scratch.file("r0")) << "1 init\n";
  expect_mpp_refuses({"--trace", scratch.file("trace")}, {"r0:1", "rank 0"});
  std::ofstream(scratch.file("trace")) << "r0\nr2\n";
  expect_mpp_refuses({"--trace", scratch.file("trace")}, {"trace:2", "'r2'"});
  std::ofstream(scratch.file("trace")) << "\n";
  expect_mpp_refuses({"--trace", scratch.file("trace")}, {"trace", "names no file"});
  std::ofstream(scratch.file("r0")) << "0 init\n0 finalize\n";
  std::ofstream(scratch.file("trace")) << "r0\nr1\n";
  expect_mpp_refuses({"--set", "node.count=3", "--trace", scratch.file("trace")},
                     {"2 ranks", "node.count is 3"});
  expect_mpp_refuses({"--set", "noc.dims=1", "--trace", scratch.file("trace")}, {"2 ranks", "1 node"});
}

TEST(mpp_bad_input, goal_schedules) {
  const scratch_directory scratch;
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"rank 0 {\n}\n", {":1", "num_ranks"}},
      {"num_ranks 2\nrank 2 {\n}\n", {":2", "rank"}},
      {"num_ranks 2\nrank 0\n", {":2", "'{'"}},
      {"num_ranks 2\nrank 0 {\nl1: send 8b to 1\n", {"'}'"}},
      {"num_ranks 2\nrank 0 {\nl1: send 8b from 1\n}\n", {":3", "'to'"}},
      {"num_ranks 2\nrank 0 {\nl1: send 8x to 1\n}\n", {":3", "size"}},
      {"num_ranks 2\nrank 0 {\nl1: send 8b to 1 tga 3\n}\n", {":3", "tga"}},
      {"num_ranks 2\nrank 0 {\nl1: calc 5 cpu 1\n}\n", {":3", "cpu 1"}},
      {"num_ranks 2\nrank 0 {\nl1: calc 5\nl1: calc 5\n}\n", {":4", "'l1'"}},
      {"num_ranks 2\nrank 0 {\nl1: calc 5\nl1 requires l2\n}\n", {":4", "'l2'"}},
      {"num_ranks 2\nrank 0 {\nl1: calc 5\nl1 requires l1\n}\n", {":4", "itself"}},
      {"num_ranks 2\nrank 0 {\n}\nrank 0 {\n}\n", {":4", "second time"}},
      {"num_ranks 2\nrank 0 {\nrank 1 {\n", {":3"}},
      {"num_ranks 2\n}\n", {":2", "'}'"}},
      {"num_ranks 0\n", {":1", "ranks"}},
  };
  for (const auto& [text, culprits] : cases) {
    std::ofstream(scratch.file("s.goal")) << text;
    expect_mpp_refuses({"--trace", scratch.file("s.goal")}, culprits);
  }
}

}  // namespace
}  // namespace mimd
