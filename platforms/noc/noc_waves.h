// Waves of the network, as far as its interface shows it: `noc.link.<from>_<to>.busy` is 1 while flits go
// over a channel, `noc.terminal.t<n>.packets` counts the packets of a terminal that are on the way (source
// queue included). In packet fidelity the flits of a packet follow each other without gaps.
#ifndef MIMD_PLATFORMS_NOC_NOC_WAVES_H
#define MIMD_PLATFORMS_NOC_NOC_WAVES_H

#include <vector>

#include "infrastructure/trace.h"
#include "noc/network.h"
#include "tb/traffic/traffic_driver.h"

namespace mimd {

class noc_waves final : public tb::packet_observer, public tb::cycle_observer {
 public:
  noc_waves(trace_recorder& recorder, const noc::topology& shape, time_ps period);

  // A new network, idle, whose cycles count from `base`.
  void follow(const noc::network& network, noc::cycle base);
  void packet_sent(const noc::packet& p) override { count(p.source, p.created, 1); }
  void packet_done(const noc::packet& p) override { count(p.source, p.arrived, -1); }
  void cycle_done(noc::cycle c) override;

 private:
  void count(std::uint32_t terminal, noc::cycle c, int change);
  time_ps time(noc::cycle c) const { return (base_ + c) * period_; }

  struct link_wave {
    std::uint32_t channel;
    std::uint64_t flits = 0;
    noc::cycle busy_until = 0;
    trace_signal busy;
  };

  trace_recorder& recorder_;
  const noc::network* network_ = nullptr;
  time_ps period_;
  noc::cycle base_ = 0;
  std::vector<link_wave> links_;  // those in scope
  std::vector<trace_signal> terminals_;
  std::vector<std::uint64_t> on_the_way_;
};

}  // namespace mimd

#endif
