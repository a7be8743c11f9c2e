#include "message_passing/interface_network.h"

#include <stdexcept>
#include <string>

namespace mimd {

interface_network::interface_network(noc::message_network& network, std::uint32_t nodes,
                                     std::uint32_t packet_bytes, timing_mode timing)
    : packet_carrier(packet_bytes), network_(network), timing_(timing), sinks_(nodes, nullptr) {
  if (network.terminals() < nodes) {
    throw std::invalid_argument("noc.dims: the network has " + std::to_string(network.terminals()) +
                                " terminals, but there are " + std::to_string(nodes) + " nodes");
  }
  for (std::uint32_t n = 0; n < nodes; ++n) network.attach(n, *this);
}

void interface_network::carry(interface_packet& p, time_ps at) {
  p.sink = sinks_[p.destination];
  p.travel.source = p.source;
  p.travel.destination = p.destination;
  p.travel.flits = network_.flits(ni_header_bytes + p.bytes);
  p.travel.content = &p;
  ++carried_;
  if (timing_ == timing_mode::loose) {
    agenda_.schedule(p, network_.deliver(p.travel, at));
  } else {
    ++under_way_;
    network_.send(p.travel, at);
  }
}

void interface_network::message_arrived(noc::packet& p) {
  --under_way_;
  auto& packet = *static_cast<interface_packet*>(p.content);
  packet.sink->arrived(packet);
}

time_ps interface_network::link_time(std::uint32_t bytes) const {
  return network_.flits(ni_header_bytes + bytes) * network_.parameters().period;
}

void interface_network::hold(std::uint32_t node) {
  if (timing_ == timing_mode::approximate) network_.hold(node, 0);
}

void interface_network::release(std::uint32_t node) {
  if (timing_ == timing_mode::approximate) network_.release(node, 0);
}

}  // namespace mimd
