#include "platforms/uma/uma_machine.h"

#include "tb/io/disk_job.h"

namespace mimd {

namespace {

unsigned coherent_masters(const uma_parameters& p) {
  return p.caches.present() ? p.processors.count : 0;
}

// Processors without caches, each with a port for data and one for instructions.
unsigned plain_processor_ports(const uma_parameters& p) {
  return p.caches.present() ? 0 : 2 * p.processors.count;
}

}  // namespace

uma_machine::uma_machine(const sc_core::sc_module_name& name, const uma_parameters& parameters,
                         timing_mode timing, std::uint64_t seed, bool check_coherence)
    : shared_memory_machine(name, parameters, timing, seed),
      parameters_(parameters),
      bus_("bus", parameters.bus, parameters.coherence(), timing, coherent_masters(parameters),
           plain_processor_ports(parameters) + parameters.devices.count(), 1 + parameters.devices.count()),
      memory_("memory", parameters.memory.model, timing) {
  bus_.target[0].bind(memory_.socket);
  bus_.map(0, 0, size(), false);
  build_processors(parameters_.coherence());
  bind_processors();
  build_devices(timing);
  if (check_coherence && parameters_.caches.present()) {
    std::vector<std::string> names;
    for (unsigned i = 0; i < bus_.masters(); ++i) names.push_back(bus_.master_name(i));
    bus_.set_observer(build_checker(parameters_.coherence(), names, [this](unsigned agent, address_t line) {
      return bus_.state_of(agent, line);
    }));
    bus_.set_row_coverage(counted_rows());
  }
}

uma_machine::~uma_machine() = default;

void uma_machine::bind_processors() {
  for (unsigned i = 0; i < processors(); ++i) {
    const std::string cpu_name = "cpu_" + std::to_string(i);
    if (cache<>* own = cache_at(i)) {
      bus_.name_master(i, cpu_name);
      own->interconnect.bind(bus_.coherent[i]);
    } else {
      bus_.name_master(2 * i, cpu_name);
      processor_at(i).data.bind(bus_.plain[2 * i]);
      bus_.name_master(2 * i + 1, cpu_name + ".instruction");
      processor_at(i).instruction.bind(bus_.plain[2 * i + 1]);
    }
  }
}

void uma_machine::build_devices(timing_mode timing) {
  devices_ = std::make_unique<io_devices>(parameters_.devices, timing);
  processor_at(0).interrupt.bind(devices_->interrupt());
  const unsigned plain = plain_processor_ports(parameters_);
  devices_->for_each([&](auto& device, const std::string& device_name, unsigned i) {
    bus_.name_master(coherent_masters(parameters_) + plain + i, device_name);
    device.memory.bind(bus_.plain[plain + i]);
    bus_.target[1 + i].bind(device.registers);
    bus_.map(1 + i, io_devices::window(i), io_devices::window_bytes, true);
  });
}

std::vector<tb::workload_description> uma_machine::workloads() {
  return workloads_and({tb::describe_disk_sort()});
}

std::unique_ptr<tb::workload> uma_machine::make_own_workload(const std::string& workload_name) {
  if (workload_name != tb::describe_disk_sort().name) return nullptr;
  return devices_->make_disk_sort(parameters_.programs.workload);
}

void uma_machine::debug_access(address_t address, std::uint8_t* data, unsigned size, bool write) {
  bus_.debug(address, data, size, write);
}

void uma_machine::when_quiet(std::function<void()> then) {
  bus_.when_quiet(std::move(then));
}

std::string uma_machine::waiting_inside() const {
  return bus_.waiting();
}

time_ps uma_machine::recorded_until(time_ps now) const {
  return bus_.recorded_until(now);
}

void uma_machine::record_interconnect(trace_recorder* recorder, transaction_log* log) {
  bus_.set_transaction_log(log);
  if (recorder) bus_.declare_traces(*recorder, std::string(name()) + ".bus");
}

void uma_machine::record_others(trace_recorder& recorder) {
  devices_->declare_traces(recorder, name());
}

}  // namespace mimd
