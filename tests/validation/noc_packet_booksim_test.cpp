// Packet fidelity against the reference measured with BookSim2: mean latency of the rows below 95 % of
// saturation, accepted throughput under overload. Reduced: one short run of each row, so no bar is narrower
// than what single runs of either side differ by. scripts/compare-booksim does it in full.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "noc/network.h"
#include "noc/topologies.h"
#include "tb/traffic/open_loop.h"
#include "tb/traffic/packet_mix.h"
#include "tb/traffic/traffic_pattern.h"

namespace {

using namespace mimd::noc;

struct series {
  std::string topology;
  std::uint32_t vcs;
  std::uint32_t buffer_flits;
  std::uint32_t flits;
  std::string pattern;
};

struct point {
  double latency = 0;
  double accepted = 0;
  double runs = 0;
};

// The mean of the reference's runs, by load, of those that ended so.
std::map<double, point> reference(const series& s, const std::string& status) {
  std::ifstream file(MIMD_TEST_DATA "/reference-noc-booksim2.csv");
  std::ostringstream key;
  key << s.topology << ',' << s.vcs << ',' << s.buffer_flits << ',' << s.flits << ',' << s.pattern << ',';
  std::map<double, point> result;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(key.str(), 0) != 0) continue;
    std::replace(line.begin(), line.end(), ',', ' ');
    std::istringstream fields(line.substr(key.str().size()));
    double load = 0;
    std::string ended;
    point p;
    fields >> load >> ended >> p.latency >> p.accepted;
    EXPECT_FALSE(fields.fail()) << line;
    if (ended != status) continue;
    point& sum = result[load];
    sum.latency += p.latency;
    sum.accepted += p.accepted;
    ++sum.runs;
  }
  for (auto& [load, p] : result) {
    p.latency /= p.runs;
    p.accepted /= p.runs;
  }
  return result;
}

mimd::tb::traffic_results run(const series& s, double load, cycle measure) {
  topology_parameters tp;
  tp.family = s.topology;
  if (s.topology == "torus") tp.link_cycles = 2;
  const auto shape = make_topology(tp);
  const auto way = make_routing("dimension-order", shape, s.vcs);
  network_parameters np;
  np.vcs = s.vcs;
  np.buffer_flits = s.buffer_flits;
  const auto net = make_network(fidelity::packet, shape, *way, np);
  mimd::tb::pattern_parameters pp;
  pp.name = s.pattern;
  const mimd::tb::traffic_pattern pattern(pp, shape.terminals());
  mimd::tb::packet_kind kind;
  kind.flits = s.flits;
  const mimd::tb::packet_mix mix({kind});
  mimd::tb::open_loop_parameters op;
  op.injection.load = load;
  op.warm_up = 3000;
  op.measure = measure;
  op.drain_limit = load < 1 ? 20000 : 0;
  mimd::tb::open_loop driver(*net, shape, pattern, mix, op);
  while (!driver.work(100000)) continue;
  return driver.results();
}

void expect_reference(const series& s, double saturation) {
  int compared = 0;
  for (const auto& [load, expected] : reference(s, "ok")) {
    const double share = load / saturation;
    if (share > 0.95) continue;
    const double noise = 2 * (share < 0.5 ? 0.01 : 0.02) / std::sqrt(expected.runs);
    const double bar = std::max(share < 0.6 ? 0.03 : share < 0.8 ? 0.05 : 0.15, noise);
    const auto ours = run(s, load, load < 0.03 ? 40000 : 8000);
    EXPECT_EQ(ours.missing(), 0u);
    EXPECT_NEAR(ours.all.packet.mean(), expected.latency, bar * expected.latency)
        << s.topology << ", load " << load << ", " << 100 * share << " % of saturation";
    ++compared;
  }
  EXPECT_GT(compared, 1);
  for (const auto& [load, expected] : reference(s, "overload"))
    EXPECT_NEAR(run(s, load, 3000).accepted(), expected.accepted, 0.05 * expected.accepted) << "overload";
}

TEST(noc_packet_booksim, mesh_of_1_vc_and_single_flits) {
  expect_reference({"mesh", 1, 4, 1, "uniform"}, 0.16);
}
TEST(noc_packet_booksim, mesh_of_4_vcs_and_single_flits) {
  expect_reference({"mesh", 4, 8, 1, "uniform"}, 0.415);
}
TEST(noc_packet_booksim, mesh_of_4_vcs_and_5_flits) {
  expect_reference({"mesh", 4, 8, 5, "uniform"}, 0.395);
}
TEST(noc_packet_booksim, mesh_of_1_vc_and_5_flits) {
  expect_reference({"mesh", 1, 8, 5, "uniform"}, 0.225);
}
TEST(noc_packet_booksim, torus) {
  expect_reference({"torus", 4, 8, 1, "uniform"}, 0.62);
}
TEST(noc_packet_booksim, transpose) {
  expect_reference({"mesh", 4, 8, 1, "transpose"}, 0.145);
}

}  // namespace
