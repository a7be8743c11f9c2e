// Sends the packets of a trace, each when the trace and the packets it waits for allow it (packet_trace.h).
//
// The window is the whole run. A dependent packet can leave in the very cycle in which the last packet it
// waits for has arrived (delay 0).
#ifndef MIMD_TB_TRAFFIC_TRACE_DRIVER_H
#define MIMD_TB_TRAFFIC_TRACE_DRIVER_H

#include <utility>
#include <vector>

#include "tb/traffic/packet_trace.h"
#include "tb/traffic/traffic_driver.h"

namespace mimd::tb {

class trace_driver final : public traffic_driver {
 public:
  trace_driver(noc::network& network, const noc::topology& topology, const packet_trace& trace);

  double share_done() const override;
  std::string who_waits() const override;
  noc::cycle finish_cycle() const { return last_arrival_; }

 private:
  struct waiting {
    std::uint32_t left;  // packets that have not arrived
    noc::cycle not_before;
  };
  using entry = std::pair<noc::cycle, std::uint32_t>;  // when, which

  void step() override;
  void arrived(noc::packet& p) override;
  void push(noc::cycle c, std::uint32_t number);
  void send_traced(std::uint32_t number);
  noc::cycle next_ready() const;

  const packet_trace& trace_;
  std::vector<waiting> waiting_;
  std::vector<std::uint32_t> free_;  // wait for nothing, in order of time
  std::size_t next_free_ = 0;
  std::vector<entry> ready_;  // a heap of those that waited, the earliest first
  noc::cycle start_;
  noc::cycle last_arrival_ = 0;
  bool started_ = false;
};

}  // namespace mimd::tb

#endif
