// The message layer without contention, against the closed forms of the LogGP model (Alexandrov et al., SPAA
// 1995), to the picosecond: one message of s bytes takes 2·o + L + (s-1)·G.
#include <gtest/gtest.h>

#include "support/message_run.h"
#include "tb/message_passing/skeletons.h"

namespace {

using namespace mimd::message_passing;
using mimd::time_ps;
using mimd::test::message_run;

struct model {
  time_ps latency;
  time_ps overhead;
  time_ps gap;
  double per_byte;

  message_costs costs() const {
    message_costs c;
    c.overhead = overhead;
    c.gap = gap;
    c.gap_per_byte = per_byte;
    return c;
  }
  time_ps bytes(std::uint64_t s) const {
    return s == 0 ? 0 : static_cast<time_ps>(static_cast<double>(s - 1) * per_byte);
  }
  time_ps message(std::uint64_t s) const { return 2 * overhead + latency + bytes(s); }
};

// The gap never decides here: it is less than the time of a round.
const std::vector<model> models{{2'000'000, 0, 0, 1000},
                                {2'000'000, 400'000, 200'000, 1000},
                                {5'000'000, 1'500'000, 1'000'000, 6000},
                                {1'234'567, 89'123, 45'677, 250}};
const std::vector<std::uint64_t> sizes{0, 1, 8, 1000, 65'536, 1'000'000};
const std::vector<std::uint32_t> counts{2, 3, 7, 8, 16, 33, 64, 100};

std::uint32_t rounds_of(std::uint32_t p) {
  std::uint32_t rounds = 0;
  while ((1u << rounds) < p) ++rounds;
  return rounds;
}

time_ps run(const model& m, std::uint32_t ranks, operation_stream& stream,
            const collective_algorithms& algorithms = {}) {
  message_run r(ranks, m.costs(), m.latency);
  const time_ps end = r.run(stream, algorithms);
  EXPECT_EQ(r.engine.finished(), ranks) << r.engine.waiting(5);
  for (std::uint32_t i = 0; i < ranks; ++i) EXPECT_LE(r.engine.times(i).total(), end);
  return end;
}

time_ps run_collective(const model& m, std::uint32_t p, collective c, std::uint64_t s,
                       const collective_algorithms& a, std::uint32_t rounds = 1) {
  mimd::tb::repeated_collective stream(p, c, s, rounds);
  return run(m, p, stream, a);
}

TEST(loggp, ping_pong_takes_two_messages_a_round) {
  for (const model& m : models) {
    for (const auto s : sizes) {
      mimd::tb::ping_pong stream(2, 0, 1, s, 5);
      EXPECT_EQ(run(m, 2, stream), 10 * m.message(s)) << s;
    }
  }
}

// The longest path is that of log2(p) messages, each the first of its sender, as long as a send holds up the
// next one by no more than a message takes.
TEST(loggp, binomial_broadcast_takes_a_message_a_level) {
  for (const model& m : models) {
    for (const auto s : sizes) {
      if (std::max(m.gap + m.bytes(s), m.overhead) > m.message(s)) continue;
      for (const std::uint32_t p : {2u, 8u, 16u, 64u})
        EXPECT_EQ(run_collective(m, p, collective::broadcast, s, {}), rounds_of(p) * m.message(s)) << p;
    }
  }
}

TEST(loggp, dissemination_takes_a_message_a_round) {
  for (const model& m : models)
    for (const auto p : counts)
      EXPECT_EQ(run_collective(m, p, collective::barrier, 0, {}), rounds_of(p) * m.message(0)) << p;
}

TEST(loggp, recursive_doubling_takes_a_message_a_round) {
  for (const model& m : models)
    for (const auto s : sizes)
      for (const std::uint32_t p : {2u, 8u, 16u, 64u})
        EXPECT_EQ(run_collective(m, p, collective::allreduce, s, {}), rounds_of(p) * m.message(s)) << p;
}

TEST(loggp, ring_allreduce_takes_two_times_p_minus_one_messages_of_a_block) {
  collective_algorithms a;
  a.allreduce = allreduce_algorithm::ring;
  for (const model& m : models)
    for (const auto p : counts)
      EXPECT_EQ(run_collective(m, p, collective::allreduce, 1000 * p, a), 2 * (p - 1) * m.message(1000)) << p;
}

TEST(loggp, pairwise_all_to_all_takes_p_minus_one_messages) {
  for (const model& m : models)
    for (const auto s : sizes)
      for (const auto p : counts)
        EXPECT_EQ(run_collective(m, p, collective::all_to_all, s, {}), (p - 1) * m.message(s)) << p;
}

TEST(loggp, messages_in_a_row_leave_a_gap_apart) {
  for (const model& m : models) {
    for (const auto s : sizes) {
      constexpr std::uint32_t window = 10;
      mimd::tb::message_windows stream(2, 0, 1, s, window, 1);
      const time_ps send = std::max(m.overhead, m.gap + m.bytes(s));
      const time_ps receive = std::max(m.overhead + m.bytes(s), m.gap + m.bytes(s));
      EXPECT_EQ(run(m, 2, stream), m.message(s) + (window - 1) * std::max(send, receive) + m.message(0)) << s;
    }
  }
}

TEST(loggp, the_time_of_every_rank_adds_up_to_when_it_finished) {
  for (const model& m : models) {
    message_run r(27, m.costs(), m.latency);
    mimd::tb::halo_exchange stream({3, 3, 3}, 5000, 4, 777'777);
    const time_ps end = r.run(stream, {}, 100'000);
    time_ps last = 0;
    for (std::uint32_t i = 0; i < 27; ++i) {
      const rank_times& t = r.engine.times(i);
      EXPECT_EQ(t.compute, 4 * 777'777u);
      EXPECT_EQ(t.send, 24 * m.overhead);
      EXPECT_EQ(t.receive, 24 * m.overhead);
      last = std::max(last, t.total());
    }
    EXPECT_EQ(last, end);
  }
}

}  // namespace
