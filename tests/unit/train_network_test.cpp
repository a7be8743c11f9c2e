// The train network alone: how long, which links, in which order.
#include "noc/train_network.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace {

using namespace mimd;
using namespace mimd::noc;

struct bench : private train_receiver {
  explicit bench(const train_network_parameters& p) : network(make_train_network(wheel, p)) {
    network->set_receiver(*this);
  }
  train& send(std::uint32_t from, std::uint32_t to, std::uint64_t bytes, time_ps at) {
    trains.push_back(std::make_unique<train>());
    train& t = *trains.back();
    t.source = from;
    t.destination = to;
    t.bytes = bytes;
    network->send(t, at);
    return t;
  }
  void run() { wheel.fire_until(never - 1); }
  time_ps time(std::uint32_t from, std::uint32_t to, std::uint64_t bytes) {
    const time_ps start = last + 1'000'000'000;
    const train& t = send(from, to, bytes, start);
    run();
    return arrived.at(&t) - start;
  }

  timing_wheel wheel;
  std::unique_ptr<train_network> network;
  std::vector<std::unique_ptr<train>> trains;
  std::map<const train*, time_ps> arrived;
  std::vector<const train*> order;
  time_ps last = 0;

 private:
  void train_arrived(train& t) override {
    EXPECT_TRUE(arrived.emplace(&t, t.time()).second) << "a train arrives once";
    order.push_back(&t);
    last = t.time();
  }
};

train_network_parameters shape(const std::string& family, std::vector<std::uint32_t> dims) {
  train_network_parameters p;
  p.family = family;
  p.dims = std::move(dims);
  p.link_latency = 100'000;
  p.link_bandwidth = 1e9;
  return p;
}

// Hops by counting coordinates, the other way round than the model.
std::uint32_t grid_hops(const std::vector<std::uint32_t>& dims, const std::set<std::uint32_t>& lines,
                        std::uint32_t a, std::uint32_t b) {
  std::uint32_t sum = 0;
  for (std::uint32_t d = 0; d < dims.size(); ++d) {
    const std::uint32_t x = a % dims[d];
    const std::uint32_t y = b % dims[d];
    const std::uint32_t direct = x > y ? x - y : y - x;
    sum += lines.count(d) != 0 ? direct : std::min(direct, dims[d] - direct);
    a /= dims[d];
    b /= dims[d];
  }
  return sum;
}

TEST(train_network, an_idle_network_takes_its_hops_and_the_bytes_time) {
  const std::pair<train_network_parameters, std::set<std::uint32_t>> grids[] = {
      {shape("torus", {5, 4, 3}), {}}, {shape("torus", {2, 2, 2}), {}},
      {shape("torus", {7}), {}},       {shape("mesh", {3, 4, 2}), {0, 1, 2}},
      {shape("ring", {9}), {}},        {shape("torus", {1, 6, 1, 2}), {}}};
  for (const auto& [p, lines] : grids) {
    bench b(p);
    for (std::uint32_t from = 0; from < b.network->nodes(); ++from) {
      for (std::uint32_t to = 0; to < b.network->nodes(); ++to) {
        const std::uint32_t hops = grid_hops(p.dims, lines, from, to);
        EXPECT_EQ(b.network->hops(from, to), hops);
        EXPECT_EQ(b.time(from, to, 300), hops == 0 ? 0 : hops * 100'000 + 300'000) << from << ' ' << to;
      }
    }
  }
}

TEST(train_network, dimensions_of_a_torus_can_be_lines) {
  train_network_parameters p = shape("torus", {5, 4, 6});
  p.lines = {0, 2};
  bench b(p);
  for (std::uint32_t to = 0; to < b.network->nodes(); ++to)
    EXPECT_EQ(b.network->hops(7, to), grid_hops(p.dims, {0, 2}, 7, to));
}

TEST(train_network, switches_are_two_links_or_two_a_level) {
  bench crossbar(shape("crossbar", {9}));
  EXPECT_EQ(crossbar.time(3, 8, 1000), 2 * 100'000 + 1'000'000u);
  bench cube(shape("hypercube", {5}));
  EXPECT_EQ(cube.time(0, 31, 0), 5 * 100'000u);
  bench tree(shape("fat-tree", {3, 4}));
  EXPECT_EQ(tree.network->nodes(), 81u);
  for (std::uint32_t to = 1; to < 81; ++to) {
    std::uint32_t levels = 1;
    for (std::uint32_t x = to / 3; x != 0; x /= 3) ++levels;
    EXPECT_EQ(tree.time(0, to, 500), 2 * levels * 100'000 + 500'000) << to;
  }
}

TEST(train_network, permutations_that_a_fat_tree_routes_without_conflict_wait_for_no_link) {
  bench tree(shape("fat-tree", {4, 3}));
  for (std::uint32_t shift = 1; shift < 64; ++shift) {
    const time_ps start = tree.last + 1'000'000'000;
    for (std::uint32_t from = 0; from < 64; ++from) tree.send(from, (from + shift) % 64, 1000, start);
    tree.run();
    EXPECT_EQ(tree.network->waited(), 0u) << shift;
  }
}

TEST(train_network, a_link_is_taken_for_the_bytes_time_in_order_of_arrival) {
  bench b(shape("ring", {8}));
  const train& far = b.send(0, 3, 1000, 0);       // n1_n2 from 100 ns, for 1 us
  const train& near = b.send(1, 2, 500, 50'000);  // there first
  const train& late = b.send(1, 2, 500, 200'000);
  b.run();
  EXPECT_EQ(b.arrived.at(&near), 50'000 + 100'000 + 500'000u);
  EXPECT_EQ(b.arrived.at(&far), 550'000 + 2 * 100'000 + 1'000'000u);
  EXPECT_EQ(b.arrived.at(&late), 1'550'000 + 100'000 + 500'000u);
  EXPECT_EQ(b.network->waited(), 450'000 + 1'350'000u);
}

TEST(train_network, trains_of_one_pair_arrive_in_order) {
  for (auto p : {shape("torus", {4, 4}), shape("fat-tree", {2, 3}), shape("crossbar", {8})}) {
    for (const std::uint64_t train_bytes : {0, 100}) {
      for (const std::uint32_t planes : {1u, 3u}) {
        p.train_bytes = train_bytes;
        p.planes = planes;
        bench b(p);
        std::vector<const train*> sent;
        for (std::uint64_t i = 0; i < 50; ++i) sent.push_back(&b.send(1, 6, i * 7919 % 1000, 10'000 * i));
        b.run();
        EXPECT_TRUE(b.order == sent) << p.family << ' ' << train_bytes << ' ' << planes;
      }
    }
  }
}

TEST(train_network, messages_in_parts_take_turns_and_as_long_as_in_one_piece) {
  train_network_parameters p = shape("ring", {8});
  p.train_bytes = 100;
  bench b(p);
  EXPECT_EQ(b.time(0, 3, 1000), 3 * 100'000 + 1'000'000u);
  EXPECT_EQ(b.time(0, 3, 1050), 3 * 100'000 + 1'050'000u);
  // Two leave by one link: each gets half of it, and the short one does not wait for the long one's end.
  const time_ps start = b.last + 1'000'000'000;
  const train& lengthy = b.send(0, 1, 10'000, start);
  const train& brief = b.send(0, 2, 1000, start);
  b.run();
  EXPECT_EQ(b.arrived.at(&brief) - start, 2 * 100'000 + 2'000'000u);
  EXPECT_EQ(b.arrived.at(&lengthy) - start, 100'000 + 11'000'000u);
}

TEST(train_network, headers_of_packets_count) {
  train_network_parameters p = shape("crossbar", {4});
  p.packet_bytes = 256;
  p.header_bytes = 16;
  bench b(p);
  EXPECT_EQ(b.time(0, 1, 0), 200'000 + 16'000u);
  EXPECT_EQ(b.time(0, 1, 256), 200'000 + 272'000u);
  EXPECT_EQ(b.time(0, 1, 257), 200'000 + 289'000u);
}

TEST(train_network, links_account_for_what_went_over_them) {
  bench b(shape("torus", {4, 3}));
  time_ps expected = 0;
  for (std::uint32_t from = 0; from < 12; ++from) {
    for (std::uint32_t to = 0; to < 12; ++to) {
      b.send(from, to, 100, 0);
      expected += b.network->hops(from, to) * 100'000;
    }
  }
  b.run();
  time_ps busy = 0;
  std::set<std::string> names;
  for (std::uint32_t l = 0; l < b.network->links(); ++l) {
    if (b.network->link_name(l).empty()) {
      EXPECT_EQ(b.network->busy(l), 0u);
      continue;
    }
    EXPECT_TRUE(names.insert(b.network->link_name(l)).second) << b.network->link_name(l);
    busy += b.network->busy(l);
  }
  EXPECT_EQ(names.size(), 4u * 12);
  EXPECT_EQ(busy, expected);
}

TEST(train_network, half_a_ring_goes_both_ways_alike) {
  bench b(shape("ring", {8}));
  for (std::uint32_t from = 0; from < 8; ++from) b.send(from, (from + 4) % 8, 100, 0);
  b.run();
  for (std::uint32_t l = 0; l < b.network->links(); ++l) EXPECT_EQ(b.network->busy(l), 2 * 100'000u);
}

// A node's interface, slower or quicker than its links: the slower counts, and messages take turns at it.
TEST(train_network, interfaces_of_nodes_have_a_bandwidth_of_their_own) {
  for (const std::uint64_t train_bytes : {0, 64}) {
    auto p = shape("torus", {4, 4});
    p.train_bytes = train_bytes;
    const auto time_with = [&](double bandwidth) {
      p.injection_bandwidth = bandwidth;
      bench b(p);
      return b.time(0, 10, 1000);
    };
    const time_ps free = time_with(0);
    EXPECT_EQ(time_with(4e9), free);
    EXPECT_EQ(time_with(1e9), free);
    EXPECT_EQ(time_with(0.25e9), free + 3'000'000);
  }
  auto p = shape("torus", {4, 4});
  p.injection_bandwidth = 2e9;
  bench out(p);  // to four neighbours, by a link each
  for (const std::uint32_t to : {1u, 3u, 4u, 12u}) out.send(0, to, 1000, 0);
  out.run();
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_EQ(out.arrived.at(out.trains[i].get()), i * 500'000 + 100'000 + 1'000'000);
  bench in(p);  // from them
  for (const std::uint32_t from : {1u, 3u, 4u, 12u}) in.send(from, 0, 1000, 0);
  in.run();
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_EQ(in.arrived.at(in.order[i]), 100'000 + 1'000'000 + i * 500'000);
  bench own(p);
  EXPECT_EQ(own.time(5, 5, 1000), 0u) << "a message to oneself stays in the node";
}

TEST(train_network, impossible_shapes_are_refused) {
  timing_wheel wheel;
  for (const auto& p :
       {shape("ring", {3, 3}), shape("crossbar", {2, 2}), shape("fat-tree", {8}), shape("torus", {}),
        shape("hypercube", {21}), shape("fat-tree", {64, 5}), shape("torus", {65536, 65536})})
    EXPECT_THROW(make_train_network(wheel, p), std::invalid_argument) << p.family;
}

}  // namespace
