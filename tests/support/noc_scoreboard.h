// Sends packets into a network and accounts for every one that comes out: none lost, doubled, or at the wrong
// terminal; counts those that came after a later one of their flow.
#ifndef MIMD_TESTS_SUPPORT_NOC_SCOREBOARD_H
#define MIMD_TESTS_SUPPORT_NOC_SCOREBOARD_H

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <unordered_map>
#include <vector>

#include "noc/network.h"

namespace mimd::test {

class noc_scoreboard final : public noc::packet_receiver {
 public:
  explicit noc_scoreboard(noc::network& network) : network_(network) { network.set_receiver(*this); }

  noc::packet& send(std::uint32_t source, std::uint32_t destination, std::uint32_t flits,
                    std::uint32_t virtual_network = 0, std::uint32_t priority = 0) {
    if (free_.empty()) {
      records_.emplace_back();
      free_.push_back(&records_.back());
      records_.back().number = records_.size() - 1;
    }
    record& r = *free_.back();
    free_.pop_back();
    r.what = noc::packet{};
    r.what.source = source;
    r.what.destination = destination;
    r.what.flits = flits;
    r.what.virtual_network = static_cast<std::uint8_t>(virtual_network);
    r.what.priority = static_cast<std::uint8_t>(priority);
    r.what.id = r.number;
    r.what.content = &r;
    r.inside = true;
    r.sequence = flows_[flow_of(r.what)].sent++;
    ++sent_;
    ++sent_on_[virtual_network];
    flits_sent_ += flits;
    network_.send(r.what);
    return r.what;
  }

  void packet_arrived(noc::packet& p) override {
    auto& r = *static_cast<record*>(p.content);
    ASSERT_TRUE(r.inside) << "a packet arrived twice";
    ASSERT_EQ(&r.what, &p);
    ASSERT_LE(p.created, p.injected);
    ASSERT_LT(p.injected, p.arrived);
    ASSERT_EQ(p.arrived, network_.now());
    if (p.flit_latencies != nullptr) {
      std::uint64_t sum = 0;
      for (std::uint32_t i = 0; i < p.flits; ++i) sum += p.flit_latencies[i];
      ASSERT_EQ(sum, p.flit_cycles);
      ASSERT_LT(p.flit_latencies[p.flits - 1], p.arrived - p.injected);
    }
    r.inside = false;
    ++arrived_;
    flits_arrived_ += p.flits;
    latency_ += p.arrived - p.created;
    auto& same = flows_[flow_of(p)];
    if (r.sequence < same.newest) ++overtaken_[p.virtual_network];
    same.newest = std::max(same.newest, r.sequence);
    if (on_arrival) on_arrival(p);
    free_.push_back(&r);
  }

  // Until nothing is left to do; false after too many cycles.
  bool drain(noc::cycle cycles = 100'000'000) {
    const auto limit = network_.now() + cycles;
    for (auto next = network_.next_activity(); next != noc::no_cycle; next = network_.next_activity()) {
      if (next > limit) return false;
      network_.advance_to(next);
    }
    return true;
  }

  std::uint64_t sent() const { return sent_; }
  std::uint64_t sent(std::uint32_t virtual_network) const {
    const auto found = sent_on_.find(virtual_network);
    return found == sent_on_.end() ? 0 : found->second;
  }
  std::uint64_t arrived() const { return arrived_; }
  std::uint64_t flits_sent() const { return flits_sent_; }
  std::uint64_t flits_arrived() const { return flits_arrived_; }
  double mean_latency() const { return static_cast<double>(latency_) / static_cast<double>(arrived_); }
  std::uint64_t latency() const { return latency_; }
  std::uint64_t overtaken(std::uint32_t virtual_network) const {
    const auto found = overtaken_.find(virtual_network);
    return found == overtaken_.end() ? 0 : found->second;
  }

  std::function<void(noc::packet&)> on_arrival;

 private:
  struct record {
    noc::packet what;
    std::uint64_t sequence = 0;  // in its flow
    std::uint64_t number = 0;
    bool inside = false;
  };
  struct flow {
    std::uint64_t sent = 0;
    std::uint64_t newest = 0;  // sequence number that arrived
  };
  static std::uint64_t flow_of(const noc::packet& p) {
    return std::uint64_t{p.source} << 40 | std::uint64_t{p.destination} << 8 | p.virtual_network;
  }

  noc::network& network_;
  std::deque<record> records_;
  std::vector<record*> free_;
  std::unordered_map<std::uint64_t, flow> flows_;
  std::unordered_map<std::uint32_t, std::uint64_t> sent_on_;
  std::unordered_map<std::uint32_t, std::uint64_t> overtaken_;
  std::uint64_t sent_ = 0;
  std::uint64_t arrived_ = 0;
  std::uint64_t flits_sent_ = 0;
  std::uint64_t flits_arrived_ = 0;
  std::uint64_t latency_ = 0;
};

}  // namespace mimd::test

#endif
