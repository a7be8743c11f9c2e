// The routing unit of a router that takes cycles of its own for it (router_cycles > 3): it works on all heads
// that came to the front of their buffers in one cycle, and on none that comes later before these are done.
// Source: BookSim2's routers with routing_delay > 1 (IQRouter::_RouteEvaluate). Inside models/noc only.
#ifndef MIMD_NOC_ROUTING_UNIT_H
#define MIMD_NOC_ROUTING_UNIT_H

#include <algorithm>

#include "noc/packet.h"

namespace mimd::noc {

class routing_unit {
 public:
  // The first cycle in which a head may ask for a channel that comes to the front at `at`, no earlier than
  // those before it; `takes` >= 1.
  cycle routed(cycle at, cycle takes) {
    if (at > start_ || end_ == 0) {
      start_ = std::max(at, end_);
      end_ = start_ + takes;
    }
    return end_;
  }

 private:
  cycle start_ = 0;  // of the heads taken last
  cycle end_ = 0;
};

}  // namespace mimd::noc

#endif
