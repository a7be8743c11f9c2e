// The packet network set to whole-message cut-through, and the fluid network, against SimGrid.
#include <gtest/gtest.h>

#include <cstdio>

#include "support/csv_rows.h"
#include "support/message_run.h"
#include "tb/message_passing/skeletons.h"

namespace {

using namespace mimd;
using message_passing::collective;

struct platform {
  noc::train_network_parameters network;
  std::vector<std::uint32_t> grid;
};

// As the XML files beside the table describe them.
platform platform_of(const std::string& file) {
  platform p;
  if (file.rfind("crossbar_", 0) == 0) {
    p.network.family = "crossbar";
    p.network.dims = {static_cast<std::uint32_t>(std::stoul(file.substr(9)))};
    p.network.link_latency = 1'000'000;
    p.network.link_bandwidth = 1e9;
    p.grid = tb::three_factors(p.network.dims[0]);
  } else {
    p.network.family = "torus";
    p.network.dims =
        file == "torus_64.xml" ? std::vector<std::uint32_t>{4, 4, 4} : std::vector<std::uint32_t>{16, 8, 8};
    p.network.link_latency = 100'000;
    p.network.link_bandwidth = 175e6;
    p.grid = p.network.dims;
  }
  return p;
}

std::uint32_t farthest(const noc::train_network& n) {
  std::uint32_t best = 0;
  for (std::uint32_t i = 0; i < n.nodes(); ++i)
    if (n.hops(0, i) > n.hops(0, best)) best = i;
  return best;
}

std::unique_ptr<message_passing::operation_stream> program_of(const std::string& pattern, std::uint32_t ranks,
                                                              std::uint64_t bytes, const platform& p,
                                                              const noc::train_network& n) {
  const auto all = [&](collective c) {
    return std::make_unique<tb::repeated_collective>(ranks, c, bytes, 1);
  };
  if (pattern == "pingpong") return std::make_unique<tb::ping_pong>(ranks, 0, farthest(n), bytes, 1);
  if (pattern == "halo") return std::make_unique<tb::halo_exchange>(p.grid, bytes, 1, 0);
  if (pattern == "rd") return all(collective::allreduce);
  if (pattern == "bino") return all(collective::broadcast);
  if (pattern == "pair") return all(collective::all_to_all);
  throw std::runtime_error("unknown pattern " + pattern);
}

TEST(simgrid_reference, the_fluid_network_agrees_within_a_permille_where_links_are_shared_too) {
  message_passing::message_costs costs;
  costs.rendezvous = message_passing::handshake::instant;
  costs.eager_limit = 0;
  for (const test::csv_row& row : test::csv_rows(MIMD_TEST_DATA "/simgrid/reference-simgrid.csv")) {
    platform p = platform_of(row.at("platform"));
    p.network.fluid = true;
    p.network.ties = noc::half_way::simgrid;
    const auto ranks = static_cast<std::uint32_t>(std::stoul(row.at("ranks")));
    test::message_run run(ranks, costs, p.network);
    const auto program = program_of(row.at("pattern"), ranks, std::stoull(row.at("bytes")), p, *run.network);
    const double time = static_cast<double>(run.run(*program)) * 1e-12;
    const double reference = std::stod(row.at("sim_time_max_s"));
    std::printf("%s %s: %.3f us, SimGrid %.3f us, %+.2f %%\n", row.at("platform").c_str(),
                row.at("pattern").c_str(), time * 1e6, reference * 1e6, 100 * (time / reference - 1));
    EXPECT_EQ(run.engine.counts().messages, std::stoull(row.at("messages")));
    EXPECT_NEAR(time, reference, 0.001 * reference) << row.at("platform") << ' ' << row.at("pattern");
  }
}

TEST(simgrid_reference, whole_messages_cut_through_agree_within_one_percent) {
  for (const test::csv_row& row : test::csv_rows(MIMD_TEST_DATA "/simgrid/reference-simgrid.csv")) {
    const platform p = platform_of(row.at("platform"));
    const auto ranks = static_cast<std::uint32_t>(std::stoul(row.at("ranks")));
    const std::string& pattern = row.at("pattern");
    test::message_run run(ranks, {}, p.network);
    const auto program = program_of(pattern, ranks, std::stoull(row.at("bytes")), p, *run.network);
    const double time = static_cast<double>(run.run(*program)) * 1e-12;
    const double reference = std::stod(row.at("sim_time_max_s"));
    std::printf("%s %s: %.3f us, SimGrid %.3f us, %+.2f %%; waited for links %.3f us\n",
                row.at("platform").c_str(), pattern.c_str(), time * 1e6, reference * 1e6,
                100 * (time / reference - 1), static_cast<double>(run.network->waited()) * 1e-6);
    EXPECT_EQ(run.engine.counts().messages, std::stoull(row.at("messages")));
    // Where several messages share a link at once there is no bar: here they take turns.
    const bool shares = p.network.family == "torus" && (pattern == "rd" || pattern == "pair");
    if (!shares) {
      EXPECT_NEAR(time, reference, 0.01 * reference) << row.at("platform") << ' ' << pattern;
    }
  }
}

}  // namespace
