// A crossbar: every message takes the time from its node to the other, and each node sends and receives at
// most so many bytes a second (0: no limit). Messages of one pair of nodes stay in order if they are of one
// size; nothing else contends.
#ifndef MIMD_DIRECTORY_CROSSBAR_TRANSPORT_H
#define MIMD_DIRECTORY_CROSSBAR_TRANSPORT_H

#include <cstdint>
#include <vector>

#include "directory/directory_transport.h"
#include "infrastructure/timeline.h"

namespace mimd {

struct crossbar_parameters {
  std::vector<time_ps> latency;  // from * nodes + to; what is on the diagonal is not looked at
  double bytes_per_second = 0;   // of a node's port, each way
  unsigned header = 8;           // bytes of a message without data
};

class crossbar_transport final : public directory_transport {
 public:
  crossbar_transport(const crossbar_parameters& parameters, unsigned nodes, unsigned line);

  bool foresees_arrival() const override { return true; }
  time_ps travel(directory_packet& p, time_ps at) override;
  void carry(directory_packet&, time_ps) override {}

 private:
  std::vector<time_ps> latency_;
  unsigned nodes_;
  time_ps short_time_ = 0;  // a message without data on a port
  time_ps long_time_ = 0;
  std::vector<timeline> out_;  // by node; none: no limit
  std::vector<timeline> in_;
};

}  // namespace mimd

#endif
