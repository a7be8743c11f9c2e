// A routing: where a packet may go next, and on which virtual channels. Pure; asked by both fidelities, by
// the deadlock check and by the tests.
//
// candidates() names *every* choice the routing permits at one router; the network selects among them (by
// rank and credits, as flit_routers.h and packet_network.h say), so that the deadlock check sees exactly what
// can happen. Choices that a routing makes at random without looking at the load (Valiant's intermediate, the
// up ports of a fat tree, the way round half a ring) are drawn by begin() when the packet enters the network.
// Virtual channels are counted from 0 within one virtual network: a network with several virtual networks
// repeats the same routing in each.
//
// Ordered virtual networks, in both fidelities: the routing must be deterministic(), a packet starts with
// begin_flow() instead of begin(), and of each candidate's virtual channels it uses flow_vc() only. So all
// packets of one source and destination take one path of first-in-first-out queues.
#ifndef MIMD_NOC_ROUTING_H
#define MIMD_NOC_ROUTING_H

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "infrastructure/random.h"
#include "noc/packet.h"
#include "noc/topology.h"

namespace mimd::noc {

struct route_candidate {
  std::uint32_t output = 0;  // port of the router asked
  std::uint32_t first_vc = 0;
  std::uint32_t vcs = 1;   // first_vc … first_vc + vcs - 1
  std::uint32_t rank = 0;  // larger is preferred; an escape channel has the lowest
};

class route_candidates {  // a kilobyte: keep one, do not make one a packet
 public:
  static constexpr std::uint32_t capacity = 64;  // no routing is built that might name more
  void clear() { count_ = 0; }
  void add(const route_candidate& c) { items_[count_++] = c; }
  std::uint32_t size() const { return count_; }
  const route_candidate& operator[](std::uint32_t i) const { return items_[i]; }
  const route_candidate* begin() const { return items_.data(); }
  const route_candidate* end() const { return items_.data() + count_; }

 private:
  std::array<route_candidate, capacity> items_;
  std::uint32_t count_ = 0;
};

// Where the head of a packet is: at a router, come in through `input` (a port) on virtual channel `vc`.
struct route_query {
  std::uint32_t router = 0;
  std::uint32_t input = 0;
  std::uint32_t vc = 0;
  std::uint32_t destination = 0;  // terminal
};

// A number of the flow from source to destination, spread over 32 bits.
inline std::uint32_t flow_hash(std::uint32_t source, std::uint32_t destination) {
  std::uint64_t x = (std::uint64_t{source} << 32 | destination) * 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 29)) * 0xbf58476d1ce4e5b9u;
  return static_cast<std::uint32_t>(x >> 32);
}

// The one virtual channel of a candidate (or of the injection range) that an ordered virtual network uses.
inline std::uint32_t flow_vc(const route_candidate& c, std::uint32_t hash) {
  return c.first_vc + static_cast<std::uint32_t>((std::uint64_t{hash} * c.vcs) >> 32);
}

class routing {
 public:
  virtual ~routing() = default;

  // The state a packet starts with.
  virtual route_state begin(std::uint32_t source, std::uint32_t destination, random_generator& random) const;
  // The same for every packet of the flow: for ordered virtual networks.
  route_state begin_flow(std::uint32_t source, std::uint32_t destination) const;
  // States that together permit everything that the states begin() may draw do, from anywhere to anywhere;
  // one of them may stand for many. For the deadlock check.
  virtual std::vector<route_state> initial_states() const;

  // Virtual channels on which a packet may enter the network from its terminal: {first, count}.
  virtual route_candidate injection(std::uint32_t source, std::uint32_t destination,
                                    const route_state& state) const = 0;

  // All next steps. May move `state` on (it is that of the packet at this router); asking twice answers
  // twice the same. At the destination's router the only candidate is its ejection port.
  virtual void candidates(const route_query& query, route_state& state, route_candidates& result) const = 0;

  // True if, with a state from begin(), every query has exactly one candidate output.
  virtual bool deterministic() const = 0;

  // True if the next step depends on the router and the destination alone: whatever the state, input and
  // virtual channel, there is one candidate, always the same. A network may then remember it.
  virtual bool memoryless() const { return false; }

  // Which virtual channels are escape channels (Duato): the deadlock check then examines the extended
  // dependency graph of these alone. Empty: none, the whole graph must be acyclic.
  virtual std::vector<std::uint32_t> escape_vcs() const { return {}; }

  // What the deadlock check may take together, so that it is quick on large networks.
  // Destinations (terminals, in order) such that whatever a packet for any other may do somewhere on its way,
  // one for some of these may do there too, but for the last step.
  virtual std::vector<std::uint32_t> telling_destinations() const;
  // The first of each run of virtual channels that are always offered together and treated alike.
  virtual std::vector<std::uint32_t> vc_classes() const;
  // False while, in this state, the next steps do not depend on the destination (on the way to Valiant's
  // intermediate). The initial states are all of this kind, or none.
  virtual bool heads_for_destination(const route_state&) const { return true; }

  std::uint32_t vcs() const { return vcs_; }  // of a virtual network
  const topology& network() const { return topology_; }

 protected:
  struct exit {
    std::uint32_t router;
    std::uint32_t port;
  };

  routing(const topology& t, std::uint32_t vcs);  // throws std::invalid_argument if there is no channel

  const exit& exit_to(std::uint32_t terminal) const { return exits_[terminal]; }

 private:
  const topology& topology_;
  std::uint32_t vcs_;
  std::vector<exit> exits_;  // by terminal
};

// By name ("dimension-order", "valiant", …; routing_names() tells all, "" is the family's default). Throws
// std::invalid_argument with one line if the routing does not fit the topology or needs more virtual
// channels.
//
//   name                 for                                  virtual channels  choice
//   dimension-order      mesh, hypercube, flattened-butterfly 1                 none
//                        ring, torus                          2 (dateline)      half a ring: random way
//   e-cube               hypercube: dimension-order
//   o1turn               mesh, hypercube                      2                 dimensions up or down
//   west-first, odd-even mesh of two dimensions               1                 adaptive, minimal
//   minimal-adaptive     mesh, hypercube, flattened-butterfly 2 (1 escape)      adaptive, minimal
//                        ring, torus                          3 (2 escape)
//   booksim-min-adapt    mesh                                 2 (1 escape)      BookSim2's min_adapt
//                        ring, torus                          4 (2 escape)      (minimal_adaptive.h)
//   valiant              mesh, hypercube, flattened-butterfly 2                 random intermediate
//                        ring, torus                          4
//                        dragonfly                            3                 random intermediate group
//   minimal              dragonfly                            2                 none
//   fat-tree-random      fat-tree                             1                 random up port
//   fat-tree-d-mod-k     fat-tree                             1                 none
//   fat-tree-adaptive    fat-tree                             1                 any up port
//   destination-tag      butterfly, omega                     1                 none
//   shortest-path        any                                  1                 none; may be cyclic, and is
//                                                                               refused then
//   up-down              any with links both ways             1                 none; up*/down*
std::unique_ptr<routing> make_routing(const std::string& name, const topology& t, std::uint32_t vcs);
std::vector<std::string> routing_names();
std::string default_routing(const topology& t);

}  // namespace mimd::noc

#endif
