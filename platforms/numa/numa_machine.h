// The distributed shared memory machine: nodes of processors with private caches, a part of memory and a
// directory, joined by a network. Each processor's cache is a port of the directory, or those of a node share
// a snooping bus, whose memory is the node's cache, which is one. Processor i is on node i / (processors of a
// node).
#ifndef MIMD_PLATFORMS_NUMA_NUMA_MACHINE_H
#define MIMD_PLATFORMS_NUMA_NUMA_MACHINE_H

#include "platforms/numa/numa_parameters.h"
#include "platforms/shared_memory/shared_memory_machine.h"

namespace mimd {

class numa_machine : public shared_memory_machine {
 public:
  numa_machine(const sc_core::sc_module_name& name, const numa_parameters& parameters, timing_mode timing,
               std::uint64_t seed, bool check_coherence);

  static std::vector<tb::workload_description> workloads() { return workloads_and(); }

  directory_fabric<>& fabric() { return fabric_; }
  const page_placement& placement() const { return placement_; }

  // memory_image
  unsigned nodes() const override { return parameters_.nodes; }
  unsigned node_of(unsigned processor) const override {
    return processor / parameters_.processors_per_node();
  }
  void place(address_t first, std::uint64_t bytes, unsigned node) override {
    placement_.place(first, bytes, node);
  }
  std::uint64_t page() const override { return parameters_.placement.model.page; }

 private:
  void debug_access(address_t address, std::uint8_t* data, unsigned size, bool write) override;
  void when_quiet(std::function<void()> then) override;
  std::string waiting_inside() const override;
  time_ps recorded_until(time_ps now) const override;
  void record_interconnect(trace_recorder* recorder, transaction_log* log) override;
  void register_inside(statistics& all) override;
  unsigned first_home(address_t page, unsigned toucher);
  unsigned wanted_home(address_t page, unsigned node, unsigned home, bool write);
  void build_ports();
  void build_nodes(timing_mode timing, std::uint64_t seed);
  void when_buses_quiet(unsigned node, std::function<void()> then);
  void register_directory(statistics& all);
  void register_node(statistics& all, unsigned node);
  void register_agent(statistics& all, unsigned port);
  void register_network(statistics& all);

  numa_parameters parameters_;
  page_placement placement_;
  std::unique_ptr<page_migration> migration_;  // or null
  std::vector<address_t> touched_;             // next-touch: pages to be marked
  time_ps marked_ = 0;                         // when they were last
  directory_fabric<> fabric_;
  std::unique_ptr<noc::message_network> network_;  // unless latencies are fixed
  std::unique_ptr<directory_transport> transport_;
  std::vector<std::unique_ptr<memory<>>> memories_;
  std::vector<std::unique_ptr<snooping_bus<>>> buses_;      // of each node, or none
  std::vector<std::unique_ptr<node_cache<>>> node_caches_;  // likewise
};

}  // namespace mimd

#endif
