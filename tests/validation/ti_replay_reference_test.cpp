// Time-independent traces of MPI programs against `smpirun -replay` (64-node crossbar, model CM02).
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "support/csv_rows.h"
#include "support/message_run.h"
#include "support/scratch_files.h"
#include "tb/message_passing/ti_trace.h"

namespace {

using namespace mimd;

// `smpirun -replay` on simgrid/crossbar_64.xml with SimGrid's default algorithms.
struct smpi_machine {
  smpi_machine() {
    network.family = "crossbar";
    network.dims = {64};
    network.link_latency = 1'000'000;
    network.link_bandwidth = 1e9;
    network.fluid = true;
    network.header_bytes = 16;  // SMPI's envelope
    costs.rendezvous = message_passing::handshake::instant;
    costs.eager_limit = 65'535;
    algorithms.barrier = message_passing::barrier_algorithm::linear;
    algorithms.reduce = message_passing::reduce_algorithm::linear;
    algorithms.allreduce = message_passing::allreduce_algorithm::reduce_broadcast;
    algorithms.all_to_all = message_passing::all_to_all_algorithm::linear;
  }

  noc::train_network_parameters network;
  message_passing::message_costs costs;
  message_passing::collective_algorithms algorithms;
};

TEST(ti_replay_reference, traces_take_what_smpi_takes_to_the_digits_it_prints) {
  const std::string folder = MIMD_TEST_DATA "/mpi-traces/";
  const smpi_machine smpi;
  for (const test::csv_row& row : test::csv_rows(folder + "reference-replay.csv")) {
    tb::ti_trace trace(folder + row.at("program") + '.' + row.at("ranks") + ".txt", 1e9);
    ASSERT_EQ(trace.ranks(), std::stoul(row.at("ranks")));
    EXPECT_EQ(trace.actions(), std::stoull(row.at("actions")));
    test::message_run run(trace.ranks(), smpi.costs, smpi.network);
    const double time = static_cast<double>(run.run(trace, smpi.algorithms)) * 1e-12;
    EXPECT_EQ(run.engine.finished(), trace.ranks()) << run.engine.waiting(4);
    const double reference = std::stod(row.at("replay_sim_time_s"));
    std::printf("%s on %s: %.3f us, SMPI %.3f us, %+.2f %%\n", row.at("program").c_str(),
                row.at("ranks").c_str(), time * 1e6, reference * 1e6, 100 * (time / reference - 1));
    EXPECT_NEAR(time, reference, 2e-6 * reference) << row.at("program");
  }
}

// Times of SimGrid 3.32, measured as those of the table. SMPI takes another algorithm where parts differ.
TEST(ti_replay_reference, reducescatter_takes_what_smpi_takes_whatever_the_parts) {
  const std::pair<std::vector<unsigned>, double> cases[] = {
      {{1000, 1000}, 28.032},
      {{1000, 3000}, 26.016},
      {{1000, 1000, 1000}, 68.064},
      {{1000, 1000, 2000}, 62.048},
      {{5000, 1000, 1000}, 150.048},
      {{1000, 2000, 3000, 4000}, 132.032},
      {{1000, 1000, 1000, 1001}, 44.048},
      {{5000, 1000, 1000, 1000, 1000}, 386.096},
      {{1000, 1000, 1000, 1000, 5000}, 264.096},
      {{8000, 1000, 1000, 1000, 1000, 1000, 1000, 1000}, 310.048},
  };
  const smpi_machine smpi;
  const test::scratch_directory scratch;
  for (const auto& [parts, microseconds] : cases) {
    std::ofstream index(scratch.file("trace"));
    for (std::size_t r = 0; r < parts.size(); ++r) {
      index << 'r' << r << '\n';
      std::ofstream actions(scratch.file("r" + std::to_string(r)));
      actions << r << " init\n" << r << " reducescatter";
      for (const unsigned part : parts) actions << ' ' << part;
      actions << " 0 0\n" << r << " finalize\n";
    }
    index.close();
    tb::ti_trace trace(scratch.file("trace"), 1e9);
    test::message_run run(trace.ranks(), smpi.costs, smpi.network);
    const double time = static_cast<double>(run.run(trace, smpi.algorithms)) * 1e-6;
    EXPECT_EQ(run.engine.finished(), trace.ranks()) << run.engine.waiting(4);
    EXPECT_NEAR(time, microseconds, 1e-3) << testing::PrintToString(parts);
  }
}

}  // namespace
