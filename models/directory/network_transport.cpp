#include "directory/network_transport.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace mimd {

unsigned directory_networks_of(const directory_protocol& protocol, bool operations) {
  unsigned last = 0;
  const unsigned messages =
      operations ? directory_message_count : static_cast<unsigned>(directory_message_type::operate);
  for (unsigned i = 0; i < messages; ++i)
    last = std::max(last, static_cast<unsigned>(protocol.network_of[i]));
  return last + 1;
}

network_transport::network_transport(noc::message_network& network, const directory_protocol& protocol,
                                     unsigned nodes, unsigned line)
    : network_(network), short_flits_(network.flits(0)), long_flits_(network.flits(line)) {
  if (network.terminals() < nodes) {
    throw std::invalid_argument("noc.dims: the network has " + std::to_string(network.terminals()) +
                                " terminals, but there are " + std::to_string(nodes) + " nodes");
  }
  const unsigned networks = directory_networks_of(protocol);
  if (network.parameters().network.virtual_networks < networks) {
    throw std::invalid_argument("noc: the protocol needs " + std::to_string(networks) + " virtual networks");
  }
  for (unsigned i = 0; i < directory_message_count; ++i) {
    virtual_network_[i] = static_cast<std::uint8_t>(protocol.network_of[i]);
  }
  for (unsigned n = 0; n < nodes; ++n) network.attach(n, *this);
}

void network_transport::address(directory_packet& p) {
  p.travel.source = p.from;
  p.travel.destination = p.to;
  p.travel.flits = carries_data(p.type) ? long_flits_ : short_flits_;
  p.travel.virtual_network = virtual_network_[static_cast<unsigned>(p.type)];
  p.travel.content = &p;
  p.travel.companions = nullptr;
}

void network_transport::address_all(directory_packet& first) {
  for (directory_packet* p = &first; p; p = p->next) {
    address(*p);
    p->travel.companions = p->next ? &p->next->travel : nullptr;
  }
}

void network_transport::travel_all(directory_packet& first, time_ps at) {
  address_all(first);
  network_.deliver_multicast(first.travel, at, tails_);
  std::size_t i = 0;
  for (directory_packet* p = &first; p; p = p->next) p->arrival = tails_[i++];
}

void network_transport::carry_all(directory_packet& first, time_ps at) {
  address_all(first);
  network_.send(first.travel, at);
}

time_ps network_transport::travel(directory_packet& p, time_ps at) {
  address(p);
  return network_.deliver(p.travel, at);
}

void network_transport::carry(directory_packet& p, time_ps at) {
  address(p);
  network_.send(p.travel, at);
}

void network_transport::message_arrived(noc::packet& p) {
  directory_packet& message = *static_cast<directory_packet*>(p.content);
  message.sink.arrived(message);
}

}  // namespace mimd
