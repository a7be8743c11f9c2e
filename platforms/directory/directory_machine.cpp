#include "platforms/directory/directory_machine.h"

#include "directory/network_transport.h"
#include "tb/io/disk_job.h"

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
    const unsigned networks = parameters_.virtual_networks();
    network_ = std::make_unique<noc::message_network>("network", interconnect.message_network(networks));
    transport_ = std::make_unique<network_transport>(*network_, fabric_.description(), nodes,
                                                     parameters_.caches.line());
  }
  fabric_.set_transport(*transport_);
  for (unsigned n = 0; n < nodes; ++n) {
    memories_.push_back(std::make_unique<memory<>>(("memory_" + std::to_string(n)).c_str(),
                                                   parameters_.memory.model, timing));
    fabric_.memory[n].bind(memories_[n]->socket);
  }
  build_processors(parameters_.inner_protocol());
  devices_ = std::make_unique<io_devices>(parameters_.devices, timing);
  processor_at(0).interrupt.bind(devices_->interrupt());
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
  devices_->for_each([&](auto&, const std::string& device_name, unsigned) { agents.push_back(device_name); });
  fabric_.count_rows();
  if (!parameters_.node_bus) {
    fabric_.set_observer(build_checker(parameters_.view, agents, [this](unsigned agent, address_t line) {
      return fabric_.agent(agent).holds(line);
    }));
    return;
  }
  node_buses_.set_observer(build_checker(parameters_.inner_protocol(), agents,
                                         [this](unsigned agent, address_t line) {
                                           return agent < processors() ? node_buses_.state_of(agent, line)
                                                                       : invalid_state;
                                         }),
                           counted_rows());
}

void directory_machine::build_ports() {
  for (unsigned i = 0; i < processors(); ++i) {
    cache_at(i)->interconnect.bind(fabric_.coherent[i]);
    fabric_.name_port(static_cast<node_id>(i), "cpu_" + std::to_string(i));
  }
  devices_->for_each([&](auto& device, const std::string& device_name, unsigned i) {
    device.memory.bind(fabric_.plain[i]);
    fabric_.device[i].bind(device.registers);
    fabric_.name_port(static_cast<node_id>(processors() + i), device_name);
  });
}

void directory_machine::build_nodes(timing_mode timing, std::uint64_t seed) {
  node_buses_.build(parameters_, timing, seed, [this](unsigned i) -> cache<>& { return *cache_at(i); });
  for (unsigned n = 0; n < parameters_.nodes; ++n) {
    node_buses_.cache_at(n).interconnect.bind(fabric_.coherent[n]);
    fabric_.name_port(static_cast<node_id>(n), "node_" + std::to_string(n) + ".cache");
  }
  node_buses_.attach(*devices_);
}

void directory_machine::record_others(trace_recorder& recorder) {
  devices_->declare_traces(recorder, name());
}

std::vector<tb::workload_description> directory_machine::workloads() {
  return workloads_and({tb::describe_disk_sort()});
}

std::unique_ptr<tb::workload> directory_machine::make_own_workload(const std::string& workload_name) {
  if (workload_name != tb::describe_disk_sort().name) return nullptr;
  return devices_->make_disk_sort(parameters_.programs.workload);
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
