// The links of a train network: when each is free, and how long it was taken. One booking a hop.
#ifndef MIMD_NOC_TRAIN_LINKS_H
#define MIMD_NOC_TRAIN_LINKS_H

#include <cmath>
#include <cstdint>
#include <vector>

#include "infrastructure/random.h"
#include "noc/train_network.h"

namespace mimd::noc {

class train_links : public train_network {
 public:
  time_ps busy(std::uint32_t link) const final { return links_[link].busy; }
  time_ps waited() const final { return waited_; }
  std::uint64_t hops_made() const final { return hops_made_; }
  time_ps last_free() const final { return last_free_; }
  // Appends the links of the way from one node to another.
  virtual void route(std::uint32_t source, std::uint32_t destination,
                     std::vector<std::uint32_t>& to) const = 0;
  // With the headers of its packets.
  std::uint64_t bytes_on_links(std::uint64_t bytes) const {
    std::uint64_t packets = 1;
    if (packet_bytes_ != 0 && bytes > packet_bytes_) packets = (bytes + packet_bytes_ - 1) / packet_bytes_;
    return bytes + packets * header_bytes_;
  }

 protected:
  train_links(timing_wheel& wheel, const train_network_parameters& p, std::size_t links)
      : train_network(wheel),
        latency_(p.link_latency),
        ps_per_byte_(1e12 / p.link_bandwidth),
        packet_bytes_(p.packet_bytes),
        header_bytes_(p.header_bytes),
        links_(links),
        damage_rate_(p.damage_rate),
        random_(p.seed) {}

  time_ps occupancy_of(std::uint64_t bytes) const {
    return static_cast<time_ps>(std::llround(static_cast<double>(bytes_on_links(bytes)) * ps_per_byte_));
  }

  // The head wants to enter the link at time `head`; when it leaves at the other end.
  time_ps cross(std::uint32_t link, train& t, time_ps head) {
    link_state& l = links_[link];
    if (l.free > head) {
      waited_ += l.free - head;
      head = l.free;
    }
    l.free = last_free_ = head + t.occupancy;
    l.busy += t.occupancy;
    ++hops_made_;
    if (damage_rate_ > 0 && random_.uniform() < damage_rate_) t.damaged = true;
    return head + latency_;
  }

  void prefetch(std::uint32_t link) const { __builtin_prefetch(&links_[link], 1); }

  void begin(train& t) {
    t.mover = this;
    t.damaged = false;
    t.occupancy = occupancy_of(t.bytes);
  }

 private:
  struct link_state {
    time_ps free = 0;
    time_ps busy = 0;
  };

  time_ps latency_;
  double ps_per_byte_;
  std::uint64_t packet_bytes_;
  std::uint64_t header_bytes_;
  std::vector<link_state> links_;
  double damage_rate_;
  random_generator random_;
  time_ps waited_ = 0;
  time_ps last_free_ = 0;
  std::uint64_t hops_made_ = 0;
};

}  // namespace mimd::noc

#endif
