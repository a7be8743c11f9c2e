// What a node of mimd-numa may be besides processors at a directory: a snooping bus with a shared cache,
// memory that others may not cache, memory that does atomics and keeps locks, pages that move or are
// replicated.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/machine_run.h"

namespace mimd {
namespace {

using settings = std::vector<std::string>;

struct node_case {
  std::string name;
  settings values;
};

const std::vector<node_case>& node_cases() {
  static const std::vector<node_case> all{
      {"bus", {"node.coherence=bus", "node.cache_size=1KiB", "node.cache_ways=16"}},
      {"split_bus",
       {"node.coherence=bus", "bus.split=true", "node.cache_size=4KiB", "node.cache_ways=16",
        "cpu.consistency=tso", "cpu.outstanding=4"}},
      {"bus_sparse",
       {"node.coherence=bus", "bus.arbitration=fixed-priority", "node.cache_size=4KiB", "node.cache_ways=32",
        "directory.sparse_entries=16", "directory.sparse_ways=2", "l1.write_allocate=false"}},
      {"uncached_remote", {"node.cache_remote=false", "cpu.consistency=tso", "cpu.outstanding=4"}},
      {"atomics_at_home", {"coherence.atomics=home", "directory.sparse_entries=16", "noc.fidelity=fixed"}},
      {"uncached_remote_atomics_at_home", {"node.cache_remote=false", "coherence.atomics=home"}},
      {"next_touch",
       {"placement.policy=next-touch", "placement.mark_interval=5us", "placement.move_time=500ns"}},
      {"migration",
       {"placement.migration_threshold=3", "placement.move_time=300ns", "cpu.consistency=tso",
        "l1.write_allocate=false", "noc.fidelity=fixed"}},
      {"migration_under_buses",
       {"node.coherence=bus", "placement.migration_threshold=4", "placement.move_time=100ns"}},
      {"replication",
       {"placement.replication_threshold=2", "placement.count_interval=2us", "placement.move_time=300ns",
        "placement.shootdown_time=200ns", "cpu.consistency=tso", "directory.format=dir-i-nb",
        "directory.pointers=1"}},
      {"replication_and_migration",
       {"placement.replication_threshold=3", "placement.migration_threshold=4",
        "placement.count_interval=1us", "placement.move_time=100ns", "placement.shootdown_time=1us",
        "coherence.atomics=home", "l1.write_allocate=false", "noc.fidelity=fixed"}},
      {"replication_under_buses",
       {"node.coherence=bus", "node.cache_size=1KiB", "placement.replication_threshold=2",
        "placement.count_interval=2us", "placement.move_time=300ns", "placement.shootdown_time=200ns"}}};
  return all;
}

struct form_case {
  node_case node;
  std::string protocol;
  std::string replies;
  std::string eviction;
  std::string busy;
  std::string timing;
  unsigned number;
};

std::vector<form_case> form_cases() {
  std::vector<form_case> cases;
  unsigned number = 0;
  for (const node_case& node : node_cases()) {
    for (const char* protocol : {"msi", "mesi", "moesi"}) {
      for (const char* timing : {"lt", "at"}) {
        // Each choice of the form with half of the cases.
        const unsigned n = ++number;
        cases.push_back({node, protocol, n % 2 == 0 ? "three-hop" : "via-home",
                         n / 2 % 2 == 0 ? "silent" : "notified", n / 3 % 2 == 0 ? "queue" : "nack", timing,
                         n});
      }
    }
  }
  return cases;
}

void PrintTo(const form_case& c, std::ostream* out) {
  *out << c.node.name << ' ' << c.protocol << ' ' << c.replies << ' ' << c.eviction << ' ' << c.busy << ' '
       << c.timing;
}

std::string name_of(const testing::TestParamInfo<form_case>& info) {
  return info.param.node.name + "_" + info.param.protocol + "_" + info.param.timing;
}

test::machine_run run(const std::string& arguments, const settings& values) {
  return test::run_machine("mimd-numa", arguments, values);
}

std::string checked(const std::string& workload, const std::string& timing) {
  return "--workload " + workload + " --check-coherence --max-time 100ms --timing " + timing;
}

// The node has asked the directory for a line whose store_conditional fails meanwhile: the line is used when
// it comes, and others need not wait for it for ever.
TEST(numa_node_buses, use_the_line_that_a_failed_store_conditional_has_asked_for) {
  for (const char* const seed : {"87", "3", "4", "5"}) {
    const test::machine_run r = run(
        "--workload random-test --check-coherence --max-time 100ms --timing at --seed " + std::string(seed),
        {"workload.size=600", "workload.variant=dense", "node.coherence=bus", "l1.size=512B", "l1.ways=2",
         "l1.line=16", "cpu.count=16", "node.count=4", "node.cache_size=64KiB"});
    EXPECT_EQ(r.status, 0) << seed << ": " << r.errors;
  }
}

class numa_nodes : public testing::TestWithParam<form_case> {};

TEST_P(numa_nodes, are_coherent_under_the_random_tester) {
  const form_case& c = GetParam();
  settings values{"cpu.count=8",
                  "l1.size=512B",
                  "l1.ways=2",
                  "workload.size=2000",
                  "coherence.protocol=" + c.protocol,
                  "directory.replies=" + c.replies,
                  "directory.clean_eviction=" + c.eviction,
                  "directory.busy=" + c.busy};
  values.insert(values.end(), c.node.values.begin(), c.node.values.end());
  const test::machine_run r =
      run(checked("random-test", c.timing) + " --seed " + std::to_string(c.number), values);
  ASSERT_EQ(r.status, 0) << r.errors;
  EXPECT_EQ(r.count("coherence.violations"), 0u);
}

INSTANTIATE_TEST_SUITE_P(all, numa_nodes, testing::ValuesIn(form_cases()), name_of);

class both_timings : public testing::TestWithParam<const char*> {};

TEST_P(both_timings, a_node_s_cache_keeps_its_processors_misses_from_the_directory) {
  const auto fetches = [](const char* coherence) {
    const test::machine_run r =
        run(checked("matmul", GetParam()), {"cpu.count=8", "node.count=2", "workload.size=24", "l1.size=1KiB",
                                            std::string("node.coherence=") + coherence});
    EXPECT_EQ(r.status, 0) << r.errors;
    std::uint64_t sum = 0;
    for (const char* c : {"local", "two_hop", "local_owner", "three_hop"}) {
      sum += r.count(std::string("directory.transactions.") + c);
    }
    return sum;
  };
  EXPECT_LT(10 * fetches("bus"), fetches("directory"));
}

TEST_P(both_timings, memory_of_other_nodes_is_not_cached_where_that_is_forbidden) {
  const test::machine_run r =
      run(checked("fft", GetParam()), {"node.cache_remote=false", "workload.size=256"});
  ASSERT_EQ(r.status, 0) << r.errors;
  EXPECT_EQ(r.count("directory.transactions.two_hop"), 0u);
  EXPECT_EQ(r.count("directory.transactions.three_hop"), 0u);
  EXPECT_GT(r.count("directory.transactions.local"), 0u);
  EXPECT_GT(r.count("directory.operations"), 0u);
}

TEST_P(both_timings, atomics_are_done_where_the_memory_is) {
  const test::machine_run r =
      run(checked("histogram", GetParam()),
          {"coherence.atomics=home", "workload.size=1024", "workload.variant=atomics"});
  ASSERT_EQ(r.status, 0) << r.errors;
  EXPECT_GE(r.count("directory.operations"), 1024u);
}

TEST_P(both_timings, pages_move_to_the_node_that_misses_on_them) {
  const auto remote = [](bool moves) {
    settings values{"placement.policy=node", "workload.size=96", "workload.iterations=8", "l1.size=2KiB"};
    if (moves) values.insert(values.end(), {"placement.migration_threshold=32", "placement.move_time=1us"});
    const test::machine_run r = run(checked("stencil", GetParam()), values);
    EXPECT_EQ(r.status, 0) << r.errors;
    EXPECT_EQ(r.statistics.contains("placement.pages_moved"), moves);
    return r.count("directory.accesses.remote");
  };
  EXPECT_LT(2 * remote(true), remote(false));
}

// Of a matrix product all but the result is read only, and lives on node 0.
TEST_P(both_timings, pages_that_are_only_read_are_replicated_to_their_readers) {
  const auto product = [](bool replicates) {
    settings values{"placement.policy=node", "l1.size=2KiB"};
    if (replicates) values.insert(values.end(), {"placement.replication_threshold=16"});
    const test::machine_run r = run(checked("matmul", GetParam()), values);
    EXPECT_EQ(r.status, 0) << r.errors;
    return r;
  };
  const test::machine_run fixed = product(false);
  const test::machine_run replicated = product(true);
  EXPECT_LT(2 * replicated.count("directory.accesses.remote"), fixed.count("directory.accesses.remote"));
  const std::uint64_t replicas = replicated.count("placement.pages_replicated");
  EXPECT_GT(replicas, 10u);
  EXPECT_EQ(replicated.count("placement.replicas"), replicas);
  EXPECT_EQ(replicated.count("placement.bytes_copied"), 4096 * replicas);
  EXPECT_EQ(replicated.count("placement.pages_collapsed"), 0u);
  EXPECT_GE(replicated.count("placement.unavailable_ps"), 20'000'000 * replicas);
}

TEST_P(both_timings, a_write_takes_the_replicas_of_its_page_back) {
  const test::machine_run r =
      run(checked("radix-sort", GetParam()),
          {"placement.policy=node", "l1.size=2KiB", "placement.replication_threshold=8",
           "placement.move_time=1us", "placement.count_interval=20us", "placement.shootdown_time=1us",
           "workload.size=4096"});
  ASSERT_EQ(r.status, 0) << r.errors;
  EXPECT_GT(r.count("placement.pages_collapsed"), 10u);
  EXPECT_GT(r.count("placement.lines_recalled"), r.count("placement.pages_collapsed"));
  EXPECT_GE(r.count("placement.pages_replicated"),
            r.count("placement.pages_collapsed") + (r.count("placement.replicas") + 2) / 3);
}

std::string timing_of(const testing::TestParamInfo<const char*>& info) {
  return info.param;
}

INSTANTIATE_TEST_SUITE_P(in, both_timings, testing::Values("lt", "at"), timing_of);

// Sixteen processors ask for one lock. At the home each acquisition is a message there and back.
TEST(locks_at_home, queue_without_further_messages) {
  const test::machine_run r =
      run(checked("lock-contention", "at"), {"coherence.atomics=home", "workload.variant=memory",
                                             "cpu.count=16", "node.count=16", "workload.size=100"});
  ASSERT_EQ(r.status, 0) << r.errors;
  EXPECT_GT(r.count("node_0.directory.locks_queued") + r.count("node_1.directory.locks_queued") +
                r.count("node_2.directory.locks_queued") + r.count("node_3.directory.locks_queued"),
            1000u);
  EXPECT_EQ(r.count("directory.messages.Operate"), 2u * 16 * 100);
}

TEST(combinations_of_nodes, that_cannot_be_are_refused_in_one_line) {
  const auto refused = [](const settings& values, const std::string& parameter) {
    const test::machine_run r = run("--workload fft", values);
    EXPECT_EQ(r.status, 2);
    EXPECT_NE(r.errors.find(parameter), std::string::npos) << r.errors;
    EXPECT_EQ(std::count(r.errors.begin(), r.errors.end(), '\n'), 1) << r.errors;
  };
  refused({"node.coherence=bus", "coherence.atomics=home"}, "coherence.atomics");
  refused({"node.coherence=bus", "node.cache_remote=false"}, "node.cache_remote");
  refused({"node.coherence=bus", "cpu.count=64", "node.cache_ways=16"}, "node.cache_ways");
  refused({"node.coherence=bus", "node.cache_size=1000B"}, "node.cache_size");
  refused({"placement.migration_threshold=3", "directory.format=pointer-pool"},
          "placement.migration_threshold");
  refused({"placement.policy=next-touch", "directory.sparse_entries=64"}, "placement.policy");
  refused({"placement.migration_threshold=3", "placement.interleave=64B"}, "placement.interleave");
  refused({"placement.mark_interval=1us"}, "placement.mark_interval");
  refused({"placement.move_time=1us"}, "placement.move_time");
  refused({"placement.replication_threshold=3", "directory.sparse_entries=64"},
          "placement.replication_threshold");
  refused({"placement.replication_threshold=3", "node.cache_remote=false"},
          "placement.replication_threshold");
  refused({"placement.replication_threshold=3", "placement.policy=next-touch"},
          "placement.replication_threshold");
  refused({"placement.replication_threshold=3", "placement.sharing_threshold=4"},
          "placement.sharing_threshold");
  refused({"placement.migration_threshold=3", "placement.shootdown_time=1us"}, "placement.shootdown_time");
  refused({"placement.count_interval=1us"}, "placement.count_interval");
  refused({"bus.width=4"}, "bus.width");
  refused({"disk.heads=3"}, "disk.heads");
  refused({"directory.multicast=true", "noc.fidelity=fixed"}, "directory.multicast");
  refused({"directory.multicast=true", "noc.routing=minimal-adaptive"}, "directory.multicast");
  refused({"directory.multicast=true", "noc.flit_bytes=1", "noc.buffer_flits=4"}, "directory.multicast");
  refused({"noc.latency=10ns"}, "noc.latency");
  refused({"noc.fidelity=fixed", "noc.vcs=2"}, "noc.vcs");
  refused({"directory.clean_eviction=notified", "directory.retry_time=1us"}, "directory.retry_time");
  refused({"coherence.protocol=msi", "directory.retry_time=1us"}, "directory.retry_time");
  refused({"directory.sparse_ways=8"}, "directory.sparse_ways");
}

// 64 chains of 1.04 MiB.
TEST(memory_of_many_nodes, grows_with_them_unless_it_is_set) {
  settings values{"cpu.count=8", "node.count=8", "workload.size=17000"};
  const test::machine_run left_alone = run("--workload latency-matrix --timing lt", values);
  EXPECT_EQ(left_alone.status, 0) << left_alone.errors;
  values.emplace_back("memory.size=64MiB");
  const test::machine_run set = run("--workload latency-matrix --timing lt", values);
  EXPECT_EQ(set.status, 2);
  EXPECT_NE(set.errors.find("memory.size"), std::string::npos) << set.errors;
}

TEST(a_disk_workload, needs_a_disk) {
  for (const char* machine : {"mimd-numa", "mimd-coma"}) {
    const test::machine_run r = test::run_machine(machine, "--workload disk-sort", {});
    EXPECT_EQ(r.status, 2);
    EXPECT_NE(r.errors.find("disk.present"), std::string::npos) << r.errors;
  }
}

}  // namespace
}  // namespace mimd
