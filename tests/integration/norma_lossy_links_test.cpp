// mimd-norma over links that damage packets: with mpi.reliable nothing is lost, duplicated or reordered, so
// that results stay verified; without, what is lost is counted and waited for.
#include "tests/support/norma_workload_matrix.h"

namespace mimd {
namespace {

using words = std::vector<std::string>;

const words lossy{"noc.damage_rate=1e-3", "mpi.reliable=true"};

std::vector<test::norma_case> cases() {
  std::vector<test::norma_case> all;
  std::size_t turn = 0;
  for (const auto& [workload, size] : test::norma_workloads())
    for (const char* timing : {"lt", "at"}) {
      const auto& topologies = test::norma_topologies();
      all.push_back({workload, size, 8, topologies[turn % topologies.size()], timing,
                     turn % 3 == 0 ? "flit" : "packet"});
      ++turn;
    }
  return all;
}

class norma_lossy_links : public testing::TestWithParam<test::norma_case> {};

TEST_P(norma_lossy_links, leave_the_result_verified) {
  const test::machine_run run = test::run_norma(GetParam(), lossy);
  ASSERT_EQ(run.status, 0) << run.errors;
  test::expect_closed_accounts(run, 8);
  EXPECT_EQ(run.count("mpi.lost"), 0u);
}

INSTANTIATE_TEST_SUITE_P(all, norma_lossy_links, testing::ValuesIn(cases()), test::norma_case_name);

// Links so bad that every kind of mishap happens, routes that let packets overtake each other.
TEST(norma_lossy_links, may_be_very_bad) {
  for (const char* timing : {"lt", "at"}) {
    const test::norma_case c{"radix-sort", "400", 9, "mesh", timing, "packet"};
    const test::machine_run run =
        test::run_norma(c, {"noc.damage_rate=0.05", "mpi.reliable=true", "mpi.retransmit_timeout=5us",
                            "noc.routing=minimal-adaptive"});
    ASSERT_EQ(run.status, 0) << run.errors;
    test::expect_closed_accounts(run, 9);
    for (const char* count : {"damaged", "resent", "duplicates", "early"})
      EXPECT_GT(run.count(std::string("mpi.frames.") + count), 0u) << count << ' ' << timing;
    EXPECT_GE(run.count("mpi.frames.resent"), run.count("mpi.frames.duplicates"));
    std::uint64_t out_of_order = 0;
    for (unsigned n = 0; n < 9; ++n)
      out_of_order += run.count("node_" + std::to_string(n) + ".mpi.out_of_order");
    EXPECT_EQ(out_of_order, 0u) << "the interfaces put them in order";
  }
}

// The same seed damages the same packets; interfaces that wait longer for acknowledgements send later again.
TEST(norma_lossy_links, are_reproducible_and_cost_what_the_timeout_says) {
  const test::norma_case c{"bandwidth", "20000", 2, "mesh", "at", "packet"};
  const words often{"noc.damage_rate=0.01", "mpi.reliable=true"};
  const auto a = test::run_norma(c, often);
  const auto b = test::run_norma(c, often);
  EXPECT_EQ(a.statistics, b.statistics);
  words patient = often;
  patient.emplace_back("mpi.retransmit_timeout=1ms");
  EXPECT_GT(test::run_norma(c, patient).count("time_ps"), a.count("time_ps"));
}

TEST(norma_lossy_links, that_damage_nothing_cost_acknowledgements_only) {
  for (const char* timing : {"lt", "at"}) {
    const test::norma_case c{"ping-pong", "6000", 2, "mesh", timing, "packet"};
    const auto plain = test::run_norma(c);
    const auto reliable = test::run_norma(c, {"mpi.reliable=true"});
    EXPECT_EQ(reliable.count("mpi.frames.resent"), 0u);
    EXPECT_EQ(reliable.count("mpi.messages"), plain.count("mpi.messages"));
    EXPECT_NEAR(static_cast<double>(reliable.count("time_ps")), static_cast<double>(plain.count("time_ps")),
                0.01 * static_cast<double>(plain.count("time_ps")));
  }
}

TEST(norma_lossy_links, without_acknowledgement_end_in_a_report) {
  for (const char* timing : {"lt", "at"}) {
    const test::norma_case c{"all-to-all", "400", 16, "torus", timing, "packet"};
    const auto run = test::run_norma(c, {"noc.damage_rate=0.05"});
    EXPECT_EQ(run.status, 3);
    EXPECT_NE(run.errors.find("waits for a message from"), std::string::npos) << run.errors;
    EXPECT_GT(run.count("mpi.lost"), 0u);
  }
}

TEST(norma_lossy_links, have_parameters_that_are_refused_where_they_say_nothing) {
  const test::norma_case c{"barrier", "0", 2, "mesh", "at", "packet"};
  const auto run = test::run_norma(c, {"mpi.ack_bytes=64B"});
  EXPECT_EQ(run.status, 2);
  EXPECT_NE(run.errors.find("mpi.ack_bytes"), std::string::npos) << run.errors;
  EXPECT_NE(run.errors.find("mpi.reliable is false"), std::string::npos) << run.errors;
}

}  // namespace
}  // namespace mimd
