// Links that are shared as fluid: shares against closed forms, and what must hold of any traffic.
#include "noc/fluid_network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>

#include "infrastructure/random.h"

namespace mimd::noc {
namespace {

constexpr double bandwidth = 1e9;  // a byte a nanosecond
constexpr time_ps latency = 100'000;
constexpr time_ps ns = 1000;

class bench final : private train_receiver {
 public:
  explicit bench(train_network_parameters p, double rate = bandwidth) {
    p.link_latency = latency;
    p.link_bandwidth = rate;
    p.fluid = true;
    network = make_train_network(wheel, p);
    network->set_receiver(*this);
  }
  // The number of the message.
  std::size_t send(std::uint32_t from, std::uint32_t to, std::uint64_t bytes, time_ps at = 0) {
    trains.emplace_back();
    train& t = trains.back();
    t.source = from;
    t.destination = to;
    t.bytes = bytes;
    numbers[&t] = trains.size() - 1;
    arrivals.push_back(never);
    network->send(t, at);
    return trains.size() - 1;
  }
  void run() { wheel.fire_until(never - 1); }

  timing_wheel wheel;
  std::unique_ptr<train_network> network;
  std::deque<train> trains;
  std::vector<time_ps> arrivals;

 private:
  void train_arrived(train& t) override {
    EXPECT_EQ(arrivals[numbers.at(&t)], never) << "arrived twice";
    arrivals[numbers.at(&t)] = t.time();
  }
  std::map<const train*, std::size_t> numbers;
};

train_network_parameters shape(const std::string& family, std::vector<std::uint32_t> dims) {
  train_network_parameters p;
  p.family = family;
  p.dims = std::move(dims);
  return p;
}

TEST(fluid_network, an_idle_network_takes_its_hops_and_the_bytes_time) {
  const train_network_parameters shapes[] = {shape("torus", {5, 4}), shape("mesh", {3, 3, 2}),
                                             shape("crossbar", {9}), shape("fat-tree", {3, 2}),
                                             shape("hypercube", {3})};
  for (const train_network_parameters& p : shapes) {
    const std::uint32_t nodes = make_train_network(*std::make_unique<timing_wheel>(), p)->nodes();
    for (std::uint32_t to = 0; to < nodes; ++to) {
      bench b(p);
      b.send(0, to, 500);
      b.run();
      EXPECT_EQ(b.arrivals[0], to == 0 ? 0 : b.network->hops(0, to) * latency + 500 * ns)
          << p.family << ' ' << to;
      EXPECT_EQ(b.network->waited(), 0u);
    }
  }
}

// Two messages to one node share its link; the first to end leaves all of it to the other.
TEST(fluid_network, messages_divide_a_link_and_the_longer_one_has_it_alone_afterwards) {
  bench b(shape("crossbar", {4}));
  b.send(0, 3, 1000);
  b.send(1, 3, 400);
  b.run();
  EXPECT_EQ(b.arrivals[1], 2 * latency + 800 * ns);
  EXPECT_EQ(b.arrivals[0], 2 * latency + 1400 * ns);
  EXPECT_EQ(b.network->waited(), 800 * ns);
}

TEST(fluid_network, who_comes_later_takes_a_share_from_then_on) {
  bench b(shape("crossbar", {4}));
  b.send(0, 3, 1000);
  b.send(1, 3, 1000, 600 * ns);
  b.run();
  EXPECT_EQ(b.arrivals[0], 2 * latency + 1400 * ns);
  EXPECT_EQ(b.arrivals[1], 2 * latency + 2000 * ns);
}

// A line of three links: one message over all of them, one over each. By hops the long one weighs a third: a
// quarter of each link is its.
TEST(fluid_network, the_share_of_a_message_falls_with_the_length_of_its_way) {
  bench b(shape("mesh", {4}));
  b.send(0, 3, 1000);
  for (std::uint32_t n = 0; n < 3; ++n) b.send(n, n + 1, 30000, 2 * latency);
  b.run();
  EXPECT_EQ(b.arrivals[0], 3 * latency + 4000 * ns);
}

// What a message cannot use because of another link is the others': 0 and 1 share the way into 4, which
// leaves half of 0's own link to its message for 5.
TEST(fluid_network, what_one_message_cannot_use_another_gets) {
  bench b(shape("crossbar", {6}));
  b.send(0, 4, 1000);
  b.send(1, 4, 1000);
  b.send(2, 4, 1000);
  b.send(0, 5, 1000);  // a third of 0's link goes to 4: two thirds remain
  b.run();
  EXPECT_EQ(b.arrivals[3], 2 * latency + 1500 * ns);
  EXPECT_EQ(b.arrivals[0], 2 * latency + 3000 * ns);
}

TEST(fluid_network, a_short_message_overtakes_a_long_one_of_the_same_pair) {
  bench b(shape("crossbar", {2}));
  b.send(0, 1, 100'000);
  b.send(0, 1, 10);
  b.run();
  EXPECT_EQ(b.arrivals[1], 2 * latency + 20 * ns);
  EXPECT_EQ(b.arrivals[0], 2 * latency + 100'010 * ns);
}

TEST(fluid_network, connections_of_nodes_are_links_too) {
  train_network_parameters p = shape("torus", {4, 4});
  p.injection_bandwidth = bandwidth / 2;
  bench b(p);
  b.send(0, 1, 1000);
  b.send(0, 4, 1000);  // another link, the same connection
  b.run();
  EXPECT_EQ(b.arrivals[0], latency + 4000 * ns);
  EXPECT_EQ(b.arrivals[1], latency + 4000 * ns);
  EXPECT_EQ(b.network->link_name(b.network->links() - 32), "in_n0");
}

// As many links side by side as there are planes; a node has one connection to all of them.
TEST(fluid_network, planes_multiply_links_and_not_connections) {
  const auto last_of = [](std::uint32_t planes, double injection) {
    train_network_parameters p = shape("torus", {4, 4});
    p.planes = planes;
    p.injection_bandwidth = injection;
    bench b(p);
    for (std::uint32_t to = 1; to < 16; ++to) b.send(0, to, 1000);
    b.run();
    return *std::max_element(b.arrivals.begin(), b.arrivals.end());
  };
  EXPECT_LT(last_of(4, 0), last_of(1, 0));
  EXPECT_GE(last_of(4, bandwidth), 15000 * ns);
  EXPECT_LE(last_of(4, bandwidth), 15000 * ns + 4 * latency);
}

// Whatever the bandwidth, what is not exact in binary does not make a message late.
TEST(fluid_network, a_message_alone_is_never_late) {
  for (const double rate : {175e6, 1.1e9, 3e9 / 7, 12.3e9}) {
    const train_network_parameters p = shape("mesh", {16});
    for (const std::uint64_t bytes : {1u, 7u, 100u, 2100u, 999999u}) {
      for (std::uint32_t to = 1; to < 16; ++to) {
        bench b(p, rate);
        b.send(0, to, bytes);
        b.run();
        EXPECT_EQ(b.network->waited(), 0u) << rate << ' ' << bytes;
        EXPECT_NEAR(static_cast<double>(b.arrivals[0] - to * latency),
                    static_cast<double>(bytes) * 1e12 / rate, 1.0);
      }
    }
  }
}

TEST(fluid_network, headers_of_packets_are_carried) {
  train_network_parameters p = shape("crossbar", {2});
  p.packet_bytes = 100;
  p.header_bytes = 8;
  bench b(p);
  b.send(0, 1, 250);
  b.run();
  EXPECT_EQ(b.arrivals[0], 2 * latency + 274 * ns);
}

// Random traffic: all arrive, none faster than alone; no link carries more than it can between its first and
// last byte; and all bytes are accounted for.
TEST(fluid_network, no_link_carries_more_than_its_bandwidth) {
  for (const train_network_parameters& p :
       {shape("torus", {4, 3}), shape("crossbar", {8}), shape("fat-tree", {2, 3}), shape("mesh", {7})}) {
    bench b(p);
    random_generator random(7);
    std::vector<time_ps> sent;
    for (int i = 0; i < 2000; ++i) {
      sent.push_back(random.below(400'000 * ns));
      b.send(static_cast<std::uint32_t>(random.below(b.network->nodes())),
             static_cast<std::uint32_t>(random.below(b.network->nodes())), 1 + random.below(3000),
             sent.back());
    }
    b.run();
    time_ps last = 0;
    time_ps waited = 0;
    std::uint64_t byte_hops = 0;
    for (std::size_t i = 0; i < sent.size(); ++i) {
      const train& t = b.trains[i];
      ASSERT_NE(b.arrivals[i], never);
      const std::uint32_t hops = b.network->hops(t.source, t.destination);
      const time_ps alone = hops == 0 ? 0 : hops * latency + t.bytes * ns;
      EXPECT_GE(b.arrivals[i] + 1, sent[i] + alone);
      waited += b.arrivals[i] - std::min(b.arrivals[i], sent[i] + alone);
      byte_hops += t.bytes * hops;
      last = std::max(last, b.arrivals[i]);
    }
    EXPECT_GT(b.network->waited(), 0u);
    EXPECT_EQ(b.network->waited(), waited);
    time_ps busy = 0;
    for (std::uint32_t l = 0; l < b.network->links(); ++l) {
      EXPECT_LE(b.network->busy(l), last - latency);
      busy += b.network->busy(l);
    }
    EXPECT_EQ(busy, byte_hops * ns);
  }
}

// As it comes, and with every message a nanosecond later: the same, a nanosecond later.
TEST(fluid_network, times_do_not_depend_on_when_it_begins) {
  std::vector<time_ps> first;
  for (const time_ps shift : {0u, 1000u}) {
    bench b(shape("torus", {4, 4}));
    random_generator random(3);
    for (int i = 0; i < 500; ++i)
      b.send(static_cast<std::uint32_t>(random.below(16)), static_cast<std::uint32_t>(random.below(16)),
             random.below(5000), shift + random.below(50) * ns);
    b.run();
    if (shift == 0) first = b.arrivals;
    for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(b.arrivals[i], first[i] + shift);
  }
}

}  // namespace
}  // namespace mimd::noc
