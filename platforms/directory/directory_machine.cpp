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
    const directory_protocol& protocol = fabric_.description();
    const bool operations = !parameters_.fabric.cache_remote || parameters_.fabric.atomics_at_home ||
                            !parameters_.fabric.devices.empty();
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
  const unsigned each = parameters_.processors_per_node();
  coherence_checker* const checker =
      build_checker(parameters_.inner_protocol(), agents, [this, each](unsigned agent, address_t line) {
        return agent < processors() ? buses_[agent / each]->state_of(agent % each, line) : invalid_state;
      });
  for (unsigned n = 0; n < parameters_.nodes; ++n) {
    buses_[n]->set_observer(checker, n * each, processors());
    buses_[n]->set_row_coverage(counted_rows());
  }
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
  const unsigned each = parameters_.processors_per_node();
  for (unsigned n = 0; n < parameters_.nodes; ++n) {
    const std::string number = std::to_string(n);
    const unsigned devices = n == 0 ? parameters_.devices.count() : 0;
    buses_.push_back(std::make_unique<snooping_bus<>>(("bus_" + number).c_str(), parameters_.bus.model,
                                                      parameters_.inner_protocol(), timing, each, devices,
                                                      1 + devices));
    node_caches_.push_back(std::make_unique<node_cache<>>(("node_cache_" + number).c_str(),
                                                          parameters_.node_cache, parameters_.view,
                                                          parameters_.held_lines(), timing, seed + n));
    snooping_bus<>& bus = *buses_.back();
    node_cache<>& shared = *node_caches_.back();
    bus.set_outer(shared);
    shared.set_inner(bus);
    bus.target[0].bind(shared.memory);
    bus.map(0, 0, parameters_.memory.model.size, false);
    for (unsigned i = 0; i < each; ++i) {
      cache_at(n * each + i)->interconnect.bind(bus.coherent[i]);
      bus.name_master(i, "cpu_" + std::to_string(n * each + i));
    }
    shared.interconnect.bind(fabric_.coherent[n]);
    fabric_.name_port(static_cast<node_id>(n), "node_" + number + ".cache");
  }
  devices_->for_each([&](auto& device, const std::string& device_name, unsigned i) {
    snooping_bus<>& bus = *buses_[0];
    bus.name_master(each + i, device_name);
    device.memory.bind(bus.plain[i]);
    bus.target[1 + i].bind(device.registers);
    bus.map(1 + i, io_devices::window(i), io_devices::window_bytes, true);
  });
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

// A bus that is quiet can be disturbed no more once all programs have ended.
void directory_machine::when_quiet(std::function<void()> then) {
  when_buses_quiet(0, std::move(then));
}

void directory_machine::when_buses_quiet(unsigned node, std::function<void()> then) {
  if (node == buses_.size()) {
    fabric_.when_quiet(std::move(then));
  } else {
    buses_[node]->when_quiet(
        [this, node, next = std::move(then)]() mutable { when_buses_quiet(node + 1, std::move(next)); });
  }
}

std::string directory_machine::waiting_inside() const {
  std::string text;
  for (const auto& bus : buses_) text += bus->waiting();
  return text + fabric_.waiting();
}

time_ps directory_machine::recorded_until(time_ps now) const {
  now = fabric_.recorded_until(now);
  for (const auto& bus : buses_) now = bus->recorded_until(now);
  return now;
}

void directory_machine::debug_access(address_t address, std::uint8_t* data, unsigned size, bool write) {
  fabric_.debug(address, data, size, write);
}

void directory_machine::record_interconnect(trace_recorder* recorder, transaction_log* log) {
  fabric_.set_transaction_log(log);
  // The fabric's records are of series 0 and 1.
  for (unsigned n = 0; n < buses_.size(); ++n) buses_[n]->set_transaction_log(log, n + 2);
  if (!recorder) return;
  fabric_.declare_traces(*recorder, std::string(name()));
  for (unsigned n = 0; n < buses_.size(); ++n) {
    buses_[n]->declare_traces(*recorder, std::string(name()) + ".node_" + std::to_string(n) + ".bus");
  }
}

}  // namespace mimd
