// Runs of mimd-norma: the same answers as shared memory, the choices of interface and algorithms, what costs
// what, determinism, endings and what is refused.
#include <array>

#include "tests/support/named_program.h"
#include "tests/support/norma_workload_matrix.h"

namespace mimd {
namespace {

using test::run_machine;

using words = std::vector<std::string>;

// --- the same answer as on shared memory, bit for bit

struct answer_case {
  std::string workload;
  words options;  // of mimd-norma
  words shared;   // of mimd-uma
};

class norma_answers : public testing::TestWithParam<answer_case> {};

TEST_P(norma_answers, are_those_of_shared_memory) {
  const answer_case& c = GetParam();
  words uma = c.shared;
  uma.emplace_back("cpu.count=3");
  const test::machine_run shared = run_machine("mimd-uma", "--workload " + c.workload, uma);
  ASSERT_EQ(shared.status, 0) << shared.errors;
  const double expected = shared.statistics.at("workload.digest").get<double>();
  for (const char* timing : {"lt", "at"}) {
    for (const char* nodes : {"1", "4", "7"}) {
      words norma = c.options;
      norma.push_back(std::string("node.count=") + nodes);
      const auto run = run_machine("mimd-norma", "--workload " + c.workload + " --timing " + timing, norma);
      ASSERT_EQ(run.status, 0) << run.errors;
      EXPECT_EQ(run.statistics.at("workload.digest").get<double>(), expected)
          << nodes << " nodes, " << timing;
    }
  }
}

const answer_case answers[] = {
    {"matmul", {"workload.size=20"}, {"workload.size=20"}},
    {"fft", {"workload.size=128"}, {"workload.size=128"}},
    {"lu", {"workload.size=20"}, {"workload.size=20"}},
    {"stencil", {"workload.size=20"}, {"workload.size=20"}},
    {"stencil",
     {"workload.size=20", "workload.variant=red-black"},
     {"workload.size=20", "workload.variant=red-black"}},
    {"radix-sort", {"workload.size=300"}, {"workload.size=300"}},
    {"n-body", {"workload.size=20"}, {"workload.size=20"}},
    {"histogram", {"workload.size=600"}, {"workload.size=600", "workload.variant=private"}},
    {"bfs", {"workload.size=150"}, {"workload.size=150"}},
};
INSTANTIATE_TEST_SUITE_P(all, norma_answers, testing::ValuesIn(answers), [](const auto& i) {
  std::string name = i.param.workload + (i.index == 4 ? "_red_black" : "");
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

// --- choices

class norma_interface : public testing::TestWithParam<words> {};

// Exchanges of long and short messages, collectives and a computation, all by the same choices.
TEST_P(norma_interface, serves_every_kind_of_traffic) {
  for (const char* timing : {"lt", "at"}) {
    for (const auto& [workload, size] :
         {std::pair("bandwidth", "9000"), std::pair("radix-sort", "300"), std::pair("lu", "16"),
          std::pair("gups", "200"), std::pair("all-to-all", "2000")}) {
      const auto run = test::run_norma({workload, size, 4, "torus", timing, "packet"}, GetParam());
      ASSERT_EQ(run.status, 0) << workload << ' ' << timing << ' ' << run.errors;
      test::expect_closed_accounts(run, 4);
    }
  }
}

const words interfaces[] = {
    {"ni.transfer=programmed"},
    {"ni.notice=interrupt"},
    {"ni.access=kernel"},
    {"ni.transfer=programmed", "ni.notice=interrupt", "ni.access=kernel"},
    {"ni.send_entries=2", "ni.receive_entries=2", "ni.packet=64B", "ni.input_packets=1"},
    {"mpi.eager_limit=0"},
    {"mpi.eager_credits=1"},
    {"l1.size=0"},
    {"cpu.consistency=tso"},
    {"bus.split=true", "bus.width=32", "noc.flit_bytes=4", "noc.vcs=2"},
    {"noc.routing=valiant", "noc.vcs=4"},
};
INSTANTIATE_TEST_SUITE_P(all, norma_interface, testing::ValuesIn(interfaces));

class norma_algorithms : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(norma_algorithms, give_the_right_result) {
  const auto& [workload, setting] = GetParam();
  for (const char* nodes : {"1", "2", "5", "8"}) {
    const auto run = run_machine(
        "mimd-norma", std::string("--workload ") + workload,
        {std::string("node.count=") + nodes, setting, "workload.size=104", "workload.iterations=2"});
    EXPECT_EQ(run.status, 0) << nodes << ' ' << run.errors;
  }
}

const std::pair<const char*, const char*> algorithms[] = {
    {"barrier", "mpi.barrier=tree"},
    {"barrier", "mpi.barrier=linear"},
    {"broadcast", "mpi.bcast=linear"},
    {"broadcast", "mpi.bcast=scatter-allgather"},
    {"reduce", "mpi.reduce=linear"},
    {"allreduce", "mpi.allreduce=ring"},
    {"allreduce", "mpi.allreduce=rabenseifner"},
    {"allreduce", "mpi.allreduce=reduce-broadcast"},
    {"gather", "mpi.gather=linear"},
    {"scatter", "mpi.scatter=linear"},
    {"allgather", "mpi.allgather=bruck"},
    {"allgather", "mpi.allgather=linear"},
    {"all-to-all", "mpi.alltoall=bruck"},
    {"all-to-all", "mpi.alltoall=linear"},
    {"scan", "mpi.scan=chain"},
    {"scan", "mpi.scan=linear"},
};
INSTANTIATE_TEST_SUITE_P(all, norma_algorithms, testing::ValuesIn(algorithms));

TEST(norma_run, cannon_is_right_within_rounding_on_any_number_of_nodes) {
  for (const char* nodes : {"1", "4", "7", "9"}) {
    const auto run =
        run_machine("mimd-norma", "--workload matmul",
                    {std::string("node.count=") + nodes, "workload.variant=cannon", "workload.size=22"});
    EXPECT_EQ(run.status, 0) << run.errors;
  }
}

// Packets that overtake each other are put in order: adaptive and random routings, small packets.
TEST(norma_run, packets_that_come_out_of_order_are_put_in_order) {
  for (const char* routing : {"valiant", "minimal-adaptive"}) {
    const auto run = run_machine("mimd-norma", "--workload all-to-all",
                                 {"node.count=16", std::string("noc.routing=") + routing, "noc.vcs=4",
                                  "workload.size=3000", "ni.packet=64B", "mpi.alltoall=linear"});
    ASSERT_EQ(run.status, 0) << run.errors;
    std::uint64_t out_of_order = 0;
    for (unsigned n = 0; n < 16; ++n)
      out_of_order += run.count("node_" + std::to_string(n) + ".mpi.out_of_order");
    EXPECT_GT(out_of_order, 0u) << routing;
  }
}

TEST(norma_run, both_timings_agree_on_a_ping_pong_within_one_per_cent) {
  for (const char* size : {"8", "1024", "3000", "20000"}) {
    std::array<double, 2> half{};
    for (const bool loose : {false, true}) {
      const auto run =
          run_machine("mimd-norma", std::string("--workload ping-pong --timing ") + (loose ? "lt" : "at"),
                      {"node.count=2", std::string("workload.size=") + size});
      ASSERT_EQ(run.status, 0) << run.errors;
      half[loose ? 1 : 0] = run.statistics.at("workload.half_round_trip_ps").get<double>();
    }
    EXPECT_NEAR(half[1], half[0], 0.01 * half[0]) << size;
  }
}

// --- what costs what

std::uint64_t part(const test::machine_run& run, const std::string& what) {
  return run.count("node_0.time." + what + "_ps") + run.count("node_1.time." + what + "_ps");
}

test::machine_run two_nodes(words settings) {
  settings.insert(settings.end(), {"node.count=2", "workload.size=4096", "mpi.eager_limit=64KiB"});
  test::machine_run run = run_machine("mimd-norma", "--workload ping-pong", settings);
  EXPECT_EQ(run.status, 0) << run.errors;
  return run;
}

TEST(norma_costs, copying_is_the_processors_when_it_moves_the_data_and_the_kernels_when_it_copies) {
  const auto dma = two_nodes({});
  const auto programmed = two_nodes({"ni.transfer=programmed"});
  const auto kernel = two_nodes({"ni.access=kernel"});
  EXPECT_EQ(part(dma, "send_copy"), 0u);
  EXPECT_GT(part(dma, "receive_copy"), 0u);
  EXPECT_GT(part(programmed, "send_copy"), 0u);
  EXPECT_GT(part(kernel, "send_copy"), 0u);
  EXPECT_EQ(part(dma, "system_call"), 0u);
  EXPECT_GT(part(kernel, "system_call"), 0u);
}

TEST(norma_costs, a_system_call_costs_its_cycles) {
  const auto dear = two_nodes({"ni.access=kernel", "ni.system_call_cycles=900"});
  const auto cheap = two_nodes({"ni.access=kernel", "ni.system_call_cycles=300"});
  EXPECT_EQ(part(dear, "system_call"), 3 * part(cheap, "system_call"));
}

TEST(norma_costs, an_interrupt_costs_its_cycles_and_polling_has_none) {
  const auto polling = two_nodes({});
  const auto dear = two_nodes({"ni.notice=interrupt", "ni.interrupt_cycles=800"});
  EXPECT_EQ(part(polling, "interrupt"), 0u);
  EXPECT_EQ(part(dear, "interrupt") % 800'000, 0u);
  EXPECT_GT(part(dear, "interrupt"), 0u);
}

// --- whole runs

TEST(norma_run, gives_the_same_statistics_again_with_records_on_or_off) {
  const test::scratch_directory scratch;
  for (const char* timing : {"lt", "at"}) {
    const words options{"--workload", "radix-sort",        "--timing", timing,
                        "--set",      "workload.size=200", "--set",    "ni.notice=interrupt"};
    words recorded = options;
    recorded.insert(recorded.end(),
                    {"--vcd", scratch.file("w.vcd"), "--transactions", scratch.file("t.log")});
    const auto plain = test::statistics_of_run("mimd-norma", options);
    EXPECT_EQ(plain, test::statistics_of_run("mimd-norma", options));
    EXPECT_EQ(plain, test::statistics_of_run("mimd-norma", recorded));
    const std::string waves = test::text_of(scratch.file("w.vcd"));
    for (const char* signal : {"receive_copy", "descriptor", "interrupt", "queue"})
      EXPECT_NE(waves.find(signal), std::string::npos) << signal;
    const std::string log = test::text_of(scratch.file("t.log"));
    EXPECT_NE(log.find("\"collective\""), std::string::npos);
    EXPECT_NE(log.find("\"message\""), std::string::npos);
    EXPECT_NE(log.find("DevWr"), std::string::npos);
  }
}

TEST(norma_run, refuses_what_cannot_be) {
  test::expect_all_refused(
      "mimd-norma",
      {
          {{"node.count=0"}, {"node.count"}},
          {{"node.cout=2"}, {"'node.cout'", "'node.count'"}},
          {{"cpu.count=2"}, {"cpu.count"}},
          {{"ni.transfer=dam"}, {"ni.transfer", "'dma'"}},
          {{"ni.packet=100B"}, {"ni.packet", "power of two"}},
          {{"ni.packet=32KiB"}, {"ni.packet"}},
          {{"ni.send_entries=3"}, {"ni.send_entries"}},
          {{"ni.interrupt_cycles=5"}, {"ni.interrupt_cycles", "polling"}},
          {{"ni.notice=interrupt", "ni.poll_cycles=5"}, {"ni.poll_cycles", "interrupt"}},
          {{"ni.system_call_cycles=5"}, {"ni.system_call_cycles", "user"}},
          {{"ni.transfer=programmed", "ni.receive_entries=8"}, {"ni.receive_entries", "programmed"}},
          {{"mpi.buffer=64MiB"}, {"mpi.buffer", "memory.size"}},
          {{"mpi.barrier=hardware"}, {"mpi.barrier", "'hardware'"}},
          {{"noc.topology=dragonfly"}, {"noc.dims"}},
          {{"noc.dims=1x1"}, {"noc.dims"}},
          {{"noc.routing=minimal"}, {"noc.routing", "dragonflies"}},
          {{"noc.topology=torus", "noc.dims=5", "noc.routing=shortest-path"}, {"noc.routing", "deadlock"}},
          {{"noc.topology=torus", "noc.dims=2x2", "noc.vcs=1"}, {"noc.vcs", "dateline"}},
          {{"noc.fidelity=fixed"}, {"noc.fidelity"}},
          {{"workload.variant=cannon"}, {"workload.variant", "ping-pong"}},
      });
  test::expect_refuses("mimd-norma", {"--workload", "ping-pon"}, {"'ping-pon'", "'ping-pong'"});
  test::expect_refuses("mimd-norma", {"--workload", "fft", "--set", "workload.size=100"},
                       {"workload.size", "128"});
  test::expect_refuses("mimd-norma", {"--trace", "x"}, {"--trace"});
  test::expect_refuses("mimd-norma", {"--check-coherence"}, {"coherence"});
  test::expect_refuses("mimd-norma",
                       {"--workload", "lu", "--set", "workload.size=512", "--set", "memory.size=256KiB",
                        "--set", "mpi.buffer=16KiB"},
                       {"memory.size"});
}

}  // namespace
}  // namespace mimd
