// The network as its users see it, in either fidelity. Pure: time is a cycle number that the user moves on.
//
//   network->send(packet);                    // at cycle now()
//   while (network->next_activity() != no_cycle) network->advance_to(network->next_activity());
//
// send() puts a packet in the unbounded source queue of its terminal and virtual network, at cycle now(). All
// work of a cycle is done by advance_to(); the receiver is called from inside it, for each packet whose tail
// arrives, in an order that does not depend on addresses, and may send() at once: such a packet is created in
// that cycle. An idle network costs nothing, however long: next_activity() is then no_cycle.
//
// Injection: a terminal sends one flit a cycle. Ejection: a terminal takes one flit a cycle, from any virtual
// channel; hold() stops a virtual network at a terminal from ejecting further packets (a full receive queue:
// the network backs up behind it), release() lets it go on. Buffers are finite and credits flow back; nothing
// is ever dropped.
//
// Multicast (multicast.h): a packet whose `companions` is set leads a set of packets that differ in their
// destinations only, all of them others. They are sent as one packet that forks where their routes part, and
// arrive each by itself. network_parameters::multicast must be set; the packet must fit a buffer, and its
// virtual network not be ordered.
//
// packet.created, injected, arrived and hops are filled in. Latency conventions (BookSim2's): a packet's
// latency is arrived - created; zero-load latency of h links between routers is
// (h+1)·router_cycles + h·link_cycles + terminal cycles of both ends + 1 + (flits - 1).
#ifndef MIMD_NOC_NETWORK_H
#define MIMD_NOC_NETWORK_H

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "noc/packet.h"
#include "noc/routing.h"
#include "noc/topology.h"

namespace mimd::noc {

enum class fidelity { packet, flit };

struct network_parameters {
  std::uint32_t virtual_networks = 1;
  std::uint32_t vcs = 4;            // of each virtual network
  std::uint32_t buffer_flits = 8;   // of each virtual channel at each router input
  std::uint32_t router_cycles = 3;  // head flit, from arrival to departure when nothing is in its way: VC
                                    // allocation, switch allocation, traversal; more is spent in routing,
                                    // by a unit that all inputs share (routing_unit.h)
  std::uint32_t credit_cycles = 2;  // flight time of a credit
  // iSLIP, of virtual-channel and switch allocation (flit fidelity). BookSim2 does one in its routers; its
  // alloc_iters does not reach them ("islip(2)" does).
  std::uint32_t allocator_iterations = 1;
  std::uint64_t seed = 1;
  bool multicast = false;     // sets of packets may be sent; the routing must be deterministic
  std::vector<bool> ordered;  // by virtual network: packets of one source and destination stay in order
};

class packet_receiver {
 public:
  virtual void packet_arrived(packet& p) = 0;

 protected:
  ~packet_receiver() = default;
};

// What went over a channel of the topology, by its number there.
struct channel_load {
  std::uint64_t flits = 0;
  std::uint64_t packets = 0;
};

class network {
 public:
  virtual ~network() = default;

  virtual void set_receiver(packet_receiver& receiver) = 0;
  virtual cycle now() const = 0;
  virtual void send(packet& p) = 0;
  virtual cycle next_activity() const = 0;  // the earliest cycle in which there is something to do
  virtual void advance_to(cycle c) = 0;     // does everything up to and including cycle c; now() == c after
  virtual void hold(std::uint32_t terminal, std::uint32_t virtual_network) = 0;
  virtual void release(std::uint32_t terminal, std::uint32_t virtual_network) = 0;
  virtual std::uint64_t packets_inside() const = 0;  // sent and not yet arrived, source queues included
  virtual channel_load load(std::uint32_t channel) const = 0;
  virtual void check_drained() const = 0;  // throws std::logic_error if a buffer or credit is not as at first
};

// The routing and topology must outlive the network.
std::unique_ptr<network> make_network(fidelity f, const topology& t, const routing& r,
                                      const network_parameters& parameters);

}  // namespace mimd::noc

#endif
