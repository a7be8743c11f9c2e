// The link at the edge of a snooping bus that tells the bus which master speaks.
#ifndef MIMD_BUS_BUS_AGENTS_H
#define MIMD_BUS_BUS_AGENTS_H

#include <cstdint>

#include "coherence/coherence_socket.h"

namespace mimd {

class snooping_bus_base;

// One a master: the forward interface with the master's number.
class bus_master_link : public coherence_forward_if {
 public:
  bus_master_link(snooping_bus_base& bus, unsigned master) : bus_(bus), master_(master) {}

  time_ps transact(coherence_request& request, time_ps at) override;
  bool post(coherence_request& request, time_ps at) override;
  void request(coherence_request& request, time_ps at) override;
  region_kind kind_of(address_t address) const override;
  unsigned debug_read(address_t address, std::uint8_t* data, unsigned size) override;
  unsigned debug_write(address_t address, const std::uint8_t* data, unsigned size) override;

 private:
  snooping_bus_base& bus_;
  unsigned master_;
};

}  // namespace mimd

#endif
