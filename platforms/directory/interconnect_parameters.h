// noc.* of a machine whose nodes exchange messages: the network library in either fidelity, or, as a third, a
// crossbar of fixed latencies.
//
// Fixed latencies are one way, between different nodes: `latency`; between nodes of different sockets, if
// socket_nodes says how many make one, `socket_latency`; or of a distance matrix in the form of Linux (10 is
// the node itself), latency * (distance - 10) / 10.
#ifndef MIMD_PLATFORMS_DIRECTORY_INTERCONNECT_PARAMETERS_H
#define MIMD_PLATFORMS_DIRECTORY_INTERCONNECT_PARAMETERS_H

#include <memory>
#include <string>

#include "directory/crossbar_transport.h"
#include "platforms/support/message_network_options.h"

namespace mimd {

struct interconnect_parameters : message_network_options {
  enum class fidelity_kind { fixed, packet, flit };
  fidelity_kind fidelity = fidelity_kind::packet;
  duration latency{50'000};
  unsigned socket_nodes = 0;
  duration socket_latency{100'000};
  std::string distances;  // file
  data_rate bandwidth{0};

  void declare(parameter_set& set);
  // For so many nodes: throws set.error(...), or std::runtime_error for a file.
  void resolve(const parameter_set& set, unsigned nodes, std::uint64_t seed);

  bool fixed() const { return fidelity == fidelity_kind::fixed; }
  crossbar_parameters crossbar;  // if fixed()
  noc::message_network_parameters message_network(unsigned virtual_networks) const {
    return message_network_options::message_network(
        virtual_networks, fidelity == fidelity_kind::flit ? noc::fidelity::flit : noc::fidelity::packet);
  }
};

}  // namespace mimd

#endif
