// Packets for a driver: made in blocks, handed out again, never moved and never given back to the system
// before the end.
#ifndef MIMD_TB_TRAFFIC_PACKET_POOL_H
#define MIMD_TB_TRAFFIC_PACKET_POOL_H

#include "infrastructure/object_pool.h"
#include "noc/packet.h"

namespace mimd::tb {

class packet_pool {
 public:
  // As new, but for what the network fills in.
  noc::packet& take() {
    noc::packet& p = pool_.take();
    p.next = nullptr;
    p.route = {};
    p.hops = 0;
    return p;
  }
  void give_back(noc::packet& p) { pool_.give_back(p); }

 private:
  object_pool<noc::packet> pool_;
};

}  // namespace mimd::tb

#endif
