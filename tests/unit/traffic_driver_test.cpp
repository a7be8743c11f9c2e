// What the drivers send and measure, on a network whose latency is known.
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "tb/traffic/batch.h"
#include "tb/traffic/open_loop.h"
#include "tb/traffic/packet_trace.h"
#include "tb/traffic/saturation.h"
#include "tb/traffic/trace_driver.h"
#include "tests/support/fixed_latency_network.h"
#include "tests/support/scratch_files.h"

namespace mimd::tb {
namespace {

constexpr std::uint32_t terminals = 16;
constexpr noc::cycle latency = 10;

noc::topology crossbar() {
  noc::topology t({"crossbar", {terminals}, terminals}, 1, terminals);
  for (std::uint32_t i = 0; i < terminals; ++i) t.attach_terminal(i, 0, 0, 1);
  return t;
}

struct bench {
  noc::topology shape = crossbar();
  fixed_latency_network network{terminals, latency};
  traffic_pattern pattern{pattern_parameters{}, terminals};
};

open_loop_parameters short_run(double load, std::uint64_t seed = 1) {
  open_loop_parameters p;
  p.injection.load = load;
  p.warm_up = 1000;
  p.measure = 20'000;
  p.seed = seed;
  return p;
}

void run(traffic_driver& driver) {
  while (!driver.work(100)) {
  }
}

TEST(open_loop, measures_the_window_and_follows_its_packets_to_the_end) {
  bench b;
  const packet_mix mix({packet_kind{}});
  open_loop driver(b.network, b.shape, b.pattern, mix, short_run(0.2));
  run(driver);
  const traffic_results& r = driver.results();
  EXPECT_TRUE(driver.finished());
  EXPECT_EQ(r.cycles, 20'000u);
  std::uint64_t created = 0;
  std::uint64_t arrived = 0;
  for (const noc::packet& p : b.network.log) {
    created += p.created > 1000 && p.created <= 21'000;
    arrived += p.arrived > 1000 && p.arrived <= 21'000;
  }
  EXPECT_EQ(r.created_packets, created);
  EXPECT_EQ(r.accepted_packets, arrived);
  EXPECT_EQ(r.all.packet.count(), created);
  EXPECT_EQ(r.missing(), 0u);
  EXPECT_NEAR(r.offered(), 0.2, 0.005);
  EXPECT_EQ(r.all.packet.max(), latency);
  EXPECT_EQ(r.all.network.mean(), latency);
}

TEST(open_loop, tells_waiting_at_the_source_from_the_way_and_the_flits_behind_the_head) {
  bench b;
  const packet_mix mix({{5, 1, 0, 0}});
  open_loop driver(b.network, b.shape, b.pattern, mix, short_run(0.8));
  run(driver);
  const traffic_results& r = driver.results();
  EXPECT_EQ(r.all.network.max(), latency + 4);
  EXPECT_DOUBLE_EQ(r.all.flit.mean(), latency);
  EXPECT_EQ(r.all.flit.count(), 5 * r.all.packet.count());
  EXPECT_GT(r.all.packet.mean(), latency + 4 + 2.0);
  EXPECT_EQ(r.created_flits, 5 * r.created_packets);
}

TEST(open_loop, keeps_classes_apart) {
  bench b;
  const packet_mix mix({{1, 1, 0, 0}, {9, 1, 1, 0}});
  open_loop driver(b.network, b.shape, b.pattern, mix, short_run(0.1));
  run(driver);
  const traffic_results& r = driver.results();
  ASSERT_EQ(r.classes.size(), 2u);
  EXPECT_EQ(r.classes[0].network.max(), latency);
  EXPECT_EQ(r.classes[1].network.min(), latency + 8);
  EXPECT_EQ(r.classes[0].packet.count() + r.classes[1].packet.count(), r.all.packet.count());
}

TEST(open_loop, sends_the_same_packets_whatever_the_network) {
  const auto sent = [](noc::cycle network_latency, std::uint64_t seed) {
    bench b;
    b.network = fixed_latency_network(terminals, network_latency);
    const packet_mix mix({{1, 1, 0, 0}, {5, 1, 0, 0}});
    open_loop driver(b.network, b.shape, b.pattern, mix, short_run(0.3, seed));
    run(driver);
    std::vector<std::array<std::uint64_t, 4>> result;
    for (const noc::packet& p : b.network.log) {
      if (p.created <= 21'000) result.push_back({p.created, p.source, p.destination, p.flits});
    }
    return result;
  };
  EXPECT_EQ(sent(3, 1), sent(40, 1));
  EXPECT_NE(sent(3, 1), sent(3, 2));
}

TEST(open_loop, gives_up_on_a_network_that_never_delivers) {
  bench b;
  b.network = fixed_latency_network(terminals, 1'000'000);
  const packet_mix mix({packet_kind{}});
  open_loop_parameters p = short_run(0.1);
  p.drain_limit = 5000;
  open_loop driver(b.network, b.shape, b.pattern, mix, p);
  run(driver);
  EXPECT_TRUE(driver.finished());
  EXPECT_EQ(driver.results().missing(), driver.results().created_packets);
  EXPECT_LE(b.network.now(), 26'000u);
}

TEST(open_loop, stops_as_soon_as_the_latency_is_sure_to_be_too_long) {
  bench b;
  b.network = fixed_latency_network(terminals, 1'000'000);
  const packet_mix mix({packet_kind{}});
  open_loop_parameters p = short_run(0.1);
  p.latency_limit = 200;
  open_loop driver(b.network, b.shape, b.pattern, mix, p);
  run(driver);
  EXPECT_NEAR(static_cast<double>(b.network.now()), 21'200, 20);
}

TEST(open_loop, ends_after_the_warm_up_if_too_much_is_on_the_way_already) {
  for (const double limit : {150.0, 50.0}) {
    bench b;
    b.network = fixed_latency_network(terminals, 1000);  // 0.1 flits a cycle: 100 a terminal on the way
    const packet_mix mix({{2, 1, 0, 0}});
    open_loop_parameters p = short_run(0.1);
    p.warm_up = 2000;
    p.backlog_limit = limit;
    open_loop driver(b.network, b.shape, b.pattern, mix, p);
    run(driver);
    EXPECT_TRUE(driver.finished());
    EXPECT_EQ(driver.results().overloaded, limit < 100);
    EXPECT_EQ(is_saturated({}, driver.results(), 1000), limit < 100);
    EXPECT_EQ(b.network.now() > 2000, limit > 100);
  }
}

TEST(open_loop, does_not_go_beyond_the_last_cycle) {
  bench b;
  const packet_mix mix({packet_kind{}});
  open_loop driver(b.network, b.shape, b.pattern, mix, short_run(0.1));
  driver.set_last_cycle(1234);
  run(driver);
  EXPECT_FALSE(driver.finished());
  EXPECT_EQ(b.network.now(), 1234u);
  driver.stop();
  EXPECT_EQ(driver.results().cycles, 234u);
}

TEST(batch, keeps_a_window_on_the_way_and_ends_with_the_last_arrival) {
  bench b;
  const packet_mix mix({packet_kind{}});
  batch driver(b.network, b.shape, b.pattern, mix, {100, 1, 1});
  run(driver);
  EXPECT_TRUE(driver.finished());
  EXPECT_EQ(driver.packets(), 100u * terminals);
  EXPECT_EQ(driver.finish_cycle(), 100 * latency) << "each packet is sent when the one before has arrived";
  EXPECT_EQ(driver.results().all.packet.count(), 100u * terminals);

  bench w;
  batch wide(w.network, w.shape, w.pattern, mix, {100, 4, 1});
  run(wide);
  EXPECT_LT(wide.finish_cycle(), 30 * latency) << "four at a time";
  std::map<std::uint32_t, std::vector<const noc::packet*>> by_source;
  for (const noc::packet& p : w.network.log) by_source[p.source].push_back(&p);
  for (const auto& [source, packets] : by_source) {
    for (std::size_t i = 4; i < packets.size(); ++i)
      ASSERT_GE(packets[i]->created, packets[i - 4]->arrived) << "source " << source;
  }
}

struct traced {
  explicit traced(const std::string& text) {
    std::ofstream(file) << text;
    trace = std::make_unique<packet_trace>(file, terminals, 2);
    trace_driver driver(b.network, b.shape, *trace);
    run(driver);
    finished = driver.finished();
  }
  const noc::packet& by_id(std::uint64_t id) const {
    for (const noc::packet& p : b.network.log) {
      if (trace->packets()[p.id].id == id) return p;
    }
    throw std::runtime_error("not sent");
  }

  const test::scratch_directory scratch;
  const std::string file = scratch.file("trace");
  bench b;
  std::unique_ptr<packet_trace> trace;
  bool finished = false;
};

TEST(trace_driver, sends_each_packet_in_its_cycle) {
  const traced t("7 100 0 5 3\n3 0 1 2 1 vn=1 priority=4 class=1\n# done\n9 100 2 2 1\n");
  ASSERT_TRUE(t.finished);
  EXPECT_EQ(t.b.network.log.size(), 3u);
  EXPECT_EQ(t.by_id(7).created, 100u);
  EXPECT_EQ(t.by_id(7).flits, 3u);
  EXPECT_EQ(t.by_id(9).created, 100u);
  EXPECT_EQ(t.by_id(3).created, 0u);
  EXPECT_EQ(t.by_id(3).virtual_network, 1u);
  EXPECT_EQ(t.by_id(3).priority, 4u);
}

TEST(trace_driver, honours_dependencies) {
  const traced t(
      "1 0 0 1 1\n"
      "2 5 3 1 4\n"
      "3 0 1 0 1 after=1\n"            // as soon as 1 is there
      "4 0 1 0 1 after=1,2 delay=7\n"  // 7 after the later of both
      "5 500 1 0 1 after=3\n"          // its own cycle is later
      "6 0 2 0 1 after=5 delay=1\n");
  ASSERT_TRUE(t.finished);
  EXPECT_EQ(t.by_id(3).created, t.by_id(1).arrived);
  EXPECT_EQ(t.by_id(4).created, t.by_id(2).arrived + 7);
  EXPECT_EQ(t.by_id(5).created, 500u);
  EXPECT_EQ(t.by_id(6).created, t.by_id(5).arrived + 1);
}

// A random program: every packet leaves exactly at the latest of its constraints.
TEST(trace_driver, sends_a_random_dependency_graph_exactly_in_time) {
  random_generator random(11);
  constexpr unsigned packets = 2000;
  std::string text;
  std::vector<std::vector<std::uint64_t>> before(packets);
  std::vector<noc::cycle> cycle(packets);
  std::vector<noc::cycle> delay(packets);
  for (unsigned i = 0; i < packets; ++i) {
    cycle[i] = random.below(3000);
    text += std::to_string(i * 3) + " " + std::to_string(cycle[i]) + " " +
            std::to_string(random.below(terminals)) + " " + std::to_string(random.below(terminals)) + " " +
            std::to_string(1 + random.below(6));
    for (std::uint64_t n = random.below(4); n > 0 && i > 0; --n) {
      const std::uint64_t d = random.below(i);
      if (std::find(before[i].begin(), before[i].end(), d) == before[i].end()) before[i].push_back(d);
    }
    for (std::size_t k = 0; k < before[i].size(); ++k)
      text += (k == 0 ? " after=" : ",") + std::to_string(before[i][k] * 3);
    if (!before[i].empty()) {
      delay[i] = random.below(20);
      text += " delay=" + std::to_string(delay[i]);
    }
    text += "\n";
  }
  const traced t(text);
  ASSERT_TRUE(t.finished);
  ASSERT_EQ(t.b.network.log.size(), packets);
  std::vector<const noc::packet*> sent(packets);
  for (const noc::packet& p : t.b.network.log) sent[p.id] = &p;
  for (unsigned i = 0; i < packets; ++i) {
    noc::cycle expected = cycle[i];
    for (const std::uint64_t d : before[i]) expected = std::max(expected, sent[d]->arrived + delay[i]);
    ASSERT_EQ(sent[i]->created, expected) << "packet " << i;
  }
}

TEST(packet_trace, a_wrong_line_is_named) {
  const test::scratch_directory scratch;
  const std::string file = scratch.file("trace");
  const std::string good = "1 0 0 1 1\n";
  const std::pair<std::string, std::string> cases[] = {
      {good + "1 5 0 1 1\n", ":2: identifier 1 a second time"},
      {good + "2 5 0 16 1\n", ":2: the destination 16 is not from 0 to 15"},
      {good + "2 5 99 1 1\n", ":2: the source 99 is not from 0 to 15"},
      {good + "2 5 0 1 0\n", ":2: the number of flits 0 is not from 1 to"},
      {good + "2 5 0 1\n", ":2: the number of flits is missing"},
      {good + "2 -5 0 1 1\n", ":2: the cycle '-5' is not a whole number"},
      {good + "2 1e3 0 1 1\n", ":2: the cycle '1e3' is not a whole number"},
      {good + "2 5 0 1 1 after=7\n", ":2: waits for packet 7, which no earlier line defines"},
      {good + "2 5 0 1 1 after=3\n3 0 0 1 1\n", ":2: waits for packet 3, which no earlier line defines"},
      {good + "2 5 0 1 1 after=2\n", ":2: packet 2 waits for itself"},
      {good + "2 5 0 1 1 after=1,1\n", ":2: waits for packet 1 a second time"},
      {good + "2 5 0 1 1 after=\n", ":2: the identifier '' is not a whole number"},
      {good + "2 5 0 1 1 delay=4\n", ":2: a delay without 'after='"},
      {good + "2 5 0 1 1 after=1 delay=1 delay=2\n", ":2: 'delay=' a second time"},
      {good + "2 5 0 1 1 vn=2\n", ":2: the virtual network 2 is not from 0 to 1"},
      {good + "2 5 0 1 1 vm=1\n", ":2: no option 'vm=1', did you mean 'vn='?"},
      {good + "2 5 0 1 1 after\n", ":2: no option 'after', did you mean 'after='?"},
      {good + "2 5 0 1 18446744073709551616\n", ":2: the number of flits 18446744073709551616 is not from"},
      {good + "2 5 0 1 1", ":2: the last line has no end"},
      {"# nothing\n", ": the trace has no packets"},
  };
  for (const auto& [text, complaint] : cases) {
    std::ofstream(file) << text;
    std::string said = "accepted";
    try {
      packet_trace trace(file, terminals, 2);
    } catch (const std::runtime_error& e) {
      said = e.what();
    }
    EXPECT_EQ(said.rfind(file + complaint, 0), 0u) << said;
  }
}

TEST(saturation, zero_load_is_the_latency_of_a_packet_alone) {
  bench b;
  EXPECT_DOUBLE_EQ(zero_load_latency(b.network, b.pattern, packet_mix({{5, 1, 0, 0}}), 1), latency + 4);
  EXPECT_EQ(b.network.packets_inside(), 0u);
}

TEST(saturation, is_latency_or_a_loss_beyond_what_comes_and_goes) {
  traffic_results r;
  r.terminals = 16;
  r.cycles = 1000;
  noc::packet p;
  p.flits = 1;
  p.arrived = 20;
  for (unsigned i = 0; i < 1000; ++i) r.all.add(p);
  r.created_packets = r.created_flits = r.accepted_packets = 1000;
  r.accepted_flits = 975;  // 20 on the way: a standard deviation of sqrt(2 * 20) = 6.3, three of them and 1 %
  const saturation_rule rule;
  EXPECT_FALSE(is_saturated(rule, r, 10));
  r.accepted_flits = 970;
  EXPECT_TRUE(is_saturated(rule, r, 10));
  r.accepted_flits = 1000;
  EXPECT_FALSE(is_saturated(rule, r, 20 / 2.99));
  EXPECT_TRUE(is_saturated(rule, r, 20 / 3.01));
  ++r.created_packets;  // one never arrived
  EXPECT_TRUE(is_saturated(rule, r, 10));
}

TEST(saturation, bisection_finds_the_last_good_step) {
  saturation_rule rule;
  for (const double limit : {0.005, 0.1234, 0.5, 0.9999, 1.0}) {
    unsigned asked = 0;
    const double found = find_saturation(rule, [&](double load) {
      ++asked;
      return load > limit + 1e-9;
    });
    EXPECT_LE(found, limit + 1e-9);
    EXPECT_GT(found + rule.resolution, limit);
    EXPECT_LE(asked, 9u);
  }
  EXPECT_EQ(find_saturation(rule, [](double) { return true; }), 0);
}

}  // namespace
}  // namespace mimd::tb
