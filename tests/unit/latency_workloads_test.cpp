// The workloads that measure memory, on a functional machine with several nodes, where every load has a known
// time: 1 ns, and 99 ns more from another node.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tb/functional_machine.h"
#include "tb/workload.h"

namespace mimd::tb {
namespace {

constexpr time_ps ns = 1000;

struct outcome {
  verdict result;
  std::map<std::string, double> figures;
};

outcome run(const std::string& name, unsigned processors, unsigned nodes, workload_parameters parameters) {
  functional_parameters machine_parameters;
  machine_parameters.processors = processors;
  machine_parameters.nodes = nodes;
  machine_parameters.remote_time = 99 * ns;
  functional_machine machine(machine_parameters);
  parameters.processors = processors;
  for (const workload_description& one : shared_memory_workloads()) {
    if (one.name != name) continue;
    const auto program = one.make(parameters);
    program->prepare(machine.memory());
    machine.run([&](processor& cpu) { program->run(cpu); });
    const verdict result = program->check(machine.memory());
    return {result, {result.results.begin(), result.results.end()}};
  }
  throw std::runtime_error("no workload " + name);
}

workload_parameters of_size(std::uint64_t size, const std::string& variant = "") {
  workload_parameters parameters;
  parameters.size = size;
  parameters.variant = variant;
  return parameters;
}

std::string cell(const std::string& name, unsigned row, unsigned column) {
  return name + "." + std::to_string(row) + "." + std::to_string(column) + "_ns";
}

TEST(latency_matrix, has_a_row_and_a_column_for_every_node_and_each_loads_time) {
  const outcome end = run("latency-matrix", 6, 3, of_size(100));
  ASSERT_TRUE(end.result.correct) << end.result.text;
  EXPECT_EQ(end.figures.size(), 9u);
  for (unsigned i = 0; i < 3; ++i) {
    for (unsigned j = 0; j < 3; ++j) {
      EXPECT_DOUBLE_EQ(end.figures.at(cell("latency", i, j)), i == j ? 1.0 : 100.0) << i << ' ' << j;
    }
  }
  EXPECT_EQ(end.result.report,
            "Measuring idle latencies for random access (in ns)...\n"
            "         \tNuma node\n"
            "Numa node\t     0\t     1\t     2\n"
            "        0\t   1.0\t 100.0\t 100.0\n"
            "        1\t 100.0\t   1.0\t 100.0\n"
            "        2\t 100.0\t 100.0\t   1.0\n");
}

TEST(latency_matrix, leaves_out_the_rows_of_nodes_without_processors) {
  const outcome end = run("latency-matrix", 1, 3, of_size(10));
  ASSERT_TRUE(end.result.correct) << end.result.text;
  EXPECT_EQ(end.figures.size(), 3u);
  EXPECT_DOUBLE_EQ(end.figures.at(cell("latency", 0, 2)), 100.0);
}

TEST(latency_matrix, is_one_figure_on_a_machine_with_one_memory) {
  const outcome end = run("latency-matrix", 4, 1, of_size(10));
  ASSERT_TRUE(end.result.correct) << end.result.text;
  EXPECT_EQ(end.figures, (std::map<std::string, double>{{"latency.0.0_ns", 1.0}}));
}

TEST(core_to_core, measures_all_pairs_of_nodes_and_the_first_two_processors_of_each) {
  for (const std::string kind : {"dirty", "clean"}) {
    const outcome end = run("core-to-core", 6, 3, of_size(20, kind));
    ASSERT_TRUE(end.result.correct) << end.result.text;
    EXPECT_EQ(end.figures.size(), 9u);
    for (unsigned i = 0; i < 3; ++i) {
      for (unsigned j = 0; j < 3; ++j) {
        EXPECT_DOUBLE_EQ(end.figures.at(cell(kind, i, j)), i == j ? 1.0 : 100.0) << i << ' ' << j;
      }
    }
  }
}

TEST(core_to_core, puts_the_lines_on_the_readers_node_or_on_a_third) {
  const outcome reader = run("core-to-core", 3, 3, of_size(20, "dirty-reader"));
  const outcome third = run("core-to-core", 3, 3, of_size(20, "dirty-third"));
  EXPECT_EQ(reader.figures.size(), 6u);  // one processor a node: no pair within one
  for (unsigned i = 0; i < 3; ++i) {
    for (unsigned j = 0; j < 3; ++j) {
      if (i == j) continue;
      EXPECT_DOUBLE_EQ(reader.figures.at(cell("dirty", i, j)), 1.0);
      EXPECT_DOUBLE_EQ(third.figures.at(cell("dirty", i, j)), 100.0);
    }
  }
  const outcome two_nodes = run("core-to-core", 2, 2, of_size(20, "dirty-third"));
  EXPECT_DOUBLE_EQ(two_nodes.figures.at(cell("dirty", 0, 1)), 1.0);
  EXPECT_EQ(two_nodes.result.report,
            "Measuring cache-to-cache transfer latency (in ns)...\n"
            "HITM latency (data address homed in reader node)\n"
            "                \tReader Numa Node\n"
            "Writer Numa Node\t     0\t     1\n"
            "               0\t     -\t   1.0\n"
            "               1\t   1.0\t     -\n");
}

TEST(core_to_core, of_a_single_processor_has_no_pair) {
  const outcome end = run("core-to-core", 1, 1, of_size(20));
  EXPECT_TRUE(end.result.correct);
  EXPECT_TRUE(end.figures.empty());
}

// On this machine nobody disturbs anybody: a burst of four lines takes 4 x (1 + 1 + 3) ns, a pause 1 ns more
// than its cycles.
TEST(loaded_latency, adds_up_the_lines_of_the_chaser_and_of_all_others) {
  workload_parameters parameters = of_size(512);
  const outcome end = run("loaded-latency", 3, 1, parameters);
  ASSERT_TRUE(end.result.correct) << end.result.text;
  EXPECT_EQ(end.figures.size(), 2 * 19u);
  for (const unsigned delay : {0u, 2u, 8u, 15u, 50u, 100u, 200u, 300u, 400u, 500u, 700u, 1000u, 1300u, 1700u,
                               2500u, 3500u, 5000u, 9000u, 20000u}) {
    const std::string name = std::to_string(delay);
    EXPECT_DOUBLE_EQ(end.figures.at("latency." + name + "_ns"), 1.0);
    const double burst = delay == 0 ? 20 : 21 + delay;
    const double megabytes = 1000 * (64 + 2 * 4 * 64 / burst);
    EXPECT_NEAR(end.figures.at("bandwidth." + name + "_MBps"), megabytes, 1e-6 * megabytes) << delay;
  }
}

TEST(loaded_latency, counts_a_written_line_twice) {
  workload_parameters parameters = of_size(512, "2reads-1write");
  parameters.iterations = 1;
  const outcome end = run("loaded-latency", 2, 1, parameters);
  ASSERT_TRUE(end.result.correct) << end.result.text;
  // A write takes 1 ns: six lines in 4 x 5 + 2 ns.
  EXPECT_NEAR(end.figures.at("bandwidth.0_MBps"), 1000 * (64 + 6 * 64 / 22.0), 1.0);
}

TEST(loaded_latency, has_its_buffers_on_the_own_node_or_on_all) {
  workload_parameters parameters = of_size(512);
  parameters.iterations = 1;
  EXPECT_DOUBLE_EQ(run("loaded-latency", 4, 4, parameters).figures.at("latency.0_ns"), 1.0);
  parameters.variant = "reads-all-nodes";
  EXPECT_NEAR(run("loaded-latency", 4, 4, parameters).figures.at("latency.0_ns"), 1 + 99 * 0.75, 1.0);
}

TEST(loaded_latency, alone_is_the_idle_latency_at_every_delay) {
  workload_parameters parameters = of_size(64);
  parameters.iterations = 2;
  const outcome end = run("loaded-latency", 1, 1, parameters);
  EXPECT_EQ(end.result.report,
            "Measuring Loaded Latencies for the system\n"
            "Using Read-only traffic type\n"
            "Inject\tLatency\tBandwidth\n"
            "Delay\t(ns)\tMB/sec\n"
            "==========================\n"
            " 00000\t  1.00\t  64000.0\n"
            " 00002\t  1.00\t  64000.0\n");
}

TEST(loaded_latency, has_as_many_delays_as_memory_latency_checker) {
  workload_parameters parameters;
  parameters.iterations = 20;
  try {
    run("loaded-latency", 1, 1, parameters);
    FAIL() << "accepted";
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find("workload.iterations"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace mimd::tb
