#include "platforms/directory/directory_machine.h"

#include "directory/network_transport.h"

namespace mimd {

directory_machine::directory_machine(const sc_core::sc_module_name& name,
                                     const directory_machine_parameters& parameters,
                                     memory_pages::placement placement, timing_mode timing,
                                     std::uint64_t seed, bool check_coherence)
    : shared_memory_machine(name, parameters, timing, seed),
      parameters_(parameters),
      fabric_("directory", parameters.fabric, std::move(placement), timing) {
  const unsigned nodes = parameters_.nodes;
  const interconnect_parameters& interconnect = parameters_.interconnect;
  if (interconnect.fixed()) {
    transport_ =
        std::make_unique<crossbar_transport>(interconnect.crossbar, nodes, parameters_.caches.line());
  } else {
    const directory_protocol& protocol = fabric_.description();
    const bool operations = !parameters_.fabric.cache_remote || parameters_.fabric.atomics_at_home;
    const unsigned networks = directory_networks_of(protocol, operations);
    network_ = std::make_unique<noc::message_network>("network", interconnect.message_network(networks));
    transport_ = std::make_unique<network_transport>(*network_, protocol, nodes, parameters_.caches.line());
  }
  fabric_.set_transport(*transport_);
  for (unsigned n = 0; n < nodes; ++n) {
    memories_.push_back(std::make_unique<memory<>>(("memory_" + std::to_string(n)).c_str(),
                                                   parameters_.memory.model, timing));
    fabric_.memory[n].bind(memories_[n]->socket);
  }
  build_processors(parameters_.inner_protocol());
  if (parameters_.node_bus) {
    build_nodes(timing, seed);
  } else {
    build_ports();
  }
  if (check_coherence) watch_coherence();
}

void directory_machine::watch_coherence() {
  std::vector<std::string> agents;
  for (unsigned i = 0; i < processors(); ++i) agents.push_back("cpu_" + std::to_string(i));
  fabric_.count_rows();
  if (!parameters_.node_bus) {
    fabric_.set_observer(build_checker(parameters_.view, agents, [this](unsigned agent, address_t line) {
      return fabric_.agent(agent).holds(line);
    }));
    return;
  }
  node_buses_.set_observer(
      build_checker(parameters_.inner_protocol(), agents,
                    [this](unsigned agent, address_t line) { return node_buses_.state_of(agent, line); }),
      counted_rows());
}

void directory_machine::build_ports() {
  for (unsigned i = 0; i < processors(); ++i) {
    cache_at(i)->interconnect.bind(fabric_.coherent[i]);
    fabric_.name_port(static_cast<node_id>(i), "cpu_" + std::to_string(i));
  }
}

void directory_machine::build_nodes(timing_mode timing, std::uint64_t seed) {
  node_buses_.build(parameters_, timing, seed, [this](unsigned i) -> cache<>& { return *cache_at(i); });
  for (unsigned n = 0; n < parameters_.nodes; ++n) {
    node_buses_.cache_at(n).interconnect.bind(fabric_.coherent[n]);
    fabric_.name_port(static_cast<node_id>(n), "node_" + std::to_string(n) + ".cache");
  }
}

void directory_machine::when_quiet(std::function<void()> then) {
  node_buses_.when_quiet([this, next = std::move(then)]() mutable { fabric_.when_quiet(std::move(next)); });
}

std::string directory_machine::waiting_inside() const {
  return node_buses_.waiting() + fabric_.waiting();
}

time_ps directory_machine::recorded_until(time_ps now) const {
  return node_buses_.recorded_until(fabric_.recorded_until(now));
}

void directory_machine::debug_access(address_t address, std::uint8_t* data, unsigned size, bool write) {
  fabric_.debug(address, data, size, write);
}

void directory_machine::record_interconnect(trace_recorder* recorder, transaction_log* log) {
  fabric_.set_transaction_log(log);
  // The fabric's records are of series 0 and 1.
  node_buses_.record(recorder, name(), log, 2);
  if (recorder) fabric_.declare_traces(*recorder, std::string(name()));
}

}  // namespace mimd
