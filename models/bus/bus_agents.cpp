#include "bus/bus_agents.h"

#include "bus/snooping_bus.h"

namespace mimd {

time_ps bus_master_link::transact(coherence_request& request, time_ps at) {
  return bus_.transact(master_, request, at);
}
bool bus_master_link::post(coherence_request& request, time_ps at) {
  return bus_.post(master_, request, at);
}
void bus_master_link::request(coherence_request& request, time_ps at) {
  bus_.request(master_, request, at);
}
region_kind bus_master_link::kind_of(address_t address) const {
  return bus_.kind_of(address);
}
unsigned bus_master_link::debug_read(address_t address, std::uint8_t* data, unsigned size) {
  return bus_.debug(address, data, size, false);
}
unsigned bus_master_link::debug_write(address_t address, const std::uint8_t* data, unsigned size) {
  return bus_.debug(address, const_cast<std::uint8_t*>(data), size, true);
}

}  // namespace mimd
