#include "noc/network.h"

#include <stdexcept>

#include "noc/flit_network.h"

namespace mimd::noc {

std::unique_ptr<network> make_network(fidelity f, const topology& t, const routing& r,
                                      const network_parameters& parameters) {
  if (f == fidelity::flit) return std::make_unique<flit_network>(t, r, parameters);
  throw std::invalid_argument("no such fidelity of the network");
}

}  // namespace mimd::noc
