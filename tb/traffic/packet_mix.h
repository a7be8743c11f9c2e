// What packets a source sends: the kinds (long and short, requests and replies) and how often each.
//
// One kind is a fixed size, two a bimodal one; any number is allowed. `share` is the kind's part of all
// packets, in any unit: shares are compared with their sum.
#ifndef MIMD_TB_TRAFFIC_PACKET_MIX_H
#define MIMD_TB_TRAFFIC_PACKET_MIX_H

#include <cstdint>
#include <stdexcept>
#include <vector>

#include "infrastructure/random.h"
#include "noc/packet.h"

namespace mimd::tb {

struct packet_kind {
  std::uint32_t flits = 1;
  double share = 1;
  std::uint8_t virtual_network = 0;
  std::uint8_t priority = 0;
};

class packet_mix {
 public:
  // Throws std::invalid_argument for no kind, no flits, a share that is negative or all shares zero.
  explicit packet_mix(std::vector<packet_kind> kinds) : kinds_(std::move(kinds)) {
    if (kinds_.empty() || kinds_.size() > 255) throw std::invalid_argument("needs 1 to 255 kinds of packets");
    double sum = 0;
    for (const packet_kind& k : kinds_) {
      if (k.flits == 0) throw std::invalid_argument("a packet has at least 1 flit");
      if (!(k.share >= 0 && k.share < 1e12)) throw std::invalid_argument("a share must not be negative");
      sum += k.share;
    }
    if (sum <= 0) throw std::invalid_argument("one share at least must be more than 0");
    double below = 0;
    for (const packet_kind& k : kinds_) {
      below += k.share / sum;
      limits_.push_back(below);
      mean_flits_ += k.share / sum * k.flits;
    }
  }

  const std::vector<packet_kind>& kinds() const { return kinds_; }
  double mean_flits() const { return mean_flits_; }

  // Size, class (the number of the kind), virtual network and priority of the next packet.
  void draw(noc::packet& p, random_generator& random) const {
    std::size_t kind = 0;
    if (kinds_.size() > 1) {
      const double u = random.uniform();
      while (kind + 1 < kinds_.size() && u >= limits_[kind]) ++kind;
    }
    p.flits = kinds_[kind].flits;
    p.virtual_network = kinds_[kind].virtual_network;
    p.priority = kinds_[kind].priority;
    p.traffic_class = static_cast<std::uint8_t>(kind);
  }

 private:
  std::vector<packet_kind> kinds_;
  std::vector<double> limits_;
  double mean_flits_ = 0;
};

}  // namespace mimd::tb

#endif
