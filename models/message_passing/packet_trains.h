// Trains over the packet network: each is one packet from terminal to terminal. Links may damage what they
// carry.
//
// What makes reliable_network, which works with trains, serve the network of mimd-norma in either fidelity
// and timing. damage_rate is the share of the packets that a link damages, those to and from terminals
// included; the receiver's checksum tells (train::damaged). Damaged packets travel on: only their content is
// lost.
#ifndef MIMD_MESSAGE_PASSING_PACKET_TRAINS_H
#define MIMD_MESSAGE_PASSING_PACKET_TRAINS_H

#include "infrastructure/object_pool.h"
#include "infrastructure/random.h"
#include "infrastructure/timing_mode.h"
#include "noc/message_network.h"
#include "noc/train_network.h"

namespace mimd::message_passing {

class packet_trains final : public noc::train_network, private noc::message_receiver {
 public:
  // Node n is terminal n of the network, which must outlive this. wheel: the agenda's.
  packet_trains(timing_wheel& wheel, noc::message_network& network, std::uint32_t nodes, timing_mode timing,
                double damage_rate, std::uint64_t seed);

  void send(noc::train& t, time_ps at) override;
  void move(noc::train& t) override { arrived(t); }
  std::uint32_t nodes() const override { return nodes_; }
  std::uint32_t hops(std::uint32_t a, std::uint32_t b) const override { return a != b; }

 private:
  struct carried {
    carried* next = nullptr;
    noc::packet travel;
    noc::train* train = nullptr;
  };

  void message_arrived(noc::packet& p) override;
  void leave(carried& c, time_ps at);

  noc::message_network& network_;
  std::uint32_t nodes_;
  timing_mode timing_;
  double damage_rate_;
  random_generator random_;
  object_pool<carried> packets_;
};

}  // namespace mimd::message_passing

#endif
