// A packet: what the network carries, in both fidelities.
//
// Time inside models/noc is counted in cycles of the network clock; a SystemC shell turns them into
// picoseconds. A packet is owned by its sender, never moves and is never copied: the network links it into
// its queues from send() until the receiver gets it back. Nothing is allocated per packet (see packet_pool).
#ifndef MIMD_NOC_PACKET_H
#define MIMD_NOC_PACKET_H

#include <cstdint>
#include <limits>

namespace mimd::noc {

using cycle = std::uint64_t;
inline constexpr cycle no_cycle = std::numeric_limits<cycle>::max();

// What a routing remembers in a packet between hops: Valiant's intermediate, the phase, detours taken.
struct route_state {
  std::uint32_t intermediate = 0;
  std::uint32_t phase = 0;
};

// What is needed at every hop comes first, in one line of the host's cache.
struct alignas(64) packet {
  // Set by the sender before send().
  std::uint32_t source = 0;       // terminal
  std::uint32_t destination = 0;  // terminal
  std::uint32_t flits = 1;        // length, head and tail included
  std::uint8_t virtual_network = 0;
  std::uint8_t priority = 0;       // larger goes first where packets compete
  std::uint8_t traffic_class = 0;  // for the statistics only
  packet* companions = nullptr;    // a multicast: the next packet of its set (multicast.h); null of the last

  // Filled in by the network.
  packet* next = nullptr;  // link of the queue it is in
  route_state route;
  std::uint32_t hops = 0;  // routers visited
  cycle flit_cycles = 0;   // sum over its flits, each from leaving the source queue to reaching the
                           // destination; in packet fidelity as if they travelled one behind the other
  cycle created = 0;       // send()
  cycle injected = 0;      // its head left the source queue
  cycle arrived = 0;       // its tail reached the destination
  // While the receiver gets it: the latency of each of its flits. Null: all have the same, flit_cycles /
  // flits.
  std::uint32_t* flit_latencies = nullptr;

  // The sender's again.
  std::uint64_t id = 0;     // its name for it; the network does not look at it
  void* content = nullptr;  // whatever it carries
};

}  // namespace mimd::noc

#endif
