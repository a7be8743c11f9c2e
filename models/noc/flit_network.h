// The network in `flit` fidelity: every flit, credit and allocator, cycle by cycle.
//
// What happens in a cycle: credits and flits that arrive are taken, terminals eject, routers with something
// to decide allocate (flit_routers.h), terminals inject (flit_terminals.h). A channel of c cycles delivers a
// flit c + 1 cycles after the cycle in which it leaves the crossbar or the terminal; a credit flies back over
// the same channel in as many and is used credit_cycles later by a router, at once by a terminal. So the
// buffer of one flit over a channel of one cycle is free again for the sender 5 + credit_cycles cycles after
// it was filled, with router_cycles = 3. Cycles in which nothing moves are not visited.
//
// Not modelled: speculation, errors and repeats on links, clock domains.
//
// The mechanism is the one of BookSim2's input-queued router with iSLIP allocators (Jiang et al., "A detailed
// and flexible cycle-accurate network-on-chip simulator", ISPASS 2013), which is its reference.
//
// Deterministic: routers and terminals act in the order of their numbers, draws come from one seeded
// generator. Throws std::invalid_argument (one line) for parameters out of range: virtual_networks 1 to 255
// with at most 64 virtual channels together, buffer_flits and router_cycles and allocator_iterations from 1.
#ifndef MIMD_NOC_FLIT_NETWORK_H
#define MIMD_NOC_FLIT_NETWORK_H

#include <cstdint>
#include <vector>

#include "infrastructure/random.h"
#include "noc/flit.h"
#include "noc/flit_routers.h"
#include "noc/flit_terminals.h"
#include "noc/network.h"

namespace mimd::noc {

class flit_network final : public network {
 public:
  flit_network(const topology& t, const routing& r, const network_parameters& parameters);

  void set_receiver(packet_receiver& receiver) override { terminals_.set_receiver(receiver); }
  cycle now() const override { return now_; }
  void send(packet& p) override { terminals_.send(p, now_); }
  cycle next_activity() const override;
  void advance_to(cycle c) override;
  void hold(std::uint32_t terminal, std::uint32_t virtual_network) override {
    terminals_.hold(terminal, virtual_network);
  }
  void release(std::uint32_t terminal, std::uint32_t virtual_network) override {
    terminals_.release(terminal, virtual_network);
  }
  std::uint64_t packets_inside() const override { return terminals_.packets_inside(); }
  channel_load load(std::uint32_t channel) const override { return loads_.at(channel); }
  void check_drained() const override;

 private:
  void step(cycle c);

  const flit_layout layout_;
  cycle now_ = 0;
  random_generator random_;
  std::vector<channel_load> loads_;
  flit_wires wires_;
  flit_routers routers_;
  flit_terminals terminals_;
};

}  // namespace mimd::noc

#endif
