#include "platforms/coma/hierarchical_machine.h"

#include <sstream>

#include "tb/io/disk_job.h"

namespace mimd {

hierarchical_machine::hierarchical_machine(const sc_core::sc_module_name& name,
                                           const coma_parameters& parameters, timing_mode timing,
                                           std::uint64_t seed, bool check_coherence)
    : shared_memory_machine(name, parameters, timing, seed),
      parameters_(parameters),
      fabric_("hierarchy", parameters.hierarchy.fabric, timing),
      devices_(parameters.devices, timing) {
  build_processors(parameters_.inner_protocol());
  node_buses_.build(parameters_, timing, seed, [this](unsigned i) -> cache<>& { return *cache_at(i); });
  for (unsigned n = 0; n < parameters_.nodes; ++n) {
    node_buses_.cache_at(n).interconnect.bind(fabric_.coherent[n]);
  }
  processor_at(0).interrupt.bind(devices_.interrupt());
  node_buses_.attach(devices_);
  allocate_from(parameters.geometry().block);  // attraction memories may be smaller than 4 KiB
  if (parameters_.swaps()) {
    fabric_.set_swap_policy(pages_.swap_policy([this](const std::string& reason) { refuse(reason); }),
                            {parameters_.page.value, parameters_.swap_time.ps});
  } else if (pages_.places()) {
    fabric_.set_touch([this](address_t line) {
      const std::string reason = pages_.touch(line);
      if (!reason.empty()) refuse(reason);
    });
  }
  if (!check_coherence) return;
  std::vector<std::string> agents;
  for (unsigned i = 0; i < processors(); ++i) agents.push_back("cpu_" + std::to_string(i));
  devices_.for_each([&](auto&, const std::string& device, unsigned) { agents.push_back(device); });
  fabric_.count_rows();
  node_buses_.set_observer(build_checker(parameters_.inner_protocol(), agents,
                                         [this](unsigned agent, address_t line) {
                                           return agent < processors() ? node_buses_.state_of(agent, line)
                                                                       : invalid_state;
                                         }),
                           counted_rows());
}

std::unique_ptr<tb::workload> hierarchical_machine::make_own_workload(const std::string& workload_name) {
  if (workload_name != tb::describe_disk_sort().name) return nullptr;
  return devices_.make_disk_sort(parameters_.programs.workload);
}

std::string hierarchical_machine::lost() const {
  const std::optional<address_t> line = fabric_.lost_line();
  if (!line) return {};
  std::ostringstream text;
  text << "line 0x" << std::hex << *line
       << " is lost: its master is in no attraction memory, nor in its slot, or there are two";
  return text.str();
}

void hierarchical_machine::when_quiet(std::function<void()> then) {
  node_buses_.when_quiet([this, next = std::move(then)]() mutable { fabric_.when_quiet(std::move(next)); });
}

time_ps hierarchical_machine::recorded_until(time_ps now) const {
  return node_buses_.recorded_until(fabric_.recorded_until(now));
}

void hierarchical_machine::record_interconnect(trace_recorder* recorder, transaction_log* log) {
  fabric_.set_transaction_log(log);
  // The fabric's records are of series 0 and 1.
  node_buses_.record(recorder, name(), log, 2);
  if (recorder) fabric_.declare_traces(*recorder, std::string(name()));
}

}  // namespace mimd
