// What 65,536 and more nodes cost: processor time and memory of the whole run.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/support/mpp_run.h"

namespace mimd {
namespace {

struct cost {
  double seconds = 0;  // of the processor
  double megabytes = 0;
  test::program_run run;
};

double processor_seconds_of_children() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

cost cost_of(const std::vector<std::string>& words) {
  cost c;
  const double before = processor_seconds_of_children();
  c.run = test::run_mimd_mpp(words);
  c.seconds = processor_seconds_of_children() - before;
  c.megabytes = static_cast<double>(c.run.peak_bytes) / 1e6;
  EXPECT_EQ(c.run.status, 0) << c.run;
  std::printf("%s: %.2f CPU-seconds, %.0f MB\n", test::in_one_line(words).c_str(), c.seconds, c.megabytes);
  return c;
}

TEST(mpp_scale, allreduce_by_recursive_doubling_on_65536_nodes_with_link_contention) {
  const cost c =
      cost_of({"--set", "noc.dims=64x32x32", "--workload", "allreduce", "--set", "workload.jitter=100ns"});
  EXPECT_NE(c.run.output.find("1048576 messages"), std::string::npos) << c.run;
  EXPECT_LE(c.seconds, 3);
  EXPECT_LE(c.megabytes, 200);
}

TEST(mpp_scale, halo_exchange_of_six_faces_on_65536_nodes) {
  const cost c =
      cost_of({"--set", "noc.dims=64x32x32", "--workload", "halo", "--set", "workload.size=100kB"});
  EXPECT_NE(c.run.output.find("393216 messages"), std::string::npos) << c.run;
  EXPECT_LE(c.seconds, 5);
}

TEST(mpp_scale, memory_of_131072_nodes) {
  const cost c =
      cost_of({"--set", "noc.dims=64x64x32", "--workload", "halo", "--set", "workload.size=100kB"});
  EXPECT_LE(c.megabytes, 400);
}

TEST(mpp_scale, barrier_of_262144_ranks) {
  EXPECT_LE(cost_of({"--set", "noc.dims=64x64x64", "--workload", "barrier"}).seconds, 10);
  EXPECT_LE(cost_of({"--set", "network.model=loggops", "--set", "node.count=262144", "--workload", "barrier"})
                .seconds,
            10);
}

}  // namespace
}  // namespace mimd
