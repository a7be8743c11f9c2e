#include "platforms/numa/numa_machine.h"

#include "directory/directory_cache_view.h"
#include "directory/network_transport.h"

namespace mimd {

numa_machine::numa_machine(const sc_core::sc_module_name& name, const numa_parameters& parameters,
                           timing_mode timing, std::uint64_t seed, bool check_coherence)
    : shared_memory_machine(name, parameters, timing, seed),
      parameters_(parameters),
      placement_(parameters.placement.model),
      fabric_(
          "directory", parameters.fabric,
          [this](address_t page, unsigned toucher) { return placement_.home_of(page, toucher); }, timing) {
  const unsigned nodes = parameters_.nodes;
  const interconnect_parameters& interconnect = parameters_.interconnect;
  if (interconnect.fixed()) {
    transport_ =
        std::make_unique<crossbar_transport>(interconnect.crossbar, nodes, parameters_.caches.line());
  } else {
    const directory_protocol& protocol = fabric_.description();
    network_ = std::make_unique<noc::message_network>(
        "network", interconnect.message_network(directory_networks_of(protocol)));
    transport_ = std::make_unique<network_transport>(*network_, protocol, nodes, parameters_.caches.line());
  }
  fabric_.set_transport(*transport_);
  for (unsigned n = 0; n < nodes; ++n) {
    memories_.push_back(std::make_unique<memory<>>(("memory_" + std::to_string(n)).c_str(),
                                                   parameters_.memory.model, timing));
    fabric_.memory[n].bind(memories_[n]->socket);
  }
  const snooping_protocol view = cache_view_of(fabric_.description());
  build_processors(view);
  std::vector<std::string> agents;
  for (unsigned i = 0; i < processors(); ++i) {
    cache_at(i)->interconnect.bind(fabric_.coherent[i]);
    agents.push_back("cpu_" + std::to_string(i));
    fabric_.name_port(static_cast<node_id>(i), agents.back());
  }
  if (check_coherence) {
    fabric_.set_observer(build_checker(
        view, agents, [this](unsigned agent, address_t line) { return fabric_.agent(agent).holds(line); }));
    fabric_.count_rows();
  }
}

void numa_machine::debug_access(address_t address, std::uint8_t* data, unsigned size, bool write) {
  fabric_.debug(address, data, size, write);
}

void numa_machine::record_interconnect(trace_recorder* recorder, transaction_log* log) {
  fabric_.set_transaction_log(log);
  if (recorder) fabric_.declare_traces(*recorder, std::string(name()));
}

}  // namespace mimd
