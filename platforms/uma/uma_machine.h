// The shared-bus machine assembled: processors and caches on a snooping bus, memory, I/O.
#ifndef MIMD_PLATFORMS_UMA_UMA_MACHINE_H
#define MIMD_PLATFORMS_UMA_UMA_MACHINE_H

#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "platforms/shared_memory/io_devices.h"
#include "platforms/shared_memory/shared_memory_machine.h"
#include "platforms/uma/uma_parameters.h"

namespace mimd {

class uma_machine : public shared_memory_machine {
 public:
  uma_machine(const sc_core::sc_module_name& name, const uma_parameters& parameters, timing_mode timing,
              std::uint64_t seed, bool check_coherence);
  ~uma_machine() override;

  static std::vector<tb::workload_description> workloads();

  snooping_bus<>& bus() { return bus_; }

 private:
  void bind_processors();
  void build_devices(timing_mode timing);

  // shared_memory_machine
  void debug_access(address_t address, std::uint8_t* data, unsigned size, bool write) override;
  void when_quiet(std::function<void()> then) override;
  std::string waiting_inside() const override;
  time_ps recorded_until(time_ps now) const override;
  void record_interconnect(trace_recorder* recorder, transaction_log* log) override;
  void record_others(trace_recorder& recorder) override;
  void register_inside(statistics& all) override;
  std::unique_ptr<tb::workload> make_own_workload(const std::string& workload_name) override;

  uma_parameters parameters_;
  snooping_bus<> bus_;
  memory<> memory_;
  std::unique_ptr<io_devices> devices_;
};

}  // namespace mimd

#endif
