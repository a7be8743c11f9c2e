// mimd-noc as a user runs it: its measurements hang together, do not depend on the host, and end as every
// machine's do.
#include "tests/support/noc_run.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "tests/support/interrupted_run.h"

namespace mimd {
namespace {

using words = std::vector<std::string>;
using test::noc_statistics;
using test::run_mimd_noc;
using test::scratch_directory;
using test::text_of;

words quick(const std::string& fidelity) {
  return {"--set", "noc.fidelity=" + fidelity, "--set", "noc.dims=4x4",
          "--set", "measure.warm_up=500",      "--set", "measure.cycles=2000"};
}

words operator+(words a, const words& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

class fidelities : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(noc, fidelities, testing::Values("packet", "flit"),
                         [](const auto& p) { return std::string(p.param); });

TEST_P(fidelities, accounts_of_a_run_close) {
  const auto s = noc_statistics(quick(GetParam()) +
                                words{"--set", "traffic.packet_flits=1,5", "--set", "traffic.load=0.1"});
  const auto count = [&s](const std::string& name) { return s.at(name).get<std::uint64_t>(); };
  EXPECT_EQ(count("noc.window_cycles"), 2000u);
  EXPECT_EQ(count("noc.packets.missing"), 0u);
  EXPECT_EQ(count("noc.packets.created"), count("noc.latency.packet.count"));
  EXPECT_EQ(count("noc.class_0.latency.packet.count") + count("noc.class_1.latency.packet.count"),
            count("noc.latency.packet.count"));
  EXPECT_EQ(count("time_ps"), 1000 * count("noc.cycles"));
  EXPECT_NEAR(s.at("noc.offered_flits_per_node_cycle").get<double>(), 0.1, 0.02);
  const double accepted = s.at("noc.accepted_flits_per_node_cycle").get<double>();
  EXPECT_NEAR(accepted, 0.1, 0.02);
  EXPECT_NEAR(s.at("noc.accepted_bytes_per_second").get<double>(), accepted * 16 * 16 * 1e9, 1);
  // What leaves the routers goes over links, and to the terminals.
  std::uint64_t routers = 0;
  std::uint64_t links = 0;
  std::uint64_t from_terminals = 0;
  for (const auto& [name, value] : s.items()) {
    if (name.rfind("noc.router.", 0) == 0) routers += value.get<std::uint64_t>();
    if (name.rfind("noc.link.r", 0) == 0) links += value.get<std::uint64_t>();
    if (name.rfind("noc.link.t", 0) == 0) from_terminals += value.get<std::uint64_t>();
  }
  EXPECT_EQ(routers, links);
  EXPECT_EQ(routers, count("noc.events.crossbar_flits"));
  EXPECT_NEAR(static_cast<double>(from_terminals) / 2000 / 16, 0.1, 0.02);
  EXPECT_LE(s.at("noc.latency.network.mean_cycles").get<double>(),
            s.at("noc.latency.packet.mean_cycles").get<double>());
}

TEST_P(fidelities, the_same_seed_gives_the_same_bytes_and_another_does_not) {
  const scratch_directory scratch;
  const auto run = [&](const std::string& name, const words& more) {
    const std::string file = scratch.file(name);
    const auto r = run_mimd_noc(quick(GetParam()) +
                                words{"--quiet", "--stats", file, "--transactions", file + ".log"} + more);
    EXPECT_EQ(r.status, 0) << r;
    auto all = nlohmann::json::parse(text_of(file));
    return all.at("statistics").dump() + text_of(file + ".log");
  };
  const std::string first = run("a.json", {"--seed", "5"});
  EXPECT_EQ(first, run("b.json", {"--seed", "5"}));
  EXPECT_NE(first, run("c.json", {"--seed", "6"}));
  EXPECT_EQ(first, run("d.json", {"--seed", "5", "--vcd", scratch.file("d.vcd")})) << "waves change nothing";
}

TEST_P(fidelities, a_dump_read_back_is_the_identical_run) {
  const scratch_directory scratch;
  const std::string dump = scratch.file("it.ini");
  const words unusual = quick(GetParam()) + words{"--workload", "batch",
                                                  "--seed",     "9",
                                                  "--set",      "noc.topology=torus",
                                                  "--set",      "noc.vcs=2",
                                                  "--set",      "noc.virtual_networks=2",
                                                  "--set",      "noc.clock=1.5GHz",
                                                  "--set",      "traffic.pattern=hotspot",
                                                  "--set",      "traffic.hot_spots=3:2,5:1.5",
                                                  "--set",      "traffic.hotspot_share=0.25",
                                                  "--set",      "traffic.packet_flits=1,3",
                                                  "--set",      "traffic.virtual_networks=0,1",
                                                  "--set",      "batch.packets=20"};
  ASSERT_EQ(run_mimd_noc(unusual + words{"--dump-config", dump}).status, 0);
  ASSERT_EQ(run_mimd_noc({"--config", dump, "--dump-config", dump + "2"}).status, 0);
  EXPECT_EQ(text_of(dump), text_of(dump + "2"));
  EXPECT_EQ(noc_statistics(unusual), noc_statistics({"--config", dump}));
}

TEST_P(fidelities, saturation_is_looked_for_among_loads_that_bursts_can_offer) {
  const auto s =
      noc_statistics(quick(GetParam()) + words{"--workload", "saturation", "--set", "traffic.process=bursty",
                                               "--set", "traffic.burst_rate=0.08"});
  EXPECT_GT(s.at("noc.saturation_load").get<double>(), 0.05);
  EXPECT_LT(s.at("noc.saturation_load").get<double>(), 0.08);
}

TEST_P(fidelities, a_sweep_finds_saturation_and_its_latencies_rise) {
  const auto s = noc_statistics(quick(GetParam()) + words{"--workload", "sweep", "--set", "sweep.points=4",
                                                          "--set", "traffic.packet_flits=4", "--set",
                                                          "saturation.resolution=0.02"});
  const double saturation = s.at("noc.saturation_load").get<double>();
  const double zero = s.at("noc.zero_load_cycles").get<double>();
  EXPECT_GT(saturation, 0.2);
  EXPECT_LT(saturation, 1.0);
  EXPECT_NEAR(saturation / 0.02, std::round(saturation / 0.02), 1e-6);
  double before = zero * 0.95;
  for (unsigned i = 0; i < 4; ++i) {
    const std::string p = "sweep.point_" + std::to_string(i);
    const double mean = s.at(p + ".mean_cycles").get<double>();
    EXPECT_GT(mean, before) << p;
    before = mean;
  }
  EXPECT_NEAR(s.at("sweep.point_3.load").get<double>(), saturation, 1e-9);
  EXPECT_FALSE(s.contains("sweep.point_4.load"));
}

TEST_P(fidelities, listed_loads_are_the_points_of_a_sweep) {
  const auto s =
      noc_statistics(quick(GetParam()) + words{"--workload", "sweep", "--set", "sweep.loads=0.05,0.9",
                                               "--set", "saturation.resolution=0.05"});
  EXPECT_EQ(s.at("sweep.point_0.load"), 0.05);
  EXPECT_EQ(s.at("sweep.point_0.saturated"), 0);
  EXPECT_EQ(s.at("sweep.point_1.load"), 0.9);
  EXPECT_EQ(s.at("sweep.point_1.saturated"), 1);
}

TEST_P(fidelities, traces_are_replayed_compressed_or_not) {
  const scratch_directory scratch;
  const std::string trace = scratch.file("trace");
  std::ofstream(trace) << "# two packets\n1 0 0 5 5\n2 0 5 0 1 after=1 delay=7\n";
  const auto plain = noc_statistics(quick(GetParam()) + words{"--trace", trace});
  EXPECT_EQ(plain.at("noc.latency.packet.count"), 2);
  // 2 links, 3 routers: 3·3 + 2·1 + 2·1 + 1 = 14; the first has 4 flits more. The second leaves 7 later.
  EXPECT_EQ(plain.at("noc.latency.packet.max"), 18);
  EXPECT_EQ(plain.at("noc.finish_cycle"), 18 + 7 + 14);
  for (const char* how : {"gzip -k", "xz -k", "zstd -q"}) {
    ASSERT_EQ(std::system((std::string(how) + " " + trace).c_str()), 0);
    const std::string suffix = how[0] == 'g' ? ".gz" : how[0] == 'x' ? ".xz" : ".zst";
    EXPECT_EQ(noc_statistics(quick(GetParam()) + words{"--trace", trace + suffix}), plain) << how;
  }
}

TEST_P(fidelities, energy_is_events_times_coefficients) {
  const words base = quick(GetParam());
  EXPECT_FALSE(noc_statistics(base).contains("noc.energy.dynamic_pj")) << "nobody gave a coefficient";
  const auto s = noc_statistics(
      base + words{"--set", "energy.buffer_write_pj=0.5", "--set", "energy.buffer_read_pj=0.25", "--set",
                   "energy.crossbar_pj=2", "--set", "energy.allocation_pj=0.125", "--set",
                   "energy.route_pj=4", "--set", "energy.link_pj=3", "--set", "energy.router_static_mw=10"});
  const auto events = [&s](const char* name) {
    return s.at(std::string("noc.events.") + name).get<double>();
  };
  EXPECT_NEAR(s.at("noc.energy.dynamic_pj").get<double>(),
              0.75 * events("buffer_writes") + 2.125 * events("crossbar_flits") +
                  4 * events("routed_packets") + 3 * events("link_flit_cycles"),
              1e-6);
  EXPECT_NEAR(s.at("noc.energy.static_pj").get<double>(), 16 * 2000.0 * 10, 1e-6);  // 10 mW for 2 us a router
}

words endless(const std::string& fidelity, const std::string& workload) {
  return {"--set", "noc.fidelity=" + fidelity,  "--workload", workload,
          "--set", "measure.cycles=1000000000", "--set",      "batch.packets=1000000000"};
}

TEST_P(fidelities, an_interrupted_run_leaves_valid_outputs) {
  for (const char* workload : {"open-loop", "sweep", "batch"}) {
    const test::outputs_of_a_run outputs;
    const words given =
        words{"--no-progress"} + endless(GetParam(), workload) +
        words{"--stats", outputs.stats, "--vcd", outputs.waves, "--transactions", outputs.log};
    const auto run = test::run_program(std::string(MIMD_BINARY_DIR) + "/mimd-noc", given,
                                       test::interruption_plan{SIGINT, std::chrono::milliseconds(300)});
    ASSERT_EQ(run.status, 130) << workload << run;
    EXPECT_EQ(run.error_lines(), 1u) << run;
    EXPECT_NE(run.errors.find("interrupted"), std::string::npos) << run;
    outputs.expect_valid();
  }
}

TEST_P(fidelities, max_time_stops_in_the_same_cycle_always) {
  const auto stopped = [&] {
    const scratch_directory scratch;
    const std::string stats = scratch.file("stats.json");
    const auto run =
        run_mimd_noc(endless(GetParam(), "open-loop") + words{"--max-time", "20.5us", "--stats", stats});
    EXPECT_EQ(run.status, 3) << run;
    EXPECT_NE(run.errors.find("--max-time 20.5us"), std::string::npos) << run;
    return nlohmann::json::parse(text_of(stats)).at("statistics");
  };
  const auto first = stopped();
  EXPECT_EQ(first.at("noc.cycles"), 20499);
  EXPECT_GT(first.at("noc.latency.packet.count").get<std::uint64_t>(), 0u);
  EXPECT_EQ(first, stopped());
}

TEST(noc, a_billion_idle_cycles_cost_nothing) {
  const scratch_directory scratch;
  const std::string trace = scratch.file("trace");
  std::ofstream(trace) << "1 0 0 5 5\n2 1000000000 5 0 1\n";
  const auto start = std::chrono::steady_clock::now();
  const auto s = noc_statistics({"--trace", trace});
  EXPECT_GT(s.at("noc.cycles").get<std::uint64_t>(), 1'000'000'000u);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(noc, waves_show_a_packet_on_its_way) {
  const scratch_directory scratch;
  const std::string trace = scratch.file("trace");
  const std::string vcd = scratch.file("waves.vcd");
  std::ofstream(trace) << "1 10 0 2 3\n";
  const auto run = run_mimd_noc({"--trace", trace, "--set", "noc.fidelity=flit", "--vcd", vcd, "--quiet"});
  ASSERT_EQ(run.status, 0) << run;
  const auto waves = test::read_vcd(vcd);
  std::map<std::string, std::uint64_t> busy;
  std::map<std::string, std::uint64_t> rise;
  std::map<std::string, std::uint64_t> since;
  for (const auto& change : waves.changes) {
    if (change.name.find(".busy") == std::string::npos) continue;
    if (change.value == "1") {
      rise.emplace(change.name, change.time);
      since[change.name] = change.time;
    } else if (since.count(change.name) != 0) {
      busy[change.name] += change.time - since[change.name];
    }
  }
  for (const char* link : {"t0_r0", "r0_r1", "r1_r2", "r2_t2"})
    EXPECT_EQ(busy[std::string("noc.link.") + link + ".busy"], 3000u) << link << ": 3 flits";
  EXPECT_LT(rise["noc.link.r0_r1.busy"], rise["noc.link.r1_r2.busy"]);
  EXPECT_EQ(rise.size(), 4u) << "no other link is busy";
}

}  // namespace
}  // namespace mimd
