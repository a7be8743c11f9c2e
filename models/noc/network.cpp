#include "noc/network.h"

#include "noc/flit_network.h"
#include "noc/packet_network.h"

namespace mimd::noc {

std::unique_ptr<network> make_network(fidelity f, const topology& t, const routing& r,
                                      const network_parameters& parameters) {
  if (f == fidelity::flit) return std::make_unique<flit_network>(t, r, parameters);
  return std::make_unique<packet_network>(t, r, parameters);
}

}  // namespace mimd::noc
