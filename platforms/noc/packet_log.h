// Packets in the transaction log: for each a line of type "packet" from creation to arrival, and one of type
// "network" (its parent is the first) from leaving the source queue on. The agent is the source, the address
// the destination terminal, the size in flits; the outcome is "arrived", or the routers visited.
#ifndef MIMD_PLATFORMS_NOC_PACKET_LOG_H
#define MIMD_PLATFORMS_NOC_PACKET_LOG_H

#include <deque>
#include <string>
#include <vector>

#include "infrastructure/transaction_log.h"
#include "noc/topology.h"
#include "tb/traffic/traffic_driver.h"

namespace mimd {

class packet_log final : public tb::packet_observer {
 public:
  packet_log(transaction_log& log, const noc::topology& shape, time_ps period);

  // Cycles of the network count from here.
  void set_base(noc::cycle base) { base_ = base; }
  void packet_done(const noc::packet& p) override;

 private:
  const char* hops_text(std::uint32_t hops);

  transaction_log& log_;
  time_ps period_;
  noc::cycle base_ = 0;
  std::uint64_t next_id_ = 1;
  std::vector<std::string> agents_;   // by terminal
  std::deque<std::string> outcomes_;  // by hops; the log keeps pointers to them
};

}  // namespace mimd

#endif
