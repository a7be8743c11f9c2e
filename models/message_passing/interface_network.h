// Packets of network interfaces over the network library, either fidelity, any topology: node n is terminal
// n.
//
// On the network a packet is its header, its data and the network's own header (message_network_parameters).
// Approximately timed the network is held for a full interface; loosely timed an interface takes everything.
#ifndef MIMD_MESSAGE_PASSING_INTERFACE_NETWORK_H
#define MIMD_MESSAGE_PASSING_INTERFACE_NETWORK_H

#include <vector>

#include "infrastructure/timing_mode.h"
#include "message_passing/packet_carrier.h"
#include "noc/message_network.h"

namespace mimd {

class interface_network final : public packet_carrier, private noc::message_receiver {
 public:
  // The network has one virtual network at least and a terminal for each node; it must outlive this.
  interface_network(noc::message_network& network, std::uint32_t nodes, std::uint32_t packet_bytes,
                    timing_mode timing);

  std::uint32_t nodes() const override { return static_cast<std::uint32_t>(sinks_.size()); }
  void attach(std::uint32_t node, packet_consumer& sink) override { sinks_[node] = &sink; }
  void carry(interface_packet& p, time_ps at) override;
  time_ps link_time(std::uint32_t bytes) const override;
  void hold(std::uint32_t node) override;
  void release(std::uint32_t node) override;

  std::uint64_t carried() const { return carried_; }      // packets
  std::uint64_t under_way() const { return under_way_; }  // carried and not arrived

 private:
  void message_arrived(noc::packet& p) override;

  noc::message_network& network_;
  timing_mode timing_;
  agenda& agenda_ = agenda::of_simulation();
  std::vector<packet_consumer*> sinks_;
  std::uint64_t carried_ = 0;
  std::uint64_t under_way_ = 0;
};

}  // namespace mimd

#endif
