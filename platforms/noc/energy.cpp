#include "platforms/noc/energy.h"

namespace mimd {

network_events count_events(const noc::topology& shape, const std::vector<noc::channel_load>& loads) {
  network_events n;
  for (std::size_t i = 0; i < loads.size(); ++i) {
    const noc::channel& c = shape.channels()[i];
    n.link_flit_cycles += loads[i].flits * c.cycles;
    if (!c.to.is_terminal) n.buffer_writes += loads[i].flits;
    if (!c.from.is_terminal) {
      n.crossbar_flits += loads[i].flits;
      n.routed_packets += loads[i].packets;
    }
  }
  return n;
}

double dynamic_energy(const energy_coefficients& c, const network_events& n) {
  return (c.buffer_write + c.buffer_read) * static_cast<double>(n.buffer_writes) +
         (c.crossbar + c.allocation) * static_cast<double>(n.crossbar_flits) +
         c.route * static_cast<double>(n.routed_packets) + c.link * static_cast<double>(n.link_flit_cycles);
}

double static_energy(const energy_coefficients& c, std::uint32_t routers, std::uint64_t elapsed) {
  // 1 mW for 1 ps is 1e-3 pJ.
  return c.router_static * routers * static_cast<double>(elapsed) * 1e-3;
}

}  // namespace mimd
