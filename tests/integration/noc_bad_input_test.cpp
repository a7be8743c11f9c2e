// mimd-noc refuses what cannot be with status 2 and one line that names the place.
#include <gtest/gtest.h>

#include "tests/support/noc_run.h"

namespace mimd {
namespace {

using test::expect_noc_refuses;

TEST(noc_bad_input, parameters) {
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"noc.topolgy=mesh", {"noc.topology"}},
      {"noc.topology=meshh", {"'mesh'"}},
      {"noc.dims=8y8", {"noc.dims", "8y8"}},
      {"noc.dims=0x8", {"noc.dims"}},
      {"noc.dims=8,,8", {"noc.dims"}},
      {"noc.dims=4294967296", {"noc.dims"}},
      {"noc.vcs=0", {"noc.vcs"}},
      {"noc.buffer_flits=0", {"noc.buffer_flits"}},
      {"noc.routing=dimension-oder", {"dimension-order"}},
      {"noc.routing=fat-tree-random", {"noc.routing"}},
      {"noc.topology_file=x", {"noc.topology_file", "noc.topology=file"}},
      {"noc.topology=file", {"noc.topology_file"}},
      {"noc.ordered=1", {"noc.ordered"}},
      {"traffic.pattern=hotspot", {"traffic.hot_spots"}},
      {"traffic.hot_spots=1:", {"traffic.hot_spots"}},
      {"traffic.pattern=permutation", {"traffic.permutation_file"}},
      {"traffic.load=0", {"traffic.load"}},
      {"traffic.load=1.5", {"traffic.load"}},
      {"traffic.packet_flits=0", {"traffic.packet_flits"}},
      {"traffic.packet_flits=1,x", {"traffic.packet_flits"}},
      {"traffic.packet_shares=1,2", {"traffic.packet_shares", "traffic.packet_flits"}},
      {"traffic.packet_shares=-1", {"traffic.packet_shares"}},
      {"traffic.virtual_networks=1", {"traffic.virtual_networks"}},
      {"sweep.loads=0.1,2", {"sweep.loads"}},
      {"measure.cycles=0", {"measure.cycles"}},
      {"batch.window=0", {"batch.window"}},
      {"noc.buffer_flits=65536", {"noc.buffer_flits", "65535"}},
      {"energy.link_pj=-1", {"energy.link_pj"}},
  };
  for (const auto& [setting, culprits] : cases) {
    std::vector<std::string> all = culprits;
    all.push_back("--set");
    expect_noc_refuses({"--set", setting}, all);
  }
}

TEST(noc_bad_input, parameters_that_do_not_fit_each_other) {
  expect_noc_refuses({"--set", "noc.dims=6x6", "--set", "traffic.pattern=shuffle"},
                     {"traffic.pattern", "power of two", "36"});
  expect_noc_refuses(
      {"--set", "traffic.process=bursty", "--set", "traffic.load=0.5", "--set", "traffic.burst_rate=0.4"},
      {"traffic.load", "burst"});
  expect_noc_refuses({"--workload", "sweep", "--set", "traffic.process=bursty", "--set", "sweep.loads=0.5,1"},
                     {"sweep.loads", "burst"});
  expect_noc_refuses({"--workload", "saturation", "--set", "traffic.process=bursty", "--set",
                      "traffic.burst_rate=0.2", "--set", "saturation.resolution=0.3"},
                     {"saturation.resolution", "0.198"});
  expect_noc_refuses({"--set", "traffic.pattern=hotspot", "--set", "traffic.hot_spots=64"},
                     {"traffic.hot_spots", "hot spot 64", "64 terminals"});
  expect_noc_refuses({"--set", "traffic.pattern=hotspot", "--set", "traffic.hot_spots=3,5,3"},
                     {"traffic.hot_spots", "hot spot 3", "a second time"});
  expect_noc_refuses({"--set", "noc.ordered=0", "--set", "noc.routing=minimal-adaptive"},
                     {"noc.ordered", "virtual network 0"});
  expect_noc_refuses({"--set", "noc.topology=torus", "--set", "noc.vcs=1"}, {"noc.vcs", "virtual channels"});
}

TEST(noc_bad_input, what_has_no_effect) {
  const std::vector<std::string> cases[] = {
      {"--set", "traffic.burst_cycles=200"},
      {"--set", "traffic.hot_spots=3"},
      {"--set", "traffic.permutation_file=x"},
      {"--set", "traffic.packet_shares=1"},
      {"--set", "noc.length_cycles=5"},
      {"--set", "noc.allocator_iterations=2"},
      {"--set", "traffic.load=0.2", "--workload", "sweep"},
      {"--set", "traffic.process=periodic", "--workload", "batch"},
      {"--set", "traffic.pattern=transpose", "--trace", "x"},
  };
  for (const auto& words : cases) {
    const std::string name = words[1].substr(0, words[1].find('='));
    expect_noc_refuses(words, {"--set", name, "has no effect"});
  }
}

TEST(noc_bad_input, a_routing_that_can_deadlock_is_refused_with_the_cycle) {
  expect_noc_refuses(
      {"--set", "noc.topology=torus", "--set", "noc.dims=4x4", "--set", "noc.routing=shortest-path"},
      {"noc.routing", "deadlock", "r14_r15 vc0 -> "});
}

TEST(noc_bad_input, what_the_machine_does_not_have) {
  expect_noc_refuses({"--timing", "lt"}, {"--timing", "mimd-noc"});
  expect_noc_refuses({"--check-coherence"}, {"--check-coherence", "mimd-noc"});
  expect_noc_refuses({"--program", "x.elf"}, {"mimd-noc runs no programs"});
  expect_noc_refuses({"--workload", "stream"}, {"stream"});
  expect_noc_refuses({"--preset", "bgl"}, {"--preset"});
}

TEST(noc_bad_input, files_of_topologies_permutations_and_traces) {
  const test::scratch_directory scratch;
  const auto file = [&scratch](const std::string& name, const std::string& text) {
    const std::string path = scratch.file(name);
    std::ofstream(path) << text;
    return path;
  };
  const std::string graph = file("graph", "routers 2\nterminal t0 r0\nterminal t1 r1\nlink r0 r7\n");
  expect_noc_refuses(
      {"--set", "noc.topology=file", "--set", "noc.dims=", "--set", "noc.topology_file=" + graph},
      {graph + ":4", "r7"});
  expect_noc_refuses(
      {"--set", "noc.topology=file", "--set", "noc.topology_file=" + graph, "--set", "noc.dims=4x4"},
      {"noc.dims", "has no effect"});
  expect_noc_refuses({"--set", "noc.topology=file", "--set", "noc.topology_file=" + scratch.file("")},
                     {scratch.file(""), "cannot be read"});
  const std::string apart = file("apart", "routers 2\nterminal t0 r0\nterminal t1 r1\nchannel r0 r1\n");
  expect_noc_refuses(
      {"--set", "noc.topology=file", "--set", "noc.dims=", "--set", "noc.topology_file=" + apart},
      {"t0", "t1", "cannot be reached"});
  const std::string permutation = file("permutation", "0 1\n1 99\n");
  expect_noc_refuses(
      {"--set", "traffic.pattern=permutation", "--set", "traffic.permutation_file=" + permutation},
      {permutation + ":2", "99"});
  const std::string trace = file("trace", "1 0 0 1 1\n2 0 0 1 1 after=3\n3 0 0 1 1\n");
  expect_noc_refuses({"--trace", trace}, {trace + ":2", "packet 3"});
  expect_noc_refuses({"--trace", scratch.file("nothing")}, {"--trace", "nothing"});
  expect_noc_refuses({"--trace", trace, trace}, {"one trace"});
  const std::string damaged = file("damaged.gz", std::string("\x1f\x8b\x08\0\0\0\0\0\0\3garbage", 17));
  expect_noc_refuses({"--trace", damaged}, {damaged, "damaged"});
  EXPECT_EQ(test::files_in(scratch), 5u) << "nothing is left behind";
}

}  // namespace
}  // namespace mimd
