// The insides of nodes whose processors share a snooping bus and, as its memory, a cache that is the node's
// one coherent port: bus and cache of each node. Processor i is on node i / (processors of a node).
#ifndef MIMD_PLATFORMS_DIRECTORY_NODE_BUSES_H
#define MIMD_PLATFORMS_DIRECTORY_NODE_BUSES_H

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bus/snooping_bus.h"
#include "cache/cache.h"
#include "cache/node_cache.h"
#include "coherence/row_coverage.h"
#include "infrastructure/statistics.h"
#include "platforms/directory/directory_machine_parameters.h"
#include "platforms/shared_memory/io_devices.h"

namespace mimd {

class node_buses {
 public:
  // `cache_of`: of a processor. What is left to bind is each node cache's `interconnect`.
  void build(const directory_machine_parameters& parameters, timing_mode timing, std::uint64_t seed,
             const std::function<cache<>&(unsigned processor)>& cache_of);

  // The devices are on the bus of node 0.
  void attach(io_devices& devices);

  bool present() const { return !buses_.empty(); }
  node_cache<>& cache_at(unsigned node) { return *caches_[node]; }
  const node_cache<>& cache_at(unsigned node) const { return *caches_[node]; }
  coherence_state state_of(unsigned processor, address_t line) const {
    return buses_[processor / each_]->state_of(processor % each_, line);
  }
  void set_observer(coherence_observer* observer, row_coverage* rows);

  // A bus that is quiet can be disturbed no more once all programs have ended.
  void when_quiet(std::function<void()> then) { when_quiet_from(0, std::move(then)); }
  std::string waiting() const;
  time_ps recorded_until(time_ps now) const;
  // The records of the buses are of series `first` and after.
  void record(trace_recorder* recorder, const std::string& prefix, transaction_log* log, unsigned first);
  // Of a node, whose cache is called so.
  void register_node(statistics& all, unsigned node, const char* cache_name,
                     std::function<time_ps()> finish_time) const;

 private:
  void when_quiet_from(unsigned node, std::function<void()> then);

  bus_parameters model_;
  unsigned each_ = 1;  // processors of a node
  std::vector<std::unique_ptr<snooping_bus<>>> buses_;
  std::vector<std::unique_ptr<node_cache<>>> caches_;
};

}  // namespace mimd

#endif
