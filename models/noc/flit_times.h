// What each flit of a packet took: room for it while the packet is on its way, pooled. Of packets of more
// than one flit only; the others have all told with packet::flit_cycles.
#ifndef MIMD_NOC_FLIT_TIMES_H
#define MIMD_NOC_FLIT_TIMES_H

#include <cstdint>
#include <memory>
#include <vector>

#include "noc/packet.h"

namespace mimd::noc {

class flit_times {
 public:
  // Sets p.flit_latencies to room for a number a flit.
  void take(packet& p) {
    std::vector<std::uint32_t*>& free = free_[class_of(p.flits)];
    if (free.empty()) {
      owned_.push_back(std::make_unique<std::uint32_t[]>(std::size_t{1} << class_of(p.flits)));
      free.push_back(owned_.back().get());
    }
    p.flit_latencies = free.back();
    free.pop_back();
  }
  void give_back(std::uint32_t* room, std::uint32_t flits) { free_[class_of(flits)].push_back(room); }

 private:
  // The least power of two that is not smaller.
  static std::uint32_t class_of(std::uint32_t flits) {
    return 32u - static_cast<std::uint32_t>(__builtin_clz(flits - 1));
  }

  std::vector<std::uint32_t*> free_[33];
  std::vector<std::unique_ptr<std::uint32_t[]>> owned_;
};

}  // namespace mimd::noc

#endif
