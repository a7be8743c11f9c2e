// The classic litmus tests on directory machines, sequentially consistent and with store buffers, in both
// timings: no outcome that the model forbids.
#include <gtest/gtest.h>

#include "support/litmus_judge.h"

namespace mimd::test {
namespace {

constexpr auto lt = timing_mode::loose;
constexpr auto at = timing_mode::approximate;
constexpr auto sc = consistency_model::sc;
constexpr auto tso = consistency_model::tso;

using parameters = std::vector<std::pair<std::string, std::string>>;

parameters small_nodes(const parameters& more = {}) {
  parameters all{{"l1.size", "512B"},
                 {"l1.ways", "2"},
                 {"node.count", "4"},
                 {"noc.fidelity", "fixed"},
                 {"placement.page", "1KiB"}};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

bool judge(timing_mode timing, consistency_model consistency, const parameters& values, std::uint64_t runs,
           double coverage) {
  return judge_litmus_tests({timing, consistency, values, runs, 21, true, true}, coverage);
}

TEST(directory_litmus, sc_at) {
  judge(at, sc, small_nodes(), 2000, 0.97);
}
TEST(directory_litmus, sc_lt) {
  judge(lt, sc, small_nodes(), 2000, 0.85);
}
TEST(directory_litmus, tso_at) {
  EXPECT_TRUE(judge(at, tso, small_nodes(), 2000, 0.97));
}
TEST(directory_litmus, tso_lt) {
  EXPECT_TRUE(judge(lt, tso, small_nodes(), 5000, 0.85));
}

struct machine_shape {
  std::string name;
  parameters differences;
  friend std::ostream& operator<<(std::ostream& out, const machine_shape& shape) { return out << shape.name; }
};

class every_directory_machine : public testing::TestWithParam<machine_shape> {};

TEST_P(every_directory_machine, keeps_tso_at) {
  EXPECT_TRUE(judge(at, tso, small_nodes(GetParam().differences), 400, 0.85));
}
TEST_P(every_directory_machine, keeps_sc_at) {
  judge(at, sc, small_nodes(GetParam().differences), 400, 0.85);
}
TEST_P(every_directory_machine, keeps_tso_lt) {
  judge(lt, tso, small_nodes(GetParam().differences), 400, 0.7);
}

std::vector<machine_shape> shapes() {
  return {
      {"packet_network", {{"noc.fidelity", "packet"}}},
      {"flit_network_one_vc", {{"noc.fidelity", "flit"}, {"noc.vcs", "1"}, {"noc.buffer_flits", "2"}}},
      {"one_node", {{"node.count", "1"}}},
      {"two_nodes_moesi", {{"node.count", "2"}, {"coherence.protocol", "moesi"}}},
      {"msi_via_home_nack",
       {{"coherence.protocol", "msi"}, {"directory.replies", "via-home"}, {"directory.busy", "nack"}}},
      {"mesi_nack_notified", {{"directory.busy", "nack"}, {"directory.clean_eviction", "notified"}}},
      {"moesi_via_home_one_pointer",
       {{"coherence.protocol", "moesi"},
        {"directory.replies", "via-home"},
        {"directory.format", "dir-i-nb"},
        {"directory.pointers", "1"}}},
      {"broadcast", {{"directory.format", "dir-i-b"}, {"directory.pointers", "1"}}},
      {"sparse", {{"directory.sparse_entries", "4"}, {"directory.sparse_ways", "1"}}},
      {"pointer_pool", {{"directory.format", "pointer-pool"}, {"directory.pool", "2"}}},
      {"l2_inclusive", {{"l2.size", "1KiB"}, {"l2.ways", "4"}}},
      {"l2_apart", {{"l2.size", "1KiB"}, {"l2.ways", "4"}, {"l2.inclusive", "false"}}},
      {"write_through_l1", {{"l2.size", "1KiB"}, {"l2.ways", "4"}, {"l1.write", "through"}}},
      {"no_write_allocate", {{"l1.write_allocate", "false"}}},
      {"outstanding", {{"cpu.outstanding", "4"}}},
  };
}

INSTANTIATE_TEST_SUITE_P(directory_litmus, every_directory_machine, testing::ValuesIn(shapes()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace mimd::test
