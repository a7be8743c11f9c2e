// noc.*: the network of a machine whose nodes send messages through noc::message_network.
#ifndef MIMD_PLATFORMS_SUPPORT_MESSAGE_NETWORK_OPTIONS_H
#define MIMD_PLATFORMS_SUPPORT_MESSAGE_NETWORK_OPTIONS_H

#include "noc/message_network.h"
#include "platforms/support/network_options.h"

namespace mimd {

struct message_network_options : network_options {
  unsigned flit_bytes = 16;
  unsigned header_bytes = 8;

  // header_meaning: "bytes of every message, beside a line"
  void declare_messages(parameter_set& set, const std::string& header_meaning);
  // Dimensions for so many nodes, if none were given. Throws set.error(...).
  void fit(const parameter_set& set, unsigned nodes);

  // What is impossible of the shape, the routing and the channels of such a network. Throws set.error(...).
  static void check(const parameter_set& set, const noc::message_network_parameters& n, unsigned nodes);

  noc::message_network_parameters message_network(unsigned virtual_networks, noc::fidelity fidelity) const;
};

}  // namespace mimd

#endif
