// The registers of a device on a node of a directory machine: an address range that nobody caches. An access
// is a message to the node (Operate), done there after those before it, and its answer (Result).
//
// Through a TLM-2.0 socket of the fabric; the device sees addresses from 0. It may wait(), and answer when it
// likes. A refused access fails alone.
#ifndef MIMD_DIRECTORY_DEVICE_WINDOW_H
#define MIMD_DIRECTORY_DEVICE_WINDOW_H

#include <utility>
#include <vector>

#include "directory/directory_packet.h"
#include "infrastructure/initiator_port.h"
#include "infrastructure/payload_pool.h"

namespace mimd {

class directory_fabric_base;

struct device_region {
  unsigned node = 0;
  address_t begin = 0;  // above all memory
  std::uint64_t size = 0;
};

class device_window final : private initiator_port::client {
 public:
  device_window(directory_fabric_base& fabric, const device_region& region)
      : fabric_(fabric), region_(region) {}

  initiator_port& port() { return port_; }
  unsigned node() const { return region_.node; }
  bool has(address_t address) const { return address - region_.begin < region_.size; }
  // A message that asks for an access has reached the node at `at`.
  void access(directory_packet& p, time_ps at);
  unsigned debug(address_t address, std::uint8_t* data, unsigned size, bool write);

 private:
  void response(tlm::tlm_generic_payload& payload, time_ps at) override;
  void answer(directory_packet& p, bool failed, time_ps at);

  directory_fabric_base& fabric_;
  device_region region_;
  initiator_port port_{*this};
  payload_pool payloads_;
  tlm::tlm_generic_payload loose_payload_;
  std::vector<std::pair<tlm::tlm_generic_payload*, directory_packet*>> open_;
};

}  // namespace mimd

#endif
