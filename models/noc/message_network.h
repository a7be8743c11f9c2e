// The network in simulated time: a SystemC module around either fidelity of noc::network, through which
// coherence, message passing and memory-mapped ports send.
//
// Approximately timed: send() queues a packet at its terminal on the next edge of the network clock after the
// time named; its receiver is called when the tail has arrived, at a clock edge, with simulated time there.
// The network is only advanced when a packet may have arrived, not when one enters. Loosely timed:
// deliver() tells at once when a packet would arrive: it reserves every channel on one route of the routing
// as a timeline (contention, but neither finite buffers nor virtual channels), zero-load times being those of
// the other two. A model uses one or the other.
//
// One terminal has one receiver. hold() stops packets of a virtual network from being ejected there until
// release(): how a bounded input queue pushes back. Processes: none but the agenda's. The deadlock check is
// made on construction, and throws std::invalid_argument naming the cycle.
#ifndef MIMD_NOC_MESSAGE_NETWORK_H
#define MIMD_NOC_MESSAGE_NETWORK_H

#include <algorithm>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "infrastructure/agenda.h"
#include "infrastructure/timeline.h"
#include "infrastructure/timing_mode.h"
#include "noc/event_wheel.h"
#include "noc/least_latency.h"
#include "noc/multicast.h"
#include "noc/network.h"
#include "noc/packet_latencies.h"
#include "noc/route_table.h"
#include "noc/topologies.h"

namespace mimd::noc {

struct message_network_parameters {
  topology_parameters shape;
  std::string routing;  // "": the topology's default
  network_parameters network;
  enum fidelity fidelity = fidelity::packet;
  time_ps period = 1000;           // of the network clock
  std::uint32_t flit_bytes = 16;   // what a channel moves in a cycle
  std::uint32_t header_bytes = 8;  // of every packet
};

class message_receiver {
 public:
  // The packet is the receiver's (or whoever sent it) to use again.
  virtual void message_arrived(packet& p) = 0;

 protected:
  ~message_receiver() = default;
};

class message_network : public sc_core::sc_module, private packet_receiver {
 public:
  message_network(const sc_core::sc_module_name& name, const message_network_parameters& parameters);

  const topology& structure() const { return topology_; }
  const message_network_parameters& parameters() const { return parameters_; }
  std::uint32_t terminals() const { return topology_.terminals(); }
  // At least one: what a packet has to say may be that it comes.
  std::uint32_t flits(std::uint32_t content_bytes) const {
    const std::uint32_t bytes = parameters_.header_bytes + content_bytes;
    return std::max(1u, (bytes + parameters_.flit_bytes - 1) / parameters_.flit_bytes);
  }

  void attach(std::uint32_t terminal, message_receiver& receiver);  // elaboration only

  // Approximately timed. Source, destination, flits and virtual network are set; the packet stays where it is
  // until it arrives. Source and destination may be the same terminal. It enters at `at`, not before now; of
  // several on one edge, the one of the earlier time first, then the one sent first. A packet with companions
  // is a multicast (network.h), to which the same applies: parameters().network.multicast.
  void send(packet& p, time_ps at);
  // Of multicasts in either timing: how many were sent, their packets, and how many channels fewer they
  // crossed than as many unicasts.
  struct multicast_counters {
    std::uint64_t sent = 0;
    std::uint64_t packets = 0;
    std::uint64_t channels_saved = 0;
  };
  const multicast_counters& multicasts() const { return multicast_counters_; }
  void hold(std::uint32_t terminal, std::uint32_t virtual_network);
  void release(std::uint32_t terminal, std::uint32_t virtual_network);

  // Loosely timed: when the tail arrives of a packet sent at `at`.
  time_ps deliver(packet& p, time_ps at);
  // The same of a multicast: `tails` is filled, in the order of the set, which is dissolved. Channels that
  // several routes have in common are reserved once.
  void deliver_multicast(packet& leader, time_ps at, std::vector<time_ps>& tails);

  // The same on an idle network: what a route takes at least.
  time_ps idle_time(packet& p);

  // Of all packets that have arrived, and over all channels, in either timing. Loosely timed, a packet leaves
  // its source queue when it is sent.
  const packet_latencies& latencies() const { return latencies_; }
  channel_load load(std::uint32_t channel) const;
  const network& core() const { return *network_; }

 private:
  template <class Take>
  time_ps walk(packet& p, time_ps at, Take take);

  // A packet that has not entered yet.
  struct entry {
    time_ps at;
    packet* what;
  };
  static constexpr std::uint32_t horizon = 1023;  // cycles; what is farther ahead is looked at on the way

  time_ps reserve(std::uint32_t channel, time_ps earliest, const packet& p);
  void count_multicast(packet& leader);
  void arrives(packet& p, time_ps at, time_ps tail);
  void packet_arrived(packet& p) override;
  void put_entry(const entry& e);
  void put_due(cycle c);
  void enter_all(cycle edge);
  void advance(cycle c);
  void tick();
  void wake();
  void wake_at(cycle c);
  cycle next_edge(time_ps t) const { return (t + parameters_.period - 1) / parameters_.period; }

  message_network_parameters parameters_;
  topology topology_;
  std::unique_ptr<routing> routing_;
  route_table table_;
  std::unique_ptr<network> network_;
  std::vector<message_receiver*> receivers_;

  agenda& agenda_ = agenda::of_simulation();
  method_event<message_network, &message_network::tick> tick_{*this};
  bool advancing_ = false;
  event_wheel<entry> entering_{horizon};
  std::vector<entry> entered_;     // scratch
  std::uint64_t not_entered_ = 0;  // packets, companions too
  // When each packet sent can arrive at the earliest. The network need not be advanced before, unless a
  // packet is inside that could have arrived already.
  event_wheel<cycle> due_{horizon};
  std::uint64_t awaited_ = 0;  // packets in due_
  cycle due_from_ = 0;         // of what is due before, nothing is left
  std::vector<cycle> far_;     // scratch
  least_latency least_latency_;

  std::vector<timeline> channels_;  // loosely timed
  multicast multicast_;
  struct crossed {  // by the multicast of that number: its head left on the channel then
    std::uint64_t multicast = 0;
    time_ps left = 0;
  };
  std::vector<crossed> crossed_;  // by channel
  std::uint64_t multicasts_ = 0;
  multicast_counters multicast_counters_;
  std::vector<channel_load> loads_;
  packet_latencies latencies_;
  random_generator random_;
};

}  // namespace mimd::noc

#endif
