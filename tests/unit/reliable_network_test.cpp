// Reliable delivery over links that damage: nothing is lost, duplicated or reordered.
#include "message_passing/reliable_network.h"

#include <gtest/gtest.h>

#include "infrastructure/random.h"
#include "support/message_run.h"
#include "tb/message_passing/skeletons.h"

namespace {

using namespace mimd;
using message_passing::reliability_parameters;
using message_passing::reliable_network;

noc::train_network_parameters lossy(double rate, std::uint64_t train_bytes = 0) {
  noc::train_network_parameters p;
  p.dims = {4, 3, 2};
  p.damage_rate = rate;
  p.train_bytes = train_bytes;
  p.planes = 2;
  return p;
}

struct bench : private noc::train_receiver {
  bench(const noc::train_network_parameters& p, time_ps timeout)
      : network(wheel, noc::make_train_network(wheel, p), {timeout, 32, 1000}) {
    network.set_receiver(*this);
  }
  timing_wheel wheel;
  reliable_network network;
  std::vector<const noc::train*> arrived;

 private:
  void train_arrived(noc::train& t) override { arrived.push_back(&t); }
};

class damage_rates : public testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(reliable_network, damage_rates, testing::Values(0.0, 1e-3, 1e-2, 0.1, 0.3));

TEST_P(damage_rates, every_message_arrives_once_and_in_order) {
  for (const std::uint64_t train_bytes : {0, 200}) {
    // The second timeout is shorter than a round trip: everything is sent again for nothing.
    for (const time_ps timeout : {time_ps{20'000'000'000}, time_ps{100'000}}) {
      bench b(lossy(GetParam(), train_bytes), timeout);
      random_generator random(7);
      constexpr std::size_t count = 3000;
      std::vector<noc::train> trains(count);
      std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<const noc::train*>> sent;
      for (std::size_t i = 0; i < count; ++i) {
        noc::train& t = trains[i];
        t.source = static_cast<std::uint32_t>(random.below(24));
        t.destination = static_cast<std::uint32_t>(random.below(24));
        t.bytes = random.below(1000);
        b.network.send(t, 1000 * i);
        sent[{t.source, t.destination}].push_back(&t);
      }
      b.wheel.fire_until(never - 1);
      EXPECT_EQ(b.arrived.size(), count);
      std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<const noc::train*>> got;
      for (const noc::train* t : b.arrived) got[{t->source, t->destination}].push_back(t);
      EXPECT_TRUE(got == sent);
      const auto& c = b.network.counts();
      EXPECT_EQ(c.damaged > 0, GetParam() > 0);
      if (timeout > 1'000'000) {
        EXPECT_EQ(c.resent > 0, GetParam() > 0);
      }
      EXPECT_GE(c.resent, c.duplicates);
    }
  }
}

TEST(reliable_network, an_intact_network_is_as_quick_as_without_it) {
  bench b(lossy(0), 1'000'000'000);
  noc::train t;
  t.source = 0;
  t.destination = 9;
  t.bytes = 500;
  b.network.send(t, 0);
  b.wheel.fire_until(5'000'000);
  ASSERT_EQ(b.arrived.size(), 1u);
  EXPECT_EQ(t.time(), b.network.hops(0, 9) * 100'000 + 500'000);
  EXPECT_EQ(b.network.counts().resent, 0u);
}

TEST(reliable_network, without_it_damaged_messages_are_lost_and_their_receivers_wait) {
  test::message_run run(24, {}, lossy(0.1));
  tb::repeated_collective stream(24, message_passing::collective::allreduce, 8, 3);
  run.run(stream);
  EXPECT_LT(run.engine.finished(), 24u);
  EXPECT_GT(run.engine.counts().lost, 0u);
  EXPECT_NE(run.engine.waiting(3).find("waits for a message from"), std::string::npos);
}

}  // namespace
