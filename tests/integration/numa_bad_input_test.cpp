// What mimd-numa refuses: parameters of every group and combinations that make no machine, each with one line
// that names the culprit, and status 2.
#include "tests/support/named_program.h"

namespace mimd {
namespace {

void expect_all_refused(const std::vector<test::bad_settings>& all) {
  test::expect_all_refused("mimd-numa", all);
}

TEST(numa_bad_input, of_nodes_and_processors) {
  expect_all_refused({
      {{"node.count=0"}, {"node.count", "'0'"}},
      {{"node.count=5000"}, {"node.count", "'5000'"}},
      {{"node.cout=4"}, {"'node.cout'", "'node.count'"}},
      {{"node.count=3"}, {"node.count", "4 processors", "3 nodes"}},
      {{"cpu.count=6"}, {"cpu.count", "6 processors", "4 nodes"}},
      {{"cpu.count=2"}, {"cpu.count", "2 processors"}},
      {{"node.local_time=10"}, {"node.local_time", "'10'", "ns"}},
      {{"node.exit_time=10s"}, {"node.exit_time", "'10s'"}},
      {{"node.fill_time=-1ns"}, {"node.fill_time", "'-1ns'"}},
      {{"l1.size=0"}, {"l1.size", "directory needs caches"}},
  });
}

TEST(numa_bad_input, of_the_protocol_and_the_directory) {
  expect_all_refused({
      {{"coherence.protocol=dragon"}, {"coherence.protocol", "'dragon'"}},
      {{"coherence.protocol=mosi"}, {"coherence.protocol", "'mosi'", "'mo"}},
      {{"directory.format=fullmap"}, {"directory.format", "'fullmap'", "'full-map'"}},
      {{"directory.replies=four-hop"}, {"directory.replies", "'four-hop'", "'three-hop'"}},
      {{"directory.clean_eviction=loud"}, {"directory.clean_eviction", "'loud'"}},
      {{"directory.busy=retry"}, {"directory.busy", "'retry'"}},
      {{"directory.pointers=65"}, {"directory.pointers", "'65'"}},
      {{"directory.format=dir-i-b", "directory.pointers=0"}, {"directory.pointers"}},
      {{"directory.format=dir-i-nb", "directory.pointers=0"}, {"directory.pointers"}},
      {{"directory.format=coarse-vector", "directory.region=9"}, {"directory.region", "'9'", "1 to 4"}},
      {{"directory.region=0"}, {"directory.region", "'0'"}},
      {{"directory.format=pointer-pool", "directory.pool=0"}, {"directory.pool", "'0'"}},
      {{"directory.format=pointer-pool", "directory.pool=1000000000"}, {"directory.pool", "1000000000"}},
      {{"directory.sparse_entries=6"}, {"directory.sparse_entries", "6"}},
      {{"directory.sparse_entries=24", "directory.sparse_ways=8"}, {"directory.sparse_entries", "24"}},
      {{"directory.sparse_entries=8", "directory.sparse_ways=65"}, {"directory.sparse_ways", "'65'"}},
      {{"directory.sparse_replacement=fifo"}, {"directory.sparse_replacement", "'fifo'"}},
      {{"directory.occupancy=1"}, {"directory.occupancy", "'1'"}},
      {{"directory.busy=nack", "directory.retry_time=0ns"}, {"directory.retry_time", "must not be 0"}},
      {{"directory.retry_time=0ns"}, {"directory.retry_time", "must not be 0"}},
      {{"coherence.protocol=msi", "directory.retry_time=2us"}, {"directory.retry_time", "queue"}},
  });
}

TEST(numa_bad_input, of_placement_and_memory) {
  expect_all_refused({
      {{"placement.policy=last-touch"}, {"placement.policy", "'last-touch'"}},
      {{"placement.page=512"}, {"placement.page", "'512'"}},
      {{"placement.page=3KiB"}, {"placement.page", "'3KiB'"}},
      {{"placement.page=1KiB", "l1.line=2048", "l1.size=64KiB"}, {"placement.page", "line"}},
      {{"placement.interleave=32"}, {"placement.interleave", "line"}},
      {{"placement.interleave=8KiB"}, {"placement."}},
      {{"placement.policy=node", "placement.node=4"}, {"placement.node", "4"}},
      {{"memory.size=70000"}, {"memory.size", "multiple"}},
      {{"memory.size=64KiB", "placement.page=32KiB"}, {"memory.size", "page"}},
      {{"memory.size=0"}, {"memory.size", "'0'"}},
  });
}

TEST(numa_bad_input, of_networks) {
  const test::scratch_directory scratch;
  const auto file = [&](const char* name, const char* text) {
    std::ofstream(scratch.file(name)) << text;
    return scratch.file(name);
  };
  const std::string of_two = "noc.distances=" + file("two", "10 20\n20 10\n");
  const std::string rubbish = "noc.distances=" + file("rubbish", "near far\nfar near\n");
  const std::string empty = "noc.distances=" + file("empty", "");
  const std::string ragged = "noc.distances=" + file("ragged", "10 20\n20\n");
  expect_all_refused({
      {{"noc.fidelity=exact"}, {"noc.fidelity", "'exact'"}},
      {{"noc.topology=moebius"}, {"noc.topology", "'moebius'"}},
      {{"noc.topology=mesh", "noc.dims=1x2"}, {"noc.", "2 terminals", "node.count is 4"}},
      {{"noc.topology=fat-tree"}, {"noc.dims", "fat-tree"}},
      {{"noc.topology=hypercube", "node.count=6", "cpu.count=6"}, {"noc.dims", "hypercube"}},
      {{"noc.topology=torus", "noc.vcs=1", "noc.dims=4x4"}, {"noc.vcs", "'1'", "dateline"}},
      {{"noc.vcs=0"}, {"noc.vcs", "'0'"}},
      {{"noc.vcs=17"}, {"noc.vcs", "68 channels", "64"}},
      {{"noc.flit_bytes=0"}, {"noc.flit_bytes", "'0'"}},
      {{"noc.topology=file"}, {"noc.topology"}},
      {{"noc.fidelity=fixed", "noc.latency=10"}, {"noc.latency", "'10'"}},
      {{"noc.fidelity=fixed", "noc.bandwidth=-1GB/s"}, {"noc.bandwidth", "'-1GB/s'"}},
      {{"noc.fidelity=fixed", of_two}, {"noc.distances", "2 nodes", "node.count is 4"}},
      {{"noc.fidelity=fixed", rubbish}, {"rubbish"}},
      {{"noc.fidelity=fixed", empty}, {"empty"}},
      {{"noc.fidelity=fixed", ragged}, {"ragged"}},
      {{"noc.fidelity=fixed", "noc.distances=/no/such/file"}, {"/no/such/file"}},
      {{"noc.fidelity=fixed", of_two, "node.count=2", "noc.socket_nodes=1"},
       {"noc.distances", "noc.socket_nodes"}},
  });
}

// What has no effect is not silently taken.
TEST(numa_bad_input, is_not_ignored) {
  expect_all_refused({
      {{"noc.distances=/dev/null"}, {"noc.distances", "fixed"}},
      {{"bus.clock=1GHz"}, {"bus.clock", "node.coherence"}},
      {{"dma.burst=32B"}, {"dma.burst", "dma.present is false"}},
  });
}

}  // namespace
}  // namespace mimd
