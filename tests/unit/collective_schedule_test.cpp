// Every schedule of every collective, on real data, against what a sequential program would compute.
#include "message_passing/collective_schedule.h"

#include <gtest/gtest.h>

#include <string>

#include "support/collective_run.h"

namespace {

using namespace mimd::message_passing;
using numbers = mimd::test::collective_run<long>;
using words = mimd::test::collective_run<std::string>;

const std::vector<std::uint32_t> counts{1,  2,  3,  4,  5,  6,  7,  8,  9,  12,
                                        15, 16, 17, 23, 31, 32, 33, 48, 64, 65};

// A number that says who, and which element.
long mark(std::uint32_t rank, std::size_t element) {
  return static_cast<long>(rank * 100'003 + element * element + 7);
}

std::vector<std::uint32_t> roots(std::uint32_t p) {
  return p == 1 ? std::vector<std::uint32_t>{0} : std::vector<std::uint32_t>{0, 1, p / 2, p - 1};
}

numbers vectors(pattern kind, std::uint32_t p, std::uint32_t root, std::size_t size) {
  numbers run({kind, p, root}, [](long a, long b) { return a + b; });
  for (std::uint32_t r = 0; r < p; ++r) {
    run.work.emplace_back();
    for (std::size_t e = 0; e < size; ++e) run.work[r].push_back(mark(r, e));
  }
  return run;
}

std::string at(pattern kind, std::uint32_t p, std::uint32_t root) {
  return "pattern " + std::to_string(static_cast<int>(kind)) + ", " + std::to_string(p) + " ranks, root " +
         std::to_string(root);
}

TEST(collective_schedule, broadcast_gives_every_rank_the_vector_of_the_root) {
  for (const auto kind : {pattern::binomial_broadcast, pattern::linear_broadcast}) {
    for (const auto p : counts) {
      for (const auto root : roots(p)) {
        auto run = vectors(kind, p, root, 11);
        const auto expected = run.work[root];
        run.run();
        for (const auto& w : run.work) EXPECT_EQ(w, expected) << at(kind, p, root);
        EXPECT_EQ(run.messages, p - 1);
      }
    }
  }
}

TEST(collective_schedule, scatter_then_allgather_is_a_broadcast) {
  for (const auto p : counts) {
    for (const auto root : roots(p)) {
      auto run = vectors(pattern::binomial_scatter, p, root, 3 * p + 1);
      const auto expected = run.work[root];
      run.run();
      run.plan.kind = pattern::ring_allgather;
      run.run();
      for (const auto& w : run.work) EXPECT_EQ(w, expected) << at(run.plan.kind, p, root);
    }
  }
}

TEST(collective_schedule, reduce_combines_all_vectors_at_the_root) {
  for (const auto kind : {pattern::binomial_reduce, pattern::linear_reduce}) {
    for (const auto p : counts) {
      for (const auto root : roots(p)) {
        auto run = vectors(kind, p, root, 5);
        run.run();
        for (std::size_t e = 0; e < 5; ++e) {
          long sum = 0;
          for (std::uint32_t r = 0; r < p; ++r) sum += mark(r, e);
          EXPECT_EQ(run.work[root][e], sum) << at(kind, p, root);
        }
      }
    }
  }
}

TEST(collective_schedule, allreduce_combines_all_vectors_everywhere) {
  for (const auto kind : {pattern::recursive_doubling, pattern::rabenseifner, pattern::ring_allreduce}) {
    for (const auto p : counts) {
      for (const std::size_t size : {std::size_t{1}, std::size_t{13}, std::size_t{4 * p}}) {
        auto run = vectors(kind, p, 0, size);
        run.run();
        for (std::size_t e = 0; e < size; ++e) {
          long sum = 0;
          for (std::uint32_t r = 0; r < p; ++r) sum += mark(r, e);
          for (std::uint32_t r = 0; r < p; ++r) ASSERT_EQ(run.work[r][e], sum) << at(kind, p, 0);
        }
      }
    }
  }
}

TEST(collective_schedule, order_of_ranks_is_kept_where_it_is_promised) {
  for (const auto kind : {pattern::recursive_doubling, pattern::binomial_reduce, pattern::linear_reduce,
                          pattern::doubling_scan, pattern::chain_scan, pattern::linear_scan}) {
    for (const auto p : counts) {
      words run({kind, p, 0}, [](const std::string& a, const std::string& b) { return a + b; });
      for (std::uint32_t r = 0; r < p; ++r) run.work.push_back({std::to_string(r) + ","});
      run.run();
      const bool scan =
          kind == pattern::doubling_scan || kind == pattern::chain_scan || kind == pattern::linear_scan;
      std::string expected;
      for (std::uint32_t r = 0; r < p; ++r) {
        expected += std::to_string(r) + ",";
        if (scan) {
          EXPECT_EQ(run.work[r][0], expected) << at(kind, p, 0);
        }
      }
      EXPECT_EQ(run.work[scan ? p - 1 : 0][0], expected) << at(kind, p, 0);
      if (kind == pattern::recursive_doubling) {
        EXPECT_EQ(run.work[p - 1][0], expected);
      }
    }
  }
}

TEST(collective_schedule, gather_and_allgather_bring_every_block_to_its_place) {
  for (const auto kind : {pattern::binomial_gather, pattern::linear_gather, pattern::ring_allgather,
                          pattern::bruck_allgather}) {
    for (const auto p : counts) {
      for (const auto root : roots(p)) {
        auto run = vectors(kind, p, root, 3 * p);
        std::vector<long> expected;
        for (std::uint32_t r = 0; r < p; ++r)
          expected.insert(expected.end(), run.work[r].begin() + 3 * r, run.work[r].begin() + 3 * r + 3);
        run.run();
        EXPECT_EQ(run.work[root], expected) << at(kind, p, root);
        if (kind != pattern::binomial_gather && kind != pattern::linear_gather) {
          for (const auto& w : run.work) EXPECT_EQ(w, expected) << at(kind, p, root);
        }
      }
    }
  }
}

TEST(collective_schedule, scatter_brings_every_rank_its_block) {
  for (const auto kind : {pattern::binomial_scatter, pattern::linear_scatter}) {
    for (const auto p : counts) {
      for (const auto root : roots(p)) {
        auto run = vectors(kind, p, root, 2 * p);
        const auto source = run.work[root];
        run.run();
        for (std::uint32_t r = 0; r < p; ++r)
          for (std::size_t e = 2 * r; e < 2 * r + 2; ++e)
            EXPECT_EQ(run.work[r][e], source[e]) << at(kind, p, root);
      }
    }
  }
}

TEST(collective_schedule, all_to_all_transposes_the_blocks) {
  for (const auto kind : {pattern::pairwise, pattern::bruck, pattern::linear_all_to_all}) {
    for (const auto p : counts) {
      auto run = vectors(kind, p, 0, 2 * p);
      run.input = run.work;
      for (auto& w : run.work) w.assign(w.size(), -1);
      run.run();
      for (std::uint32_t r = 0; r < p; ++r)
        for (std::uint32_t s = 0; s < p; ++s)
          for (std::size_t e = 0; e < 2; ++e)
            ASSERT_EQ(run.work[r][2 * s + e], mark(s, 2 * r + e)) << at(kind, p, 0);
    }
  }
}

TEST(collective_schedule, dissemination_hears_of_everybody) {
  for (const auto p : counts) {
    // knows[r] after a round: all that its senders knew before it.
    std::vector<std::vector<bool>> knows(p, std::vector<bool>(p));
    for (std::uint32_t r = 0; r < p; ++r) knows[r][r] = true;
    const schedule plan{pattern::dissemination, p, 0};
    collective_step s;
    for (std::uint32_t i = 0; plan.step(0, i, s); ++i) {
      const auto before = knows;
      for (std::uint32_t r = 0; r < p; ++r) {
        ASSERT_TRUE(plan.step(r, i, s));
        collective_step theirs;
        plan.step(s.receive_from, i, theirs);
        EXPECT_EQ(theirs.send_to, r);
        for (std::uint32_t o = 0; o < p; ++o) knows[r][o] = knows[r][o] || before[s.receive_from][o];
      }
    }
    for (std::uint32_t r = 0; r < p; ++r) EXPECT_EQ(knows[r], std::vector<bool>(p, true)) << p << " ranks";
  }
}

TEST(collective_schedule, long_vectors_cost_what_the_algorithms_promise) {
  const std::size_t size = 64 * 30;
  const auto sent = [&](pattern kind) {
    auto run = vectors(kind, 16, 0, size);
    run.input = run.work;
    run.run();
    return run.elements / 16;
  };
  EXPECT_EQ(sent(pattern::recursive_doubling), 4 * size);
  EXPECT_EQ(sent(pattern::rabenseifner), 2 * size * 15 / 16);
  EXPECT_EQ(sent(pattern::ring_allreduce), 2 * size * 15 / 16);
  EXPECT_EQ(sent(pattern::pairwise), size * 15 / 16);
  EXPECT_EQ(sent(pattern::bruck), 4 * size / 2);
}

}  // namespace
