// Every message-passing workload on any number of nodes, topology and timing: its result is checked by the
// machine, and what must agree with what is compared here.
#ifndef MIMD_TESTS_SUPPORT_NORMA_WORKLOAD_MATRIX_H
#define MIMD_TESTS_SUPPORT_NORMA_WORKLOAD_MATRIX_H

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "tests/support/machine_run.h"

namespace mimd::test {

struct norma_case {
  std::string workload;
  std::string size;
  unsigned nodes;
  std::string topology;
  std::string timing;
  std::string fidelity;
};

inline void PrintTo(const norma_case& c, std::ostream* out) {
  *out << c.workload << ' ' << c.nodes << ' ' << c.topology << ' ' << c.timing << ' ' << c.fidelity;
}

inline std::string norma_case_name(const testing::TestParamInfo<norma_case>& info) {
  const norma_case& c = info.param;
  std::string name =
      c.workload + "_" + std::to_string(c.nodes) + "_" + c.topology + "_" + c.timing + "_" + c.fidelity;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

inline const std::vector<std::pair<std::string, std::string>>& norma_workloads() {
  static const std::vector<std::pair<std::string, std::string>> all{
      {"allgather", "40"},   {"all-to-all", "40"},  {"allreduce", "100"},  {"bandwidth", "3000"},
      {"barrier", "0"},      {"bfs", "300"},        {"bisection", "5000"}, {"broadcast", "1500"},
      {"fft", "512"},        {"gather", "40"},      {"gups", "500"},       {"halo", "700"},
      {"histogram", "1000"}, {"lu", "24"},          {"matmul", "24"},      {"n-body", "40"},
      {"ping-pong", "6000"}, {"radix-sort", "400"}, {"reduce", "100"},     {"ring", "2000"},
      {"scan", "100"},       {"scatter", "40"},     {"stencil", "24"}};
  return all;
}

inline const std::vector<std::string>& norma_topologies() {
  static const std::vector<std::string> all{
      "mesh",      "torus", "ring",      "crossbar",           "star", "hypercube", "fat-tree",
      "butterfly", "omega", "dragonfly", "flattened-butterfly"};
  return all;
}

// Dimensions with a terminal for each node; "": those that follow from the number of nodes.
inline std::string norma_dims(const std::string& topology, unsigned nodes) {
  unsigned bits = 0;
  while ((1u << bits) < nodes) ++bits;
  if (topology == "hypercube") return std::to_string(std::max(bits, 1u));
  if (topology == "fat-tree" || topology == "butterfly" || topology == "omega")
    return "2x" + std::to_string(std::max(bits, 1u));
  if (topology == "dragonfly") return nodes <= 72 ? "4x2x2" : "8x4x4";
  return "";
}

inline machine_run run_norma(const norma_case& c, std::vector<std::string> settings = {}) {
  settings.insert(settings.begin(), {"node.count=" + std::to_string(c.nodes), "workload.size=" + c.size,
                                     "noc.topology=" + c.topology, "noc.fidelity=" + c.fidelity});
  const std::string dims = norma_dims(c.topology, c.nodes);
  if (!dims.empty()) settings.push_back("noc.dims=" + dims);
  return run_machine("mimd-norma", "--workload " + c.workload + " --timing " + c.timing, settings);
}

// The accounts of a run close: eight activities of each processor, packets of interfaces and network.
inline void expect_closed_accounts(const machine_run& run, unsigned nodes) {
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  for (unsigned n = 0; n < nodes; ++n) {
    const std::string node = "node_" + std::to_string(n);
    std::uint64_t sum = 0;
    for (const char* part :
         {"program", "send", "send_copy", "receive", "receive_copy", "interrupt", "system_call", "wait"})
      sum += run.count(node + ".time." + part + "_ps");
    EXPECT_EQ(sum, run.count(node + ".time.total_ps")) << node;
    EXPECT_EQ(sum, run.count("cpu_" + std::to_string(n) + ".total_ps")) << node;
    EXPECT_EQ(run.count(node + ".mpi.packets_sent"), run.count(node + ".ni.packets_sent")) << node;
    sent += run.count(node + ".ni.packets_sent");
    received += run.count(node + ".ni.packets_received");
  }
  EXPECT_EQ(sent, run.count("noc.packets"));
  EXPECT_LE(received, sent);
}

// On many nodes messages of pairwise exchanges and rings are what a run is made of (65,000 an all-to-all of
// 256 ranks): the workloads all-to-all and allgather do them, others that contain them need not do so again.
inline std::vector<std::string> norma_economies(const norma_case& c) {
  if (c.nodes <= 16) return {};
  if (c.workload == "bfs" || c.workload == "radix-sort") return {"mpi.alltoall=bruck"};
  if (c.workload == "n-body") return {"mpi.allgather=bruck", "workload.iterations=1"};
  return {};
}

inline void expect_verified(const norma_case& c) {
  const machine_run run = run_norma(c, norma_economies(c));
  ASSERT_EQ(run.status, 0) << run.errors;
  expect_closed_accounts(run, c.nodes);
}

}  // namespace mimd::test

#endif
