// A topology: routers, terminals, and the directed channels between them. Pure structure, no time but the
// length of a channel in cycles.
//
// Every router has input and output ports numbered from 0; a channel joins one output port of a router (or a
// terminal) to one input port of a router (or a terminal). A terminal has exactly one channel into the
// network (injection) and one out of it (ejection), not necessarily at the same router (omega). Full duplex
// links are two channels. `shape` tells the regular families what they are, so that their routings can
// compute with coordinates.
//
// Built by the factories of topologies.h, which check it; router 0..routers()-1, terminal 0..terminals()-1.
#ifndef MIMD_NOC_TOPOLOGY_H
#define MIMD_NOC_TOPOLOGY_H

#include <cstdint>
#include <string>
#include <vector>

namespace mimd::noc {

struct endpoint {
  bool is_terminal = false;
  std::uint32_t index = 0;  // router or terminal
  std::uint32_t port = 0;   // of the router; 0 at a terminal
};

struct channel {
  endpoint from;
  endpoint to;
  std::uint32_t cycles = 1;  // flight time of a flit
};

class topology {
 public:
  // What the family's own numbers are: mesh and torus: radix of each dimension; tree: k, n; and so on, as the
  // factory says.
  struct shape {
    std::string family;
    std::vector<std::uint32_t> dims;
    std::uint32_t concentration = 1;  // terminals a router (those routers that have any)
  };

  topology(shape s, std::uint32_t routers, std::uint32_t terminals);

  // In the order of port numbers: the new channel takes the next free output port of `from` and the next free
  // input port of `to`. Returns the channel's number.
  std::uint32_t connect_routers(std::uint32_t from, std::uint32_t to, std::uint32_t cycles);
  void attach_terminal(std::uint32_t terminal, std::uint32_t injecting_router, std::uint32_t ejecting_router,
                       std::uint32_t cycles);

  const shape& form() const { return shape_; }
  std::uint32_t routers() const { return static_cast<std::uint32_t>(outputs_.size()); }
  std::uint32_t terminals() const { return static_cast<std::uint32_t>(injection_.size()); }
  const std::vector<channel>& channels() const { return channels_; }
  const std::vector<std::uint32_t>& inputs(std::uint32_t router) const {
    return inputs_[router];
  }  // channel by port
  const std::vector<std::uint32_t>& outputs(std::uint32_t router) const {
    return outputs_[router];
  }  // channel by port
  std::uint32_t injection(std::uint32_t terminal) const { return injection_[terminal]; }
  std::uint32_t ejection(std::uint32_t terminal) const { return ejection_[terminal]; }
  std::uint32_t source_router(std::uint32_t terminal) const {
    return channels_[injection_[terminal]].to.index;
  }
  std::uint32_t destination_router(std::uint32_t terminal) const {
    return channels_[ejection_[terminal]].from.index;
  }
  std::uint32_t ejection_port(std::uint32_t terminal) const {
    return channels_[ejection_[terminal]].from.port;
  }

  // "r12" and "t3": how channels are named in statistics, messages and topology files.
  std::string name(const endpoint& e) const;
  // "r12_r13", "r12_r13_1" the second channel between the same two routers.
  std::string name(const channel& c) const;

  // Throws std::invalid_argument naming the first terminal that is not attached or pair that cannot be
  // reached.
  void check_connected() const;

 private:
  std::uint32_t add(const channel& c);

  shape shape_;
  std::vector<channel> channels_;
  std::vector<std::vector<std::uint32_t>> inputs_;
  std::vector<std::vector<std::uint32_t>> outputs_;
  std::vector<std::uint32_t> injection_;
  std::vector<std::uint32_t> ejection_;
};

}  // namespace mimd::noc

#endif
