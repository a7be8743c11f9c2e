// Nodes of processors with private caches and a directory each, joined by a network: what the distributed
// shared memory and the cache-only memory machine are made of. Each processor's cache is a port of the
// directory, or those of a node share a snooping bus, whose memory is the node's cache, which is one.
// Processor i is on node i / (processors of a node). I/O controllers are on node 0, as ports of the
// directory, or as masters of its bus; then their registers are seen from that bus only.
#ifndef MIMD_PLATFORMS_DIRECTORY_DIRECTORY_MACHINE_H
#define MIMD_PLATFORMS_DIRECTORY_DIRECTORY_MACHINE_H

#include "platforms/directory/directory_machine_parameters.h"
#include "platforms/shared_memory/io_devices.h"
#include "platforms/shared_memory/shared_memory_machine.h"

namespace mimd {

class directory_machine : public shared_memory_machine {
 public:
  directory_fabric<>& fabric() { return fabric_; }
  const directory_fabric<>& fabric() const { return fabric_; }

  static std::vector<tb::workload_description> workloads();

  // memory_image
  unsigned nodes() const override { return parameters_.nodes; }
  unsigned node_of(unsigned processor) const override {
    return processor / parameters_.processors_per_node();
  }

 protected:
  // placement: see memory_pages.h.
  directory_machine(const sc_core::sc_module_name& name, const directory_machine_parameters& parameters,
                    memory_pages::placement placement, timing_mode timing, std::uint64_t seed,
                    bool check_coherence);

  // What `memory` and `cache` of a node are called in statistics, and what else is to be told of a node.
  struct node_names {
    const char* memory;
    const char* cache;
  };
  void register_directories(statistics& all, const node_names& names);
  const node_cache_base& node_cache_of(unsigned node) const { return *node_caches_[node]; }

 private:
  void debug_access(address_t address, std::uint8_t* data, unsigned size, bool write) override;
  void when_quiet(std::function<void()> then) override;
  std::string waiting_inside() const override;
  time_ps recorded_until(time_ps now) const override;
  void record_interconnect(trace_recorder* recorder, transaction_log* log) override;
  void record_others(trace_recorder& recorder) override;
  std::unique_ptr<tb::workload> make_own_workload(const std::string& workload_name) override;
  void build_ports();
  void build_nodes(timing_mode timing, std::uint64_t seed);
  void watch_coherence();
  void when_buses_quiet(unsigned node, std::function<void()> then);
  void register_rows(statistics& all);
  void register_directory(statistics& all);
  void register_node(statistics& all, unsigned node, const node_names& names);
  void register_agent(statistics& all, unsigned port);
  void register_network(statistics& all);

  directory_machine_parameters parameters_;
  directory_fabric<> fabric_;
  std::unique_ptr<noc::message_network> network_;  // unless latencies are fixed
  std::unique_ptr<directory_transport> transport_;
  std::vector<std::unique_ptr<memory<>>> memories_;
  std::vector<std::unique_ptr<snooping_bus<>>> buses_;      // of each node, or none
  std::vector<std::unique_ptr<node_cache<>>> node_caches_;  // likewise
  std::unique_ptr<io_devices> devices_;                     // on node 0
};

}  // namespace mimd

#endif
