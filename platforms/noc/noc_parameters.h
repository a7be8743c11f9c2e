// What can be configured about mimd-noc: the network, its traffic and how it is measured; their names on the
// command line, and the rules that tie them together.
#ifndef MIMD_PLATFORMS_NOC_NOC_PARAMETERS_H
#define MIMD_PLATFORMS_NOC_NOC_PARAMETERS_H

#include <memory>
#include <string>
#include <vector>

#include "infrastructure/parameters.h"
#include "noc/network.h"
#include "noc/topologies.h"
#include "platforms/noc/energy.h"
#include "platforms/support/network_options.h"
#include "tb/traffic/batch.h"
#include "tb/traffic/open_loop.h"
#include "tb/traffic/saturation.h"

namespace mimd {

// What the parameters describe, checked and built.
struct noc_structure {
  std::unique_ptr<noc::topology> shape;  // the routing refers to it
  std::unique_ptr<noc::routing> way;
  std::string routing_name;
  std::unique_ptr<tb::traffic_pattern> pattern;
  std::unique_ptr<tb::packet_mix> mix;
};

struct noc_parameters : network_options {
  noc_parameters() { dims = {"8x8"}; }

  // As written; resolve() reads them.
  std::vector<std::string> ordered;
  std::vector<std::string> hot_spots;
  std::vector<std::string> packet_flits{"1"};
  std::vector<std::string> packet_shares;
  std::vector<std::string> virtual_networks;
  std::vector<std::string> priorities;
  std::vector<std::string> sweep_loads;

  noc::fidelity fidelity = noc::fidelity::packet;
  unsigned flit_bytes = 16;  // width of a link

  tb::pattern_parameters pattern;
  std::vector<tb::packet_kind> kinds;
  tb::open_loop_parameters open_loop;
  tb::batch_parameters batch;
  tb::saturation_rule saturation;
  std::vector<double> loads;  // of a sweep; empty: chosen from the saturation load
  unsigned points = 10;
  bool chooses_loads = false;  // the workload does, and traffic.load means nothing
  energy_coefficients energy;

  void declare(parameter_set& set);
  // Brings everything up to date with what was set; throws set.error(...).
  void resolve(const parameter_set& set, std::uint64_t seed);
  // What was set although this run makes nothing of it; throws set.error(...). Sections that are named after
  // a workload (sweep., batch.) are there for when it runs.
  void refuse_what_has_no_effect(const parameter_set& set, const std::string& workload, bool trace) const;
  // Builds topology, routing and pattern; the topology is connected and the routing free of deadlock. Throws
  // set.error(...), or std::runtime_error for a file.
  noc_structure build(const parameter_set& set) const;
  std::unique_ptr<noc::network> make_network(const noc_structure& structure) const;
};

}  // namespace mimd

#endif
