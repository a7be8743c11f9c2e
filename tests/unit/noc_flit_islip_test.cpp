// iSLIP over a list of requests: matchings, pointers, priorities, independence of order.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "infrastructure/random.h"
#include "noc/islip.h"

namespace {

using mimd::noc::allocation_request;
using mimd::noc::islip;

struct switch_state {
  std::vector<std::uint32_t> grant;
  std::vector<std::uint32_t> accept;
  switch_state(std::uint32_t inputs, std::uint32_t outputs) : grant(outputs, 0), accept(inputs, 0) {}
  islip::pointers round() {
    return {grant.data(), accept.data(), static_cast<std::uint32_t>(accept.size()),
            static_cast<std::uint32_t>(grant.size())};
  }
};

std::vector<std::pair<std::uint32_t, std::uint32_t>> matched(
    const std::vector<allocation_request>& requests) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> result;
  for (const auto& r : requests)
    if (r.matched) result.emplace_back(r.input, r.output);
  std::sort(result.begin(), result.end());
  return result;
}

using pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

TEST(noc_flit_islip, full_load_takes_turns_after_the_pointers_have_parted) {
  islip allocator(3, 3, 1);
  switch_state s(3, 3);
  std::uint32_t served[3][3] = {};
  for (int t = 0; t < 300; ++t) {
    std::vector<allocation_request> requests;
    for (std::uint32_t i = 0; i < 3; ++i)
      for (std::uint32_t o = 0; o < 3; ++o) requests.push_back({i, o, 0, 0, false});
    allocator.allocate(requests, s.round());
    if (t >= 10) {
      EXPECT_EQ(matched(requests).size(), 3u) << t;
    }
    for (const auto& [i, o] : matched(requests)) ++served[i][o];
  }
  for (const auto& row : served)
    for (const auto n : row) EXPECT_NEAR(n, 100u, 4);
}

TEST(noc_flit_islip, one_iteration_leaves_out_an_input_that_two_outputs_granted_around) {
  // Both outputs grant input 0 first; input 1 is left out in one iteration and served in the second.
  for (const std::uint32_t iterations : {1u, 2u}) {
    islip allocator(2, 2, iterations);
    switch_state s(2, 2);
    std::vector<allocation_request> requests{{0, 0, 0, 0, false}, {0, 1, 0, 0, false}, {1, 1, 0, 0, false}};
    allocator.allocate(requests, s.round());
    EXPECT_EQ(matched(requests), iterations == 1 ? (pairs{{0, 0}}) : (pairs{{0, 0}, {1, 1}}));
    // Only the first iteration moves pointers.
    EXPECT_EQ(s.grant, (std::vector<std::uint32_t>{1, 0}));
    EXPECT_EQ(s.accept, (std::vector<std::uint32_t>{1, 0}));
  }
}

TEST(noc_flit_islip, larger_priority_goes_before_the_round) {
  islip allocator(4, 1, 1);
  switch_state s(4, 1);
  for (int t = 0; t < 8; ++t) {
    std::vector<allocation_request> requests{
        {0, 0, 0, 0, false}, {1, 0, 0, 7, false}, {2, 0, 0, 3, false}, {3, 0, 0, 7, false}};
    allocator.allocate(requests, s.round());
    EXPECT_EQ(matched(requests), t % 2 == 0 ? (pairs{{1, 0}}) : (pairs{{3, 0}}));
  }
}

TEST(noc_flit_islip, result_does_not_depend_on_the_order_of_requests) {
  mimd::random_generator random(5);
  islip allocator(12, 9, 2);
  switch_state one(12, 9);
  switch_state two(12, 9);
  for (int t = 0; t < 1000; ++t) {
    std::vector<allocation_request> requests;
    for (std::uint32_t i = 0; i < 12; ++i)
      for (std::uint32_t o = 0; o < 9; ++o)
        if (random.below(4) == 0)
          requests.push_back({i, o, 0, static_cast<std::uint8_t>(random.below(2)), false});
    auto shuffled = requests;
    for (std::size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[random.below(i)]);
    allocator.allocate(requests, one.round());
    allocator.allocate(shuffled, two.round());
    ASSERT_EQ(matched(requests), matched(shuffled));
    ASSERT_EQ(one.grant, two.grant);
    ASSERT_EQ(one.accept, two.accept);
    std::vector<bool> input(12), output(9);
    for (const auto& [i, o] : matched(requests)) {
      ASSERT_FALSE(input[i]);
      ASSERT_FALSE(output[o]);
      input[i] = output[o] = true;
    }
  }
}

}  // namespace
