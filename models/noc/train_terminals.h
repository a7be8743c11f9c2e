// The nodes' own connections to their routers, in front of a network that has links between routers only: a
// channel of a given bandwidth into the network and one out of it, for each node.
//
// A message leaves when those before it have left its node, and takes bytes / bandwidth of the channel; it
// has arrived when the channel out of the network has been taken for as long. On an idle network the slower
// of channel and link counts: hops · link_latency + bytes / the smaller bandwidth. Headers are made at the
// router. Messages to oneself stay in the node and take nothing.
#ifndef MIMD_NOC_TRAIN_TERMINALS_H
#define MIMD_NOC_TRAIN_TERMINALS_H

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "noc/train_network.h"

namespace mimd::noc {

class train_terminals final : public train_layer, private train_receiver {
 public:
  train_terminals(timing_wheel& wheel, std::unique_ptr<train_network> network, double bandwidth,
                  double link_bandwidth)
      : train_layer(wheel, std::move(network)),
        ps_per_byte_(1e12 / bandwidth),
        lag_per_byte_(std::max(0.0, ps_per_byte_ - 1e12 / link_bandwidth)),
        terminals_(nodes()) {
    below().set_receiver(*this);
  }

  void send(train& t, time_ps at) override {
    if (t.source != t.destination) {
      time_ps& free = terminals_[t.source].in_free;
      at = std::max(at, free);
      free = at + time_of(t.bytes, ps_per_byte_);
    }
    below().send(t, at);
  }
  void move(train& t) override { arrived(t); }

 private:
  struct terminal {
    time_ps in_free = 0;  // into the network
    time_ps out_free = 0;
  };

  static time_ps time_of(std::uint64_t bytes, double ps_per_byte) {
    return static_cast<time_ps>(std::llround(static_cast<double>(bytes) * ps_per_byte));
  }

  // The last byte is at the router, if the channel into the network was not slower than the links.
  void train_arrived(train& t) override {
    const time_ps at_router = t.time();
    if (t.source == t.destination) return arrived(t);
    time_ps& free = terminals_[t.destination].out_free;
    free = std::max(at_router + time_of(t.bytes, lag_per_byte_), free + time_of(t.bytes, ps_per_byte_));
    if (free == at_router) return arrived(t);
    t.mover = this;
    wheel_.schedule(t, free);
  }
  void train_expected(const train& t) const override { expected(t); }

  double ps_per_byte_;
  double lag_per_byte_;  // by which the last byte comes later than through a channel as fast as a link
  std::vector<terminal> terminals_;
};

}  // namespace mimd::noc

#endif
