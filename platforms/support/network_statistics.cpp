#include "platforms/support/network_statistics.h"

namespace mimd {

void register_latencies(statistics& all, const std::string& prefix, const noc::packet_latencies& l) {
  all.add(prefix + ".packet", l.packet, "cycles", "from creation to the arrival of the tail");
  all.add(prefix + ".network", l.network, "cycles",
          "from leaving the source queue to the arrival of the tail");
  all.add(prefix + ".flit", l.flit, "cycles", "of each flit, from leaving the source queue to arriving");
}

void register_hops(statistics& all, const noc::packet_latencies& l) {
  all.add("noc.hops", l.hops, "", "routers that a packet visits");
  all.add_counts("noc.hops.packets", l.hops, "packets that visited so many routers");
}

void register_channels(statistics& all, const noc::topology& shape,
                       const std::function<std::uint64_t(std::uint32_t)>& flits) {
  for (std::uint32_t i = 0; i < shape.routers(); ++i) {
    all.add(
        "noc.router." + shape.name(noc::endpoint{false, i, 0}) + ".flits",
        [flits, &shape, i] {
          std::uint64_t sum = 0;
          for (const std::uint32_t c : shape.outputs(i)) sum += flits(c);
          return sum;
        },
        "flits that left the router");
  }
  for (std::uint32_t c = 0; c < shape.channels().size(); ++c) {
    all.add(
        "noc.link." + shape.name(shape.channels()[c]) + ".flits", [flits, c] { return flits(c); },
        "flits that went over the channel");
  }
}

}  // namespace mimd
