#include "platforms/numa/numa_machine.h"

#include "directory/network_transport.h"

namespace mimd {

numa_machine::numa_machine(const sc_core::sc_module_name& name, const numa_parameters& parameters,
                           timing_mode timing, std::uint64_t seed, bool check_coherence)
    : shared_memory_machine(name, parameters, timing, seed),
      parameters_(parameters),
      placement_(parameters.placement.model),
      fabric_(
          "directory", parameters.fabric,
          [this](address_t page, unsigned toucher) { return first_home(page, toucher); }, timing) {
  const unsigned nodes = parameters_.nodes;
  if (parameters_.placement.moves()) {
    if (parameters_.placement.migration.migration_threshold != 0) {
      migration_ = std::make_unique<page_migration>(parameters_.placement.migration);
    }
    fabric_.set_page_policy([this](address_t page, unsigned node, unsigned home,
                                   bool write) { return wanted_home(page, node, home, write); },
                            parameters_.placement.move_time.ps);
  }
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
  if (!check_coherence) return;
  std::vector<std::string> agents;
  for (unsigned i = 0; i < processors(); ++i) agents.push_back("cpu_" + std::to_string(i));
  fabric_.count_rows();
  if (parameters_.node_bus) {
    const unsigned each = parameters_.processors_per_node();
    coherence_checker* const checker =
        build_checker(parameters_.inner_protocol(), agents, [this, each](unsigned agent, address_t line) {
          return buses_[agent / each]->state_of(agent % each, line);
        });
    for (unsigned n = 0; n < nodes; ++n) {
      buses_[n]->set_observer(checker, n * each);
      buses_[n]->set_row_coverage(counted_rows());
    }
  } else {
    fabric_.set_observer(build_checker(parameters_.view, agents, [this](unsigned agent, address_t line) {
      return fabric_.agent(agent).holds(line);
    }));
  }
}

unsigned numa_machine::first_home(address_t page, unsigned toucher) {
  if (parameters_.placement.mark_interval.ps != 0) touched_.push_back(page);
  return placement_.home_of(page, toucher);
}

unsigned numa_machine::wanted_home(address_t page, unsigned node, unsigned home, bool write) {
  const time_ps interval = parameters_.placement.mark_interval.ps;
  if (interval != 0 && now_ps() >= marked_ + interval) {
    marked_ = now_ps();
    for (const address_t touched : touched_) placement_.mark(touched, 1);
  }
  if (parameters_.placement.model.policy == placement_policy::next_touch) {
    home = placement_.home_of(page, node);
  }
  if (!migration_) return home;
  const std::uint64_t number = placement_.page_of(page);
  const page_decision decision = migration_->note_miss(number, node, home, write);
  return decision.what == page_decision::action::migrate && placement_.move(number, decision.to) ? decision.to
                                                                                                 : home;
}

void numa_machine::build_ports() {
  for (unsigned i = 0; i < processors(); ++i) {
    cache_at(i)->interconnect.bind(fabric_.coherent[i]);
    fabric_.name_port(static_cast<node_id>(i), "cpu_" + std::to_string(i));
  }
}

void numa_machine::build_nodes(timing_mode timing, std::uint64_t seed) {
  const unsigned each = parameters_.processors_per_node();
  for (unsigned n = 0; n < parameters_.nodes; ++n) {
    const std::string number = std::to_string(n);
    buses_.push_back(std::make_unique<snooping_bus<>>(("bus_" + number).c_str(), parameters_.bus.model,
                                                      parameters_.inner_protocol(), timing, each, 0, 1));
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
}

// A bus that is quiet can be disturbed no more once all programs have ended.
void numa_machine::when_quiet(std::function<void()> then) {
  when_buses_quiet(0, std::move(then));
}

void numa_machine::when_buses_quiet(unsigned node, std::function<void()> then) {
  if (node == buses_.size()) {
    fabric_.when_quiet(std::move(then));
  } else {
    buses_[node]->when_quiet(
        [this, node, next = std::move(then)]() mutable { when_buses_quiet(node + 1, std::move(next)); });
  }
}

std::string numa_machine::waiting_inside() const {
  std::string text;
  for (const auto& bus : buses_) text += bus->waiting();
  return text + fabric_.waiting();
}

time_ps numa_machine::recorded_until(time_ps now) const {
  now = fabric_.recorded_until(now);
  for (const auto& bus : buses_) now = bus->recorded_until(now);
  return now;
}

void numa_machine::debug_access(address_t address, std::uint8_t* data, unsigned size, bool write) {
  fabric_.debug(address, data, size, write);
}

void numa_machine::record_interconnect(trace_recorder* recorder, transaction_log* log) {
  fabric_.set_transaction_log(log);
  for (const auto& bus : buses_) bus->set_transaction_log(log);
  if (!recorder) return;
  fabric_.declare_traces(*recorder, std::string(name()));
  for (unsigned n = 0; n < buses_.size(); ++n) {
    buses_[n]->declare_traces(*recorder, std::string(name()) + ".node_" + std::to_string(n) + ".bus");
  }
}

}  // namespace mimd
