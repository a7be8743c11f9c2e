// Zero-load latency is exact: every hop count of the reference (measured with BookSim2), over every pair of
// terminals that far apart, in both fidelities.
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "noc/network.h"
#include "noc/topologies.h"
#include "tests/support/noc_scoreboard.h"

namespace {

using namespace mimd::noc;

struct row {
  std::uint32_t flits, buffer_flits, vcs, links;
  cycle latency;
};

std::vector<row> rows() {
  std::ifstream file(MIMD_TEST_DATA "/reference-noc-zero-load.csv");
  std::vector<row> result;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#' || line[0] == 'f') continue;
    std::istringstream fields(line);
    row r;
    char comma;
    fields >> r.flits >> comma >> r.buffer_flits >> comma >> r.vcs >> comma >> r.links >> comma >> r.latency;
    EXPECT_FALSE(fields.fail()) << line;
    result.push_back(r);
  }
  return result;
}

void expect_all_rows(fidelity f) {
  const auto all = rows();
  ASSERT_EQ(all.size(), 90u);
  const auto shape = make_topology(topology_parameters{});  // mesh 8x8, channels of one cycle
  for (const auto& r : all) {
    network_parameters np;
    np.vcs = r.vcs;
    np.buffer_flits = r.buffer_flits;
    const auto way = make_routing("dimension-order", shape, r.vcs);
    const auto net = make_network(f, shape, *way, np);
    mimd::test::noc_scoreboard board(*net);
    cycle wrong = 0;
    std::uint64_t pairs = 0;
    board.on_arrival = [&](packet& p) {
      ++pairs;
      if (p.arrived - p.created != r.latency) wrong = p.arrived - p.created;
      EXPECT_EQ(p.hops, r.links + 1);
    };
    for (std::uint32_t s = 0; s < 64; ++s)
      for (std::uint32_t d = 0; d < 64; ++d) {
        const auto x = s % 8 > d % 8 ? s % 8 - d % 8 : d % 8 - s % 8;
        const auto y = s / 8 > d / 8 ? s / 8 - d / 8 : d / 8 - s / 8;
        if (x + y != r.links) continue;
        board.send(s, d, r.flits);
        ASSERT_TRUE(board.drain());
      }
    EXPECT_EQ(wrong, 0u) << "instead of " << r.latency << ": " << r.flits << " flits, buffers of "
                         << r.buffer_flits << ", " << r.links << " links";
    EXPECT_GT(pairs, 0u);
    EXPECT_NO_THROW(net->check_drained());
  }
}

TEST(noc_zero_load, exact_at_every_hop_count_in_flit_fidelity) {
  expect_all_rows(fidelity::flit);
}
TEST(noc_zero_load, exact_at_every_hop_count_in_packet_fidelity) {
  expect_all_rows(fidelity::packet);
}

}  // namespace
