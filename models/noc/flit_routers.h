// All routers of the flit network: input buffers, routing, virtual-channel and switch allocation, cycle by
// cycle; only routers with something to decide are looked at.
//
// An input-buffered virtual-channel router with credit flow control (Dally and Towles, "Principles and
// Practices of Interconnection Networks", 2004, chapters 16 to 19). Of a head flit that arrives in cycle t,
// with router_cycles = 3 and nothing in its way, virtual-channel allocation takes cycle t, switch allocation
// t + 1, traversal t + 2. More cycles are spent before, in routing; with 2, both allocations fall into one
// cycle; with 1, the traversal too. Body flits skip the virtual-channel allocation.
//
// * Routing, when the head comes to the front of its buffer. A routing with escape channels: each head asks
//   for all its candidates, whatever their rank. Another adaptive one: for the one of two candidates of the
//   highest rank (drawn, if there are more) whose virtual channels have the most credits when the head is
//   sent to this router (with router_cycles up to 3: look-ahead), or comes to the front of its buffer.
// * Virtual-channel allocation: each head asks for every free virtual channel of those; iSLIP over (input
//   port, virtual channel) and (output port, virtual channel). A virtual channel is free again when the tail
//   of its packet has left through it; that its buffer has room is not asked, but of channels that are no
//   escape, where there are escape channels: who waited for room there could not escape any more.
// * Switch allocation: of the virtual channels of an input port that want the same output port and have a
//   credit, the next in the port's round is put forward; iSLIP over input and output ports. One flit a cycle
//   leaves each input port and enters each output port.
// * The credit of a flit starts its way back when the flit wins the switch.
// Larger packet.priority goes first in both.
#ifndef MIMD_NOC_FLIT_ROUTERS_H
#define MIMD_NOC_FLIT_ROUTERS_H

#include <cstdint>
#include <vector>

#include "infrastructure/random.h"
#include "noc/flit.h"
#include "noc/islip.h"
#include "noc/multicast.h"
#include "noc/network.h"
#include "noc/routing.h"
#include "noc/routing_unit.h"
#include "noc/topology.h"

namespace mimd::noc {

class flit_routers {
 public:
  flit_routers(const topology& t, const routing& r, const network_parameters& parameters,
               const flit_layout& layout, flit_wires& wires, std::vector<channel_load>& loads,
               random_generator& random);

  void receive(flit_place input, flit f, std::uint32_t choice, cycle now);
  // Which candidate the head of p, about to be sent to this input, will take there.
  std::uint32_t look_ahead(flit_place input, packet& p);
  void credit(flit_place of);
  void routed(flit_place input) { wait(input); }
  void evaluate(cycle now);  // after everything of this cycle has been received
  bool idle() const { return active_routers_ == 0; }
  void check_multicast(const packet& p) { multicast_.check(p); }

  flit_place first_input(std::uint32_t channel) const {
    return first_input_[channel];
  }  // of a channel to a router
  flit_place first_output(std::uint32_t channel) const {
    return first_output_[channel];
  }  // of a channel from one
  void check_drained() const;

 private:
  enum class state : std::uint8_t { idle, waiting, active };
  static constexpr flit_place nobody = 0xffffffffu;

  struct input_vc {
    std::uint32_t first = 0;  // of the flits in the buffer
    std::uint32_t count = 0;
    std::uint64_t wanted = 0;  // virtual channels of the candidate output
    std::uint32_t output = 0;  // number of the candidate output port, or the one taken
    flit_place taken = 0;      // output virtual channel, while active
    flit_place credit_to = 0;  // upstream
    std::uint32_t router = 0;
    std::uint32_t credit_delay = 0;
    std::uint16_t port = 0;         // of the router
    std::uint16_t output_port = 0;  // of the router, while active
    std::uint8_t vc = 0;
    std::uint8_t priority = 0;
    state phase = state::idle;
  };
  struct output_vc {
    flit_place owner = nobody;  // input virtual channel
    std::uint32_t credits = 0;
    std::uint32_t router = 0;
  };
  struct output {
    std::uint64_t free = 0;  // virtual channels that no packet holds
    flit_place to = 0;
    std::uint32_t delay = 0;
    std::uint32_t channel = 0;
    std::uint32_t port = 0;  // of the router
  };
  struct router {
    flit_place first_input = 0;
    flit_place first_output = 0;
    std::uint32_t first_input_port = 0;
    std::uint32_t first_output_port = 0;
    std::uint32_t inputs = 0;    // ports, those of replicas (multicast.h) after the others
    std::uint32_t replicas = 0;  // ports, of each of the others
    std::uint32_t outputs = 0;
    std::uint32_t first_word = 0;
    std::uint32_t words = 0;
    bool stalled = false;  // no waiting head can get a virtual channel before one is given back
  };
  struct alternative {
    std::uint32_t output;
    std::uint64_t wanted;
    std::uint64_t with_credit;  // of them: only while they have one
  };

  // Of an input virtual channel whose front packet has forked.
  struct fork {
    std::uint32_t replicas = 0;  // that are fed with its flits
    std::uint32_t flits = 0;     // to feed
    std::uint32_t open = 0;      // branches whose tail has not left
  };

  void fork_set(flit_place input, packet& p, cycle from);
  void feed(flit_place input, flit f);
  void branch_left(flit_place input, cycle now);
  flit_place replica(flit_place input, std::uint32_t number) const;
  void start(flit_place input, cycle from);  // the head of a packet is at the front of its buffer
  void choose(input_vc& v, flit_place input, packet& p);
  std::uint32_t least_loaded(const input_vc& v, const packet& p);
  void wait(flit_place input);
  void route_or_wait(flit_place input, cycle from);
  void evaluate(std::uint32_t r, cycle now);
  void allocate_vcs(router& r);
  void allocate_vc(router& r, flit_place input, const output& o, std::uint32_t vc);
  void allocate_switch(const router& r);
  void traverse(router& r, flit_place input, cycle now);
  std::uint64_t wanted_vcs(const packet& p, const route_candidate& c) const;
  void set_ready(flit_place input);
  void clear_ready(flit_place input);
  void activate(std::uint32_t r);

  const topology& topology_;
  const routing& routing_;
  const flit_layout& layout_;
  flit_wires& wires_;
  std::vector<channel_load>& loads_;
  random_generator& random_;
  multicast multicast_;
  bool all_candidates_;           // escape channels: ask for all; else for the output with the most credits
  bool looks_ahead_;              // the choice is made when the head leaves for the router
  std::uint32_t routing_cycles_;  // beyond the three of the pipeline
  bool allocations_in_one_cycle_;

  std::vector<router> routers_;
  std::vector<routing_unit> routing_units_;  // by router, if routing_cycles_
  std::vector<input_vc> inputs_;
  std::vector<output_vc> output_vcs_;
  std::vector<output> outputs_;
  std::vector<flit> buffers_;
  std::vector<std::uint32_t> choices_;                  // as buffers_; if looks_ahead_
  std::vector<std::vector<alternative>> alternatives_;  // by input virtual channel; if all_candidates_
  std::vector<fork> forks_;                             // by input virtual channel; empty without multicast
  std::vector<flit_place> parents_;                     // as forks_: of a replica; else itself
  std::vector<packet*> leaders_;                        // as forks_: what a replica takes
  std::vector<flit_place> first_input_;                 // by channel
  std::vector<flit_place> first_output_;

  // Bit sets over the input virtual channels of a router, from its first_word on.
  std::vector<std::uint64_t> ready_;    // active, with a flit and a credit
  std::vector<std::uint64_t> waiting_;  // for a virtual channel
  std::vector<std::uint64_t> active_;   // by router: evaluate
  std::uint32_t active_routers_ = 0;

  std::vector<std::uint32_t> vc_grant_;     // iSLIP pointers, by output virtual channel
  std::vector<std::uint32_t> vc_accept_;    // by input virtual channel
  std::vector<std::uint32_t> port_grant_;   // by output port
  std::vector<std::uint32_t> port_accept_;  // by input port
  std::vector<std::uint32_t> vc_round_;     // by input port: the virtual channel first in its round
  islip vc_allocator_;
  islip switch_allocator_;
  std::vector<allocation_request> vc_requests_;
  std::vector<allocation_request> switch_requests_;
  route_candidates candidates_;
};

}  // namespace mimd::noc

#endif
