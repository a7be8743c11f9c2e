#include "platforms/directory/node_buses.h"

#include "platforms/shared_memory/component_statistics.h"

namespace mimd {

void node_buses::build(const directory_machine_parameters& parameters, timing_mode timing, std::uint64_t seed,
                       const std::function<cache<>&(unsigned processor)>& cache_of) {
  model_ = parameters.bus.model;
  each_ = parameters.processors_per_node();
  for (unsigned n = 0; n < parameters.nodes; ++n) {
    const std::string number = std::to_string(n);
    const unsigned devices = n == 0 ? parameters.devices.count() : 0;
    buses_.push_back(std::make_unique<snooping_bus<>>(
        ("bus_" + number).c_str(), model_, parameters.inner_protocol(), timing, each_, devices, 1 + devices));
    caches_.push_back(std::make_unique<node_cache<>>(("node_cache_" + number).c_str(), parameters.node_cache,
                                                     parameters.view, parameters.held_lines(), timing,
                                                     seed + n));
    snooping_bus<>& bus = *buses_.back();
    node_cache<>& shared = *caches_.back();
    bus.set_outer(shared);
    shared.set_inner(bus);
    bus.target[0].bind(shared.memory);
    bus.map(0, 0, parameters.memory.model.size, false);
    for (unsigned i = 0; i < each_; ++i) {
      cache_of(n * each_ + i).interconnect.bind(bus.coherent[i]);
      bus.name_master(i, "cpu_" + std::to_string(n * each_ + i));
    }
  }
}

void node_buses::attach(io_devices& devices) {
  devices.for_each([this](auto& device, const std::string& device_name, unsigned i) {
    snooping_bus<>& bus = *buses_[0];
    bus.name_master(each_ + i, device_name);
    device.memory.bind(bus.plain[i]);
    bus.target[1 + i].bind(device.registers);
    bus.map(1 + i, io_devices::window(i), io_devices::window_bytes, true);
  });
}

void node_buses::set_observer(coherence_observer* observer, row_coverage* rows) {
  const auto processors = static_cast<unsigned>(buses_.size()) * each_;
  for (unsigned n = 0; n < buses_.size(); ++n) {
    buses_[n]->set_observer(observer, n * each_, processors);
    buses_[n]->set_row_coverage(rows);
  }
}

void node_buses::when_quiet_from(unsigned node, std::function<void()> then) {
  if (node == buses_.size()) {
    then();
  } else {
    buses_[node]->when_quiet(
        [this, node, next = std::move(then)]() mutable { when_quiet_from(node + 1, std::move(next)); });
  }
}

std::string node_buses::waiting() const {
  std::string text;
  for (const auto& bus : buses_) text += bus->waiting();
  return text;
}

time_ps node_buses::recorded_until(time_ps now) const {
  for (const auto& bus : buses_) now = bus->recorded_until(now);
  return now;
}

void node_buses::record(trace_recorder* recorder, const std::string& prefix, transaction_log* log,
                        unsigned first) {
  for (unsigned n = 0; n < buses_.size(); ++n) {
    buses_[n]->set_transaction_log(log, first + n);
    if (recorder) buses_[n]->declare_traces(*recorder, prefix + ".node_" + std::to_string(n) + ".bus");
  }
}

void node_buses::register_node(statistics& all, unsigned node, const char* cache_name,
                               std::function<time_ps()> finish_time) const {
  const std::string p = "node_" + std::to_string(node);
  register_bus(all, p + ".bus", *buses_[node], model_, std::move(finish_time));
  register_node_cache(all, p + "." + cache_name, *caches_[node]);
}

}  // namespace mimd
