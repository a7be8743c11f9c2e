// What moves between the parts of the flit network: a flit is its packet and two marks in one word.
#ifndef MIMD_NOC_FLIT_H
#define MIMD_NOC_FLIT_H

#include <cstdint>
#include <vector>

#include "noc/event_wheel.h"
#include "noc/packet.h"
#include "noc/topology.h"

namespace mimd::noc {

class flit {
 public:
  flit() = default;
  flit(packet& owner, bool head, bool tail)
      : word_(reinterpret_cast<std::uintptr_t>(&owner) | (head ? head_mark : 0) | (tail ? tail_mark : 0)) {}
  packet& owner() const { return *reinterpret_cast<packet*>(word_ & ~(head_mark | tail_mark)); }
  bool head() const { return (word_ & head_mark) != 0; }
  bool tail() const { return (word_ & tail_mark) != 0; }

 private:
  static constexpr std::uintptr_t head_mark = 1;
  static constexpr std::uintptr_t tail_mark = 2;
  std::uintptr_t word_ = 0;
};
static_assert(alignof(packet) >= 4, "the marks need two bits of the address");

// Where a flit or credit goes: virtual channel number of all routers' inputs (flits) or outputs (credits);
// with flit_terminal set, terminal * virtual channels + virtual channel.
using flit_place = std::uint32_t;
inline constexpr flit_place flit_terminal = 0x80000000u;

struct flying_flit {
  flit what;
  flit_place to;
  std::uint32_t choice;  // of a head: flit_routers::look_ahead() there
};

// Everything on its way in the flit network.
struct flit_wires {
  explicit flit_wires(std::uint32_t horizon) : flits(horizon), credits(horizon), routed(horizon) {}

  event_wheel<flying_flit> flits;
  event_wheel<flit_place> credits;
  event_wheel<flit_place> routed;  // inputs of routers whose head is through with routing
};

// The numbers all parts of the flit network agree on.
struct flit_layout {
  std::uint32_t virtual_networks = 1;
  std::uint32_t vcs = 1;      // of one virtual network
  std::uint32_t all_vcs = 1;  // of a port: those of every virtual network
  std::uint32_t depth = 1;    // flits a buffer
  std::uint32_t credit_cycles = 0;
  std::vector<bool> ordered;  // by virtual network
};

}  // namespace mimd::noc

#endif
