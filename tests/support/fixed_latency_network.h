// A network for tests of what drives one: every packet arrives a fixed time after it was sent, one flit a
// cycle and source. The order of arrivals in a cycle is that of sending.
#ifndef MIMD_TESTS_SUPPORT_FIXED_LATENCY_NETWORK_H
#define MIMD_TESTS_SUPPORT_FIXED_LATENCY_NETWORK_H

#include <algorithm>
#include <map>
#include <stdexcept>
#include <vector>

#include "noc/network.h"

namespace mimd {

class fixed_latency_network final : public noc::network {
 public:
  fixed_latency_network(std::uint32_t terminals, noc::cycle latency) : latency_(latency), free_(terminals) {}

  void set_receiver(noc::packet_receiver& receiver) override { receiver_ = &receiver; }
  noc::cycle now() const override { return now_; }
  void send(noc::packet& p) override {
    p.created = now_;
    p.injected = std::max(now_, free_.at(p.source));
    free_[p.source] = p.injected + p.flits;
    p.arrived = p.injected + latency_ + p.flits - 1;
    p.flit_cycles = p.flits * latency_;
    p.hops = 1;
    queue_.emplace(p.arrived, &p);
    ++inside_;
    ++sent;
    if (keep) log.push_back(p);
  }
  noc::cycle next_activity() const override { return queue_.empty() ? noc::no_cycle : queue_.begin()->first; }
  void advance_to(noc::cycle c) override {
    if (c < now_) throw std::logic_error("time goes back");
    while (!queue_.empty() && queue_.begin()->first <= c) {
      noc::packet* p = queue_.begin()->second;
      queue_.erase(queue_.begin());
      now_ = p->arrived;
      --inside_;
      receiver_->packet_arrived(*p);
    }
    now_ = c;
  }
  void hold(std::uint32_t, std::uint32_t) override {}
  void release(std::uint32_t, std::uint32_t) override {}
  std::uint64_t packets_inside() const override { return inside_; }
  noc::channel_load load(std::uint32_t) const override { return {}; }
  void check_drained() const override {}

  bool keep = true;
  std::uint64_t sent = 0;
  std::vector<noc::packet> log;  // as sent, in order

 private:
  noc::packet_receiver* receiver_ = nullptr;
  noc::cycle latency_;
  noc::cycle now_ = 0;
  std::uint64_t inside_ = 0;
  std::vector<noc::cycle> free_;
  std::multimap<noc::cycle, noc::packet*> queue_;
};

}  // namespace mimd

#endif
