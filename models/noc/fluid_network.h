// A network whose links are shared as if messages were fluid: all that cross a link at one time divide its
// bandwidth, by weighted max-min fairness. This is how flow-level simulators such as SimGrid see a network
// (model CM02: Casanova and Marchal, "A network model for simulation of grid application", INRIA RR-4596,
// 2002; progressive filling: Bertsekas and Gallager, "Data Networks", 1992, 6.5.2).
//
// A message's head takes link_latency a hop; then its bytes flow, over all links of its route at once, and it
// has arrived when the last of them has. The weight of a message is one over its hops: the longer the way,
// the smaller the share, as with TCP. On an idle network a message of n bytes takes
// hops · link_latency + n / bandwidth, as in the train networks, whose shapes, routes, planes, headers and
// names of links these are. injection_bandwidth is that of a link more at each end of a route, without
// latency, headers included.
//
// Messages of one pair can overtake each other: a short one that is sent behind a long one arrives first.
// Damage is drawn for each link between nodes or switches on arrival; messages to oneself arrive when they
// are sent. `busy` of a link: the time that the bytes of the messages which have arrived over it take alone;
// `waited`: by how much messages took longer than on an idle network.
//
// Rates change when a message begins or ends to flow, only those of messages that share links with it,
// directly or through others: O(flows · hops · log links) of them. Arithmetic in double precision, times
// rounded up to picoseconds; bit-reproducible.
#ifndef MIMD_NOC_FLUID_NETWORK_H
#define MIMD_NOC_FLUID_NETWORK_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "infrastructure/random.h"
#include "noc/train_links.h"

namespace mimd::noc {

class fluid_network final : public train_network {
 public:
  // `shape` tells routes and names of each plane; nothing moves in it.
  fluid_network(timing_wheel& wheel, std::unique_ptr<train_links> shape, const train_network_parameters& p);

  void send(train& t, time_ps at) override;
  void move(train& t) override;
  void approach(const train& t) const override;

  std::uint32_t nodes() const override { return shape_->nodes(); }
  std::uint32_t hops(std::uint32_t a, std::uint32_t b) const override { return shape_->hops(a, b); }
  // Those of the planes, then, with injection_bandwidth, of each node into the network and out of it.
  std::uint32_t links() const override { return static_cast<std::uint32_t>(links_.size()); }
  time_ps busy(std::uint32_t link) const override { return links_[link].busy; }
  std::string link_name(std::uint32_t link) const override;
  time_ps waited() const override { return waited_; }
  std::uint64_t hops_made() const override { return hops_made_; }

 private:
  struct crossing {
    std::uint32_t link;
    std::uint32_t place;  // among those that cross it
  };
  struct flow {
    train* message = nullptr;
    std::vector<crossing> route;
    double weight = 1;
    double left = 0;   // bytes, at `since`
    double rate = 0;   // bytes per picosecond
    double share = 0;  // the rate that is being found; negative: not yet
    double bytes = 0;
    time_ps since = 0;
    time_ps begun = 0;
    bool seen = false;  // by the search for those that are concerned
  };
  struct user {
    std::uint32_t flow;
    std::uint32_t hop;  // of its route
  };
  struct link_state {
    double capacity = 0;  // bytes per picosecond
    std::vector<user> users;
    time_ps busy = 0;
    double left = 0;  // of the capacity, and the weight of the flows whose share is not known yet
    double weight = 0;
    std::size_t open = 0;  // how many these are
    bool changed = false;
  };

  void begin_to_flow(train& t);
  void end(train& t);
  void change(std::uint32_t link);
  void share();
  void find_concerned();
  void fill();
  void settle(flow& f);
  double level(std::uint32_t link) const { return links_[link].left / links_[link].weight; }
  std::uint32_t first_terminal() const { return planes_ * shape_->links(); }

  std::unique_ptr<train_links> shape_;
  std::uint32_t planes_;
  time_ps latency_;
  bool has_terminals_;
  double damage_rate_;
  random_generator random_;
  std::vector<link_state> links_;
  std::vector<flow> flows_;
  std::vector<std::uint32_t> unused_;  // of flows_
  std::vector<std::uint32_t> route_;
  std::vector<std::uint32_t> changed_;                    // links, whose flows come and go
  std::vector<std::uint32_t> concerned_;                  // flows
  std::vector<std::pair<double, std::uint32_t>> levels_;  // a heap of links, lowest first
  time_ps now_ = 0;
  time_ps waited_ = 0;
  std::uint64_t hops_made_ = 0;
  method_event<fluid_network, &fluid_network::share> share_{*this};
};

}  // namespace mimd::noc

#endif
