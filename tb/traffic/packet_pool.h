// Packets for a driver: made in blocks, handed out again, never moved and never given back to the system
// before the end.
#ifndef MIMD_TB_TRAFFIC_PACKET_POOL_H
#define MIMD_TB_TRAFFIC_PACKET_POOL_H

#include <cstddef>
#include <memory>
#include <vector>

#include "noc/packet.h"

namespace mimd::tb {

class packet_pool {
 public:
  // As new, but for what the network fills in.
  noc::packet& take() {
    if (free_ == nullptr) grow();
    noc::packet& p = *free_;
    free_ = p.next;
    p.next = nullptr;
    p.route = {};
    p.hops = 0;
    return p;
  }
  void give_back(noc::packet& p) {
    p.next = free_;
    free_ = &p;
  }

 private:
  static constexpr std::size_t block = 1024;

  void grow() {
    blocks_.push_back(std::make_unique<noc::packet[]>(block));
    for (std::size_t i = block; i-- > 0;) give_back(blocks_.back()[i]);
  }

  std::vector<std::unique_ptr<noc::packet[]>> blocks_;
  noc::packet* free_ = nullptr;
};

}  // namespace mimd::tb

#endif
