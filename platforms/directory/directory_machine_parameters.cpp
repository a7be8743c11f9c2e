#include "platforms/directory/directory_machine_parameters.h"

#include "directory/directory_cache_view.h"
#include "directory/network_transport.h"
#include "noc/routing.h"
#include "platforms/shared_memory/io_devices.h"
#include "platforms/support/complaint.h"

namespace mimd {

void directory_machine_parameters::resolve_processors(const parameter_set& set, timing_mode timing) {
  processors.resolve(set, timing);
  if (processors.count % nodes != 0) {
    throw set.error(set.origin("cpu.count") != "default" ? "cpu.count" : "node.count",
                    "does not divide " + std::to_string(processors.count) + " processors among " +
                        std::to_string(nodes) + " nodes evenly");
  }
  if (!caches.present()) throw set.error("l1.size", "must not be 0: the directory needs caches");
}

void directory_machine_parameters::resolve_coherence(const parameter_set& set) {
  devices.resolve(set);
  directory.resolve(set, ports(), fabric);
  view = cache_view_of(directory_protocol_of(fabric.form));
  caches.resolve(set, processors, inner_protocol());
}

void directory_machine_parameters::resolve_interconnect(const parameter_set& set, std::uint64_t seed) {
  interconnect.resolve(set, nodes, seed);
  fabric.line = caches.line();
  fabric.nodes = nodes;
  fabric.seed = seed;
  fabric.port_nodes.clear();
  const unsigned cached_ports = node_bus ? nodes : processors.count;
  for (unsigned i = 0; i < cached_ports; ++i) fabric.port_nodes.push_back(i / (cached_ports / nodes));
  fabric.plain_ports = ports() - cached_ports;
  fabric.devices.clear();
  for (unsigned i = 0; i < fabric.plain_ports; ++i) {
    fabric.port_nodes.push_back(0);
    fabric.devices.push_back({0, io_devices::window(i), io_devices::window_bytes});
  }

  if (interconnect.fixed()) {
    refuse_without_effect(set, {"directory.multicast"}, "noc.fidelity is fixed");
    return;
  }
  interconnect.network.multicast = directory.multicast;
  const noc::message_network_parameters n = interconnect.message_network(virtual_networks());
  message_network_options::check(set, n, nodes);
  complain_about(set, {"directory.multicast"}, [&] {
    if (!directory.multicast) return;
    const noc::topology shape = noc::make_topology(n.shape);
    const auto way = noc::make_routing(n.routing, shape, n.network.vcs);
    if (!way->deterministic()) throw std::invalid_argument("needs a deterministic noc.routing");
    if (n.header_bytes > n.flit_bytes * n.network.buffer_flits) {
      throw std::invalid_argument("needs noc.buffer_flits that hold noc.header_bytes");
    }
  });
}

unsigned directory_machine_parameters::virtual_networks() const {
  const bool operations = !fabric.cache_remote || fabric.atomics_at_home || !fabric.devices.empty();
  return directory_networks_of(directory_protocol_of(fabric.form), operations);
}

const snooping_protocol& directory_machine_parameters::inner_protocol() const {
  if (!node_bus) return view;
  static constexpr const char* names[] = {"msi", "mesi", "moesi", "mesi"};
  return *find_snooping_protocol(names[static_cast<unsigned>(directory.form.protocol)]);
}

void directory_machine_parameters::resolve_node_bus(const parameter_set& set, const std::string& size,
                                                    const std::string& ways) {
  bus.resolve(caches.line());
  complain(set, bus.model.check(), "bus.clock");
  node_cache.geometry.line = caches.line();
  const std::string complaint = node_cache.check(held_lines());
  const bool geometry = complaint.rfind("node.cache:", 0) == 0;
  if (geometry) throw set.error(size, complaint.substr(12));
  const std::string name = "node.cache_ways";
  if (!complaint.empty()) throw set.error(ways, complaint.substr(name.size() + 1));
}

}  // namespace mimd
