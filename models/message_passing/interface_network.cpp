#include "message_passing/interface_network.h"

#include <stdexcept>
#include <string>
#include <utility>

#include "message_passing/packet_trains.h"

namespace mimd {

interface_network::interface_network(noc::message_network& network, std::uint32_t nodes,
                                     std::uint32_t packet_bytes, timing_mode timing,
                                     const link_fault_parameters& faults)
    : packet_carrier(packet_bytes), network_(network), timing_(timing), sinks_(nodes, nullptr) {
  if (network.terminals() < nodes) {
    throw std::invalid_argument("noc.dims: the network has " + std::to_string(network.terminals()) +
                                " terminals, but there are " + std::to_string(nodes) + " nodes");
  }
  if (faults.damage_rate <= 0 && !faults.reliable) {
    for (std::uint32_t n = 0; n < nodes; ++n) network.attach(n, *this);
    return;
  }
  using namespace message_passing;
  faulty_ = std::make_unique<packet_trains>(agenda_.wheel(), network, nodes, timing, faults.damage_rate,
                                            faults.seed);
  if (faults.reliable) {
    auto front = std::make_unique<reliable_network>(agenda_.wheel(), std::move(faulty_), faults.reliability);
    reliable_ = front.get();
    faulty_ = std::move(front);
  }
  faulty_->set_receiver(*this);
}

void interface_network::carry(interface_packet& p, time_ps at) {
  p.sink = sinks_[p.destination];
  ++carried_;
  if (faulty_ != nullptr) {
    shipment& s = shipments_.take();
    s.content = &p;
    s.source = p.source;
    s.destination = p.destination;
    s.bytes = ni_header_bytes + p.bytes;
    faulty_->send(s, at);
    return agenda_.catch_up();
  }
  p.travel.source = p.source;
  p.travel.destination = p.destination;
  p.travel.flits = network_.flits(ni_header_bytes + p.bytes);
  p.travel.content = &p;
  if (timing_ == timing_mode::loose) {
    agenda_.schedule(p, network_.deliver(p.travel, at));
  } else {
    network_.send(p.travel, at);
  }
}

void interface_network::message_arrived(noc::packet& p) {
  auto& packet = *static_cast<interface_packet*>(p.content);
  packet.sink->arrived(packet);
}

void interface_network::train_arrived(noc::train& t) {
  auto& s = static_cast<shipment&>(t);
  interface_packet& p = *s.content;
  const bool damaged = s.damaged;
  shipments_.give_back(s);
  if (!damaged) return p.sink->arrived(p);
  ++lost_;
  give_back(p);
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
