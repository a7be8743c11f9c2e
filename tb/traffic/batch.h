// Batch mode: every terminal sends the same number of packets, as fast as the network takes them, with at
// most `window` of them on the way at a time; the result is the time until the last has arrived.
//
// Each source draws from a stream of its own, so that the packets do not depend on the network. Terminals
// that the pattern leaves silent send nothing.
#ifndef MIMD_TB_TRAFFIC_BATCH_H
#define MIMD_TB_TRAFFIC_BATCH_H

#include <vector>

#include "tb/traffic/packet_mix.h"
#include "tb/traffic/traffic_driver.h"
#include "tb/traffic/traffic_pattern.h"

namespace mimd::tb {

struct batch_parameters {
  std::uint64_t packets = 1000;  // of each terminal, at least 1
  std::uint64_t window = 1;      // at least 1
  std::uint64_t seed = 1;
};

class batch final : public traffic_driver {
 public:
  batch(noc::network& network, const noc::topology& topology, const traffic_pattern& pattern,
        const packet_mix& mix, const batch_parameters& parameters);

  double share_done() const override;
  std::string who_waits() const override;
  noc::cycle finish_cycle() const { return last_arrival_; }

 private:
  struct source_state {
    random_generator random;
    std::uint64_t left;
  };

  void step() override;
  void arrived(noc::packet& p) override;
  void send_next(std::uint32_t source);

  const traffic_pattern& pattern_;
  const packet_mix& mix_;
  batch_parameters parameters_;
  std::vector<source_state> sources_;
  std::uint64_t expected_ = 0;
  noc::cycle last_arrival_ = 0;
  bool started_ = false;
};

}  // namespace mimd::tb

#endif
