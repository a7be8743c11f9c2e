// Directory messages over the network library: node n is terminal n, a class of messages a virtual network.
// Where the network has multicast, invalidations of one write travel as one (noc/multicast.h).
#ifndef MIMD_DIRECTORY_NETWORK_TRANSPORT_H
#define MIMD_DIRECTORY_NETWORK_TRANSPORT_H

#include <array>
#include <vector>

#include "directory/directory_protocol.h"
#include "directory/directory_transport.h"
#include "noc/message_network.h"

namespace mimd {

class network_transport final : public directory_transport, private noc::message_receiver {
 public:
  // The network needs a terminal for each node and a virtual network for each that the protocol names
  // (directory_networks_of); throws std::invalid_argument otherwise. It must outlive this.
  network_transport(noc::message_network& network, const directory_protocol& protocol, unsigned nodes,
                    unsigned line);

  bool foresees_arrival() const override { return false; }
  time_ps travel(directory_packet& p, time_ps at) override;
  void carry(directory_packet& p, time_ps at) override;
  bool multicasts() const override { return network_.parameters().network.multicast; }
  void travel_all(directory_packet& first, time_ps at) override;
  void carry_all(directory_packet& first, time_ps at) override;

 private:
  void address(directory_packet& p);
  void address_all(directory_packet& first);
  void message_arrived(noc::packet& p) override;

  noc::message_network& network_;
  std::array<std::uint8_t, directory_message_count> virtual_network_{};
  std::uint32_t short_flits_;
  std::uint32_t long_flits_;
  std::vector<time_ps> tails_;
};

// How many virtual networks the protocol's messages need: 3 or 4; with operations at homes, 4.
unsigned directory_networks_of(const directory_protocol& protocol, bool operations = false);

}  // namespace mimd

#endif
