// Time-independent traces of MPI programs against `smpirun -replay` (64-node crossbar, model CM02).
#include <gtest/gtest.h>

#include <cstdio>

#include "support/csv_rows.h"
#include "support/message_run.h"
#include "tb/message_passing/ti_trace.h"

namespace {

using namespace mimd;

TEST(ti_replay_reference, traces_take_what_smpi_takes_to_the_digits_it_prints) {
  const std::string folder = MIMD_TEST_DATA "/mpi-traces/";
  noc::train_network_parameters network;
  network.family = "crossbar";
  network.dims = {64};
  network.link_latency = 1'000'000;
  network.link_bandwidth = 1e9;
  network.fluid = true;
  network.header_bytes = 16;  // SMPI's envelope
  message_passing::message_costs costs;
  costs.rendezvous = message_passing::handshake::instant;
  costs.eager_limit = 65'535;
  message_passing::collective_algorithms algorithms;
  algorithms.barrier = message_passing::barrier_algorithm::linear;
  algorithms.reduce = message_passing::reduce_algorithm::linear;
  algorithms.allreduce = message_passing::allreduce_algorithm::reduce_broadcast;
  algorithms.all_to_all = message_passing::all_to_all_algorithm::linear;
  for (const test::csv_row& row : test::csv_rows(folder + "reference-replay.csv")) {
    tb::ti_trace trace(folder + row.at("program") + '.' + row.at("ranks") + ".txt", 1e9);
    ASSERT_EQ(trace.ranks(), std::stoul(row.at("ranks")));
    EXPECT_EQ(trace.actions(), std::stoull(row.at("actions")));
    test::message_run run(trace.ranks(), costs, network);
    const double time = static_cast<double>(run.run(trace, algorithms)) * 1e-12;
    EXPECT_EQ(run.engine.finished(), trace.ranks()) << run.engine.waiting(4);
    const double reference = std::stod(row.at("replay_sim_time_s"));
    std::printf("%s on %s: %.3f us, SMPI %.3f us, %+.2f %%\n", row.at("program").c_str(),
                row.at("ranks").c_str(), time * 1e6, reference * 1e6, 100 * (time / reference - 1));
    EXPECT_NEAR(time, reference, 2e-6 * reference) << row.at("program");
  }
}

}  // namespace
