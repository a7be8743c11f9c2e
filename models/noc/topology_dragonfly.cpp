#include "noc/dragonfly.h"
#include "noc/topology_families.h"

namespace mimd::noc {

topology make_dragonfly(const topology_parameters& p) {
  const topology::shape form{p.family, p.dims, p.dims[2]};
  const std::uint32_t slots = checked_product(p, p.dims[0], p.dims[1]);
  const dragonfly d(form);
  if (d.g - 1 > slots)
    refuse(p, std::to_string(d.g) + " groups need a·h >= " + std::to_string(d.g - 1) +
                  " channels a group, not " + std::to_string(slots));
  const auto routers = checked_product(p, d.a, d.g);
  topology result(form, routers, checked_product(p, routers, d.p));

  for (std::uint32_t t = 0; t < result.terminals(); ++t)
    result.attach_terminal(t, t / d.p, t / d.p, p.terminal_cycles);
  for (std::uint32_t router = 0; router < routers; ++router)
    for (std::uint32_t other = router / d.a * d.a; other < router / d.a * d.a + d.a; ++other)
      if (other != router) result.connect_routers(router, other, p.link_cycles);
  for (std::uint32_t group = 0; group < d.g; ++group)
    for (std::uint32_t slot = 0; slot < d.copies * (d.g - 1); ++slot) {
      const auto nth = slot % (d.g - 1);
      const auto other = nth + (nth >= group ? 1 : 0);
      const auto back = d.slot(other, group, slot / (d.g - 1));
      result.connect_routers(d.slot_router(group, slot), d.slot_router(other, back),
                             p.link_cycles + p.length_cycles);
    }
  return result;
}

}  // namespace mimd::noc
