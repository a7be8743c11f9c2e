// An estimate of energy: what happened, counted, times what each event costs in the user's technology.
//
// Coefficients are the user's: there are none that fit all, so they are 0 until given, and then there is no
// estimate. Static power is per router and counts all the time. Not modelled: the bits that toggle.
#ifndef MIMD_PLATFORMS_NOC_ENERGY_H
#define MIMD_PLATFORMS_NOC_ENERGY_H

#include <cstdint>
#include <vector>

#include "noc/network.h"
#include "noc/topology.h"

namespace mimd {

struct energy_coefficients {
  double buffer_write = 0;  // pJ a flit
  double buffer_read = 0;
  double crossbar = 0;
  double allocation = 0;     // pJ a flit that is switched
  double route = 0;          // pJ a packet and router: routing and the choice of a virtual channel
  double link = 0;           // pJ a flit and cycle of length
  double router_static = 0;  // mW a router

  bool given() const {
    return buffer_write + buffer_read + crossbar + allocation + route + link + router_static > 0;
  }
};

struct network_events {
  std::uint64_t buffer_writes = 0;  // each is read once
  std::uint64_t crossbar_flits = 0;
  std::uint64_t routed_packets = 0;
  std::uint64_t link_flit_cycles = 0;
};

network_events count_events(const noc::topology& shape, const std::vector<noc::channel_load>& loads);

// In picojoules; `elapsed` in picoseconds.
double dynamic_energy(const energy_coefficients& c, const network_events& n);
double static_energy(const energy_coefficients& c, std::uint32_t routers, std::uint64_t elapsed);

}  // namespace mimd

#endif
