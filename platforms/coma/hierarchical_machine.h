// The hierarchical cache-only memory machine: nodes as in the flat one (coma_machine.h), whose attraction
// memories are joined by a tree of buses or slotted rings with a directory over each
// (attraction_memory/hierarchical_fabric.h).
#ifndef MIMD_PLATFORMS_COMA_HIERARCHICAL_MACHINE_H
#define MIMD_PLATFORMS_COMA_HIERARCHICAL_MACHINE_H

#include "platforms/coma/coma_parameters.h"
#include "platforms/coma/page_sets.h"
#include "platforms/directory/node_buses.h"
#include "platforms/shared_memory/io_devices.h"
#include "platforms/shared_memory/shared_memory_machine.h"

namespace mimd {

class hierarchical_machine final : public shared_memory_machine {
 public:
  hierarchical_machine(const sc_core::sc_module_name& name, const coma_parameters& parameters,
                       timing_mode timing, std::uint64_t seed, bool check_coherence);

  hierarchical_fabric& fabric() { return fabric_; }
  const hierarchical_fabric& fabric() const { return fabric_; }
  const node_cache_base& attraction_memory(unsigned node) const { return node_buses_.cache_at(node); }

  // memory_image
  unsigned nodes() const override { return parameters_.nodes; }
  unsigned node_of(unsigned processor) const override {
    return processor / parameters_.processors_per_node();
  }

 private:
  std::string too_small(std::uint64_t bytes) const override { return pages_.too_small(bytes, allocated()); }
  std::string lost() const override;
  void debug_access(address_t address, std::uint8_t* data, unsigned size, bool write) override {
    fabric_.debug(address, data, size, write);
  }
  void when_quiet(std::function<void()> then) override;
  std::string waiting_inside() const override { return node_buses_.waiting() + fabric_.waiting(); }
  time_ps recorded_until(time_ps now) const override;
  void record_interconnect(trace_recorder* recorder, transaction_log* log) override;
  void record_others(trace_recorder& recorder) override { devices_.declare_traces(recorder, name()); }
  std::unique_ptr<tb::workload> make_own_workload(const std::string& workload_name) override;
  void register_inside(statistics& all) override;
  void register_levels(statistics& all);
  void register_group(statistics& all, unsigned group, const std::string& prefix);
  void register_rows(statistics& all);

  coma_parameters parameters_;
  hierarchical_fabric fabric_;
  node_buses node_buses_;
  io_devices devices_;  // on node 0
  page_sets pages_{parameters_};
};

}  // namespace mimd

#endif
