#include "noc/train_network.h"

#include <stdexcept>

#include "noc/fluid_network.h"
#include "noc/train_grid.h"
#include "noc/train_planes.h"
#include "noc/train_splitter.h"
#include "noc/train_switched.h"
#include "noc/train_terminals.h"

namespace mimd::noc {

std::vector<std::string> train_network_families() {
  return {"torus", "mesh", "ring", "hypercube", "crossbar", "fat-tree"};
}

namespace {

std::unique_ptr<train_links> make_shape(timing_wheel& wheel, const train_network_parameters& p) {
  const auto need = [&p](std::size_t count, const char* what) {
    if (p.dims.size() != count) throw std::invalid_argument("must be " + std::string(what));
  };
  if (p.dims.empty()) throw std::invalid_argument("must have a number");
  if (p.family == "torus" || p.family == "mesh" || p.family == "ring") {
    if (p.family == "ring") need(1, "one number for a ring");
    std::vector<bool> wraps(p.dims.size(), p.family != "mesh");
    for (const std::uint32_t d : p.lines) wraps.at(d) = false;
    return std::make_unique<train_grid>(wheel, p, p.dims, wraps);
  }
  if (p.family == "hypercube") {
    need(1, "the number of dimensions for a hypercube");
    if (p.dims[0] > 20) throw std::invalid_argument("is more than 20, the most dimensions of a hypercube");
    return std::make_unique<train_grid>(wheel, p, std::vector<std::uint32_t>(p.dims[0], 2),
                                        std::vector<bool>(p.dims[0], false));
  }
  if (p.family == "crossbar") {
    need(1, "the number of nodes for a crossbar");
    return std::make_unique<train_tree>(wheel, p, p.dims[0], 1);
  }
  if (p.family == "fat-tree") {
    need(2, "k and n for a fat tree");
    return std::make_unique<train_tree>(wheel, p, p.dims[0], p.dims[1]);
  }
  throw std::invalid_argument("there is no train network of family '" + p.family + "'");
}

}  // namespace

std::unique_ptr<train_network> make_train_network(timing_wheel& wheel, const train_network_parameters& p) {
  if (p.fluid) return std::make_unique<fluid_network>(wheel, make_shape(wheel, p), p);
  std::unique_ptr<train_network> network = make_shape(wheel, p);
  if (p.planes > 1) {
    std::vector<std::unique_ptr<train_network>> planes;
    planes.push_back(std::move(network));
    for (auto another = p; planes.size() < p.planes;) {
      ++another.seed;
      planes.push_back(make_shape(wheel, another));
    }
    network = std::make_unique<train_planes>(wheel, std::move(planes));
  }
  if (p.train_bytes != 0)
    network = std::make_unique<train_splitter>(wheel, std::move(network), p.train_bytes);
  if (p.injection_bandwidth > 0)
    network =
        std::make_unique<train_terminals>(wheel, std::move(network), p.injection_bandwidth, p.link_bandwidth);
  return network;
}

}  // namespace mimd::noc
