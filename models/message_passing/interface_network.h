// Packets of network interfaces over the network library, either fidelity, any topology: node n is terminal
// n.
//
// On the network a packet is its header, its data and the network's own header (message_network_parameters).
// Approximately timed the network is held for a full interface; loosely timed an interface takes everything.
//
// Links may damage packets. Then the interfaces throw away what is damaged, or, reliable, deliver every
// packet once and in the order of sending (reliable_network.h).
#ifndef MIMD_MESSAGE_PASSING_INTERFACE_NETWORK_H
#define MIMD_MESSAGE_PASSING_INTERFACE_NETWORK_H

#include <memory>
#include <vector>

#include "infrastructure/object_pool.h"
#include "infrastructure/timing_mode.h"
#include "message_passing/packet_carrier.h"
#include "message_passing/reliable_network.h"
#include "noc/message_network.h"

namespace mimd {

struct link_fault_parameters {
  double damage_rate = 0;  // share of the packets that a link damages
  std::uint64_t seed = 1;  // of that
  bool reliable = false;
  message_passing::reliability_parameters reliability;
};

class interface_network final : public packet_carrier,
                                private noc::message_receiver,
                                private noc::train_receiver {
 public:
  // The network has one virtual network at least and a terminal for each node; it must outlive this.
  interface_network(noc::message_network& network, std::uint32_t nodes, std::uint32_t packet_bytes,
                    timing_mode timing, const link_fault_parameters& faults = {});

  std::uint32_t nodes() const override { return static_cast<std::uint32_t>(sinks_.size()); }
  void attach(std::uint32_t node, packet_consumer& sink) override { sinks_[node] = &sink; }
  void carry(interface_packet& p, time_ps at) override;
  time_ps link_time(std::uint32_t bytes) const override;
  void hold(std::uint32_t node) override;
  void release(std::uint32_t node) override;

  std::uint64_t carried() const { return carried_; }  // packets, each once
  std::uint64_t lost() const { return lost_; }        // damaged, and nobody sent them again
  message_passing::reliability_counts reliability() const {
    return reliable_ == nullptr ? message_passing::reliability_counts{} : reliable_->counts();
  }

 private:
  // A packet over links that damage.
  struct shipment final : noc::train {
    shipment* next = nullptr;
    interface_packet* content = nullptr;
  };

  void message_arrived(noc::packet& p) override;
  void train_arrived(noc::train& t) override;

  noc::message_network& network_;
  timing_mode timing_;
  agenda& agenda_ = agenda::of_simulation();
  std::vector<packet_consumer*> sinks_;
  std::uint64_t carried_ = 0;
  std::uint64_t lost_ = 0;
  std::unique_ptr<noc::train_network> faulty_;  // if links damage, or interfaces are reliable
  const message_passing::reliable_network* reliable_ = nullptr;
  object_pool<shipment> shipments_;
};

}  // namespace mimd

#endif
